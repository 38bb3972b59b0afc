#!/usr/bin/env python3
"""Draws the application icon: retinal layers that dip at the fovea, on a dark plate.

Standard library only. Run `python3 icons/make.py` from anywhere; it rewrites the PNGs beside it.
All coordinates are in the unit square, y downwards; edges are smoothed over one pixel, so each
size is drawn for itself and stays crisp.
"""

import math
import os
import struct
import zlib

PLATE_TOP, PLATE_BOTTOM = (26, 38, 58), (9, 13, 22)
# (depth of the band's upper edge far from the fovea, how much of the pit it follows, colour)
BANDS = [
    (0.300, 1.00, (94, 224, 214)),
    (0.395, 0.82, (52, 170, 196)),
    (0.480, 0.58, (64, 120, 190)),
    (0.560, 0.34, (88, 84, 168)),
    (0.655, 0.12, (38, 46, 78)),
    (0.705, 0.06, (255, 190, 92)),
    (0.765, 0.00, (150, 62, 58)),
]
LOWER_EDGE = 0.860
GAP = 0.013
CORNER = 0.225
MARGIN = 0.035


def mix(a, b, t):
    """Linear blend of two colours, t in 0..1."""
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def smooth(distance, pixel):
    """Coverage of a shape whose signed distance is given: 1 inside, 0 outside, one pixel wide."""
    return min(1.0, max(0.0, 0.5 - distance / pixel))


def plate_distance(x, y):
    """Signed distance to the rounded plate."""
    half = 0.5 - MARGIN - CORNER
    dx, dy = abs(x - 0.5) - half, abs(y - 0.5) - half
    outside = math.hypot(max(dx, 0.0), max(dy, 0.0))
    return outside + min(max(dx, dy), 0.0) - CORNER


def pit(x):
    """The foveal pit: 1 at its centre, with a slightly raised rim, 0 far away."""
    u = (x - 0.5) / 0.135
    return math.exp(-u * u) - 0.16 * math.exp(-((abs(u) - 2.1) ** 2) / 0.55)


def edge(index, x):
    """Depth of the upper edge of one band at x."""
    depth, follow, _ = BANDS[index]
    bow = 0.055 * (2.0 * (x - 0.5)) ** 2
    return depth - bow + 0.20 * follow * pit(x)


def band_colour(x, y, pixel):
    """Colour and coverage of the layer stack at a point."""
    colour, alpha = (0.0, 0.0, 0.0), 0.0
    fade = smooth(abs(x - 0.5) - 0.395, 0.06)
    for index, (_, _, base) in enumerate(BANDS):
        top = edge(index, x) + GAP / 2
        bottom = edge(index + 1, x) - GAP / 2 if index + 1 < len(BANDS) else LOWER_EDGE - 0.055 * (2 * (x - 0.5)) ** 2
        cover = smooth(top - y, pixel) * smooth(y - bottom, pixel)
        shade = 1.08 - 0.30 * (y - top) / max(bottom - top, 1e-6)
        lit = tuple(min(255.0, c * max(0.6, min(1.08, shade))) for c in base)
        colour = mix(colour, lit, cover)
        alpha = max(alpha, cover)
    return colour, alpha * fade


def pixel_colour(x, y, pixel):
    """RGBA of one pixel centre."""
    plate = smooth(plate_distance(x, y), pixel)
    if plate == 0.0:
        return (0, 0, 0, 0)
    colour = mix(PLATE_TOP, PLATE_BOTTOM, y)
    glow = math.exp(-(((x - 0.5) / 0.17) ** 2 + ((y - 0.30) / 0.15) ** 2))
    colour = mix(colour, (150, 235, 255), 0.34 * glow)
    layer, alpha = band_colour(x, y, pixel)
    colour = mix(colour, layer, alpha)
    spot = smooth(math.hypot(x - 0.5, y - 0.235) - 0.043, pixel)
    colour = mix(colour, (240, 252, 255), spot)
    rim = smooth(abs(plate_distance(x, y) + 0.006) - 0.006, pixel)
    colour = mix(colour, (120, 150, 190), 0.30 * rim * (1.0 - y))
    return tuple(int(round(c)) for c in colour) + (int(round(255 * plate)),)


def png(size):
    """One RGBA PNG of the icon."""
    rows = bytearray()
    for j in range(size):
        rows.append(0)
        for i in range(size):
            rows.extend(pixel_colour((i + 0.5) / size, (j + 0.5) / size, 1.0 / size))
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")


def ico(image):
    """A Windows icon file that holds one PNG of 256 px."""
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(image), 22) + image


def main():
    """Writes every file that the bundle names."""
    folder = os.path.dirname(os.path.abspath(__file__))
    files = {"32x32.png": 32, "128x128.png": 128, "128x128@2x.png": 256, "icon.png": 512}
    for name, size in files.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(png(size))
    with open(os.path.join(folder, "icon.ico"), "wb") as out:
        out.write(ico(png(256)))


if __name__ == "__main__":
    main()
