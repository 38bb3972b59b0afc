//! Pictures with known content, one byte per pixel.

use fovea_geometry::SizePx;

/// Squares of `cell_px` that count through `classes` values, so that neighbours differ in both directions.
pub fn checkerboard(size: SizePx, cell_px: u32, classes: u8) -> Vec<u8> {
    let class = |x: u32, y: u32| ((x / cell_px + y / cell_px) % u32::from(classes.max(1))) as u8;
    each_pixel(size, class)
}

/// Rings around the centre, `width_px` wide, that count through `classes` values: borders in every direction.
pub fn rings(size: SizePx, width_px: u32, classes: u8) -> Vec<u8> {
    let (cx, cy) = (size.width as f32 / 2.0, size.height as f32 / 2.0);
    each_pixel(size, |x, y| {
        let radius = (x as f32 + 0.5 - cx).hypot(y as f32 + 0.5 - cy);
        (radius as u32 / width_px % u32::from(classes.max(1))) as u8
    })
}

/// The same speckle for the same seed, on every machine.
pub fn noise(size: SizePx, seed: u32) -> Vec<u8> {
    each_pixel(size, |x, y| {
        let mut v = (seed ^ 0x9e37_79b9)
            .wrapping_add(y * size.width + x)
            .wrapping_mul(0x85eb_ca6b);
        v ^= v >> 13;
        v = v.wrapping_mul(0xc2b2_ae35);
        (v >> 24) as u8
    })
}

fn each_pixel(size: SizePx, value: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(size.len());
    for y in 0..size.height {
        pixels.extend((0..size.width).map(|x| value(x, y)));
    }
    pixels
}
