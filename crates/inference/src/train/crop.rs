//! Random crops: place, flip, scale, tilt, and changes of intensity.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::Sample;
use crate::InputScale;

/// How often a crop is centred on a labelled pixel, and on pathology where there is some.
const LABELLED_SHARE: f64 = 0.85;
const PATHOLOGY_SHARE: f64 = 0.3;
const PATHOLOGY: std::ops::RangeInclusive<u8> = 1..=4;

/// Where each crop pixel comes from: `source = centre + matrix · (crop − middle)`.
struct Placement {
    centre: [f32; 2],
    along_x: [f32; 2],
    along_y: [f32; 2],
}

/// Cuts a crop of `[height, width]` into phases: `pixels` is `[4, height/2, width/2]` of the network's input scale,
/// `labels` the same of class indices.
pub(super) fn cut(
    sample: &Sample,
    crop_px: [usize; 2],
    scale: &InputScale,
    rng: &mut ChaCha8Rng,
    pixels: &mut [f32],
    labels: &mut [u8],
) {
    let placement = place(sample, crop_px, rng);
    let tone = Tone::random(rng);
    let [height, width] = crop_px;
    let (half_height, half_width) = (height / 2, width / 2);
    for row in 0..height {
        for column in 0..width {
            let dx = column as f32 - width as f32 / 2.0;
            let dy = row as f32 - height as f32 / 2.0;
            let x = placement.centre[0] + placement.along_x[0] * dx + placement.along_y[0] * dy;
            let y = placement.centre[1] + placement.along_x[1] * dx + placement.along_y[1] * dy;
            let phase = (row % 2) * 2 + column % 2;
            let index = (phase * half_height + row / 2) * half_width + column / 2;
            pixels[index] = scale.of_unit(tone.apply(bilinear(sample, x, y), rng));
            labels[index] = nearest(sample, x, y);
        }
    }
}

fn place(sample: &Sample, crop_px: [usize; 2], rng: &mut ChaCha8Rng) -> Placement {
    let (width, height) = (sample.size.width as usize, sample.size.height as usize);
    let anchor = anchor(sample, rng);
    let jitter =
        |rng: &mut ChaCha8Rng, extent: usize| rng.random_range(-0.4..0.4_f32) * extent as f32;
    let mut centre = match anchor {
        Some(at) => [
            (at % width) as f32 + jitter(rng, crop_px[1]),
            (at / width) as f32 + jitter(rng, crop_px[0]),
        ],
        None => [
            rng.random_range(0.0..width as f32),
            rng.random_range(0.0..height as f32),
        ],
    };
    // Keep most of the crop on the picture; what lies outside repeats the edge.
    for (value, (side, crop)) in centre
        .iter_mut()
        .zip([(width, crop_px[1]), (height, crop_px[0])])
    {
        let margin = (crop as f32 * 0.45).min(side as f32 / 2.0);
        *value = value.clamp(margin, side as f32 - margin);
    }
    let flip = if rng.random_bool(0.5) { -1.0 } else { 1.0 };
    let stretch_x = rng.random_range(0.85..1.18_f32) * flip;
    let stretch_y = rng.random_range(0.85..1.18_f32);
    let tilt = if rng.random_bool(0.5) {
        rng.random_range(-0.2..0.2_f32)
    } else {
        0.0
    };
    Placement {
        centre,
        along_x: [stretch_x, tilt],
        along_y: [0.0, stretch_y],
    }
}

/// Index of a pixel to look at: pathology, any label, or none.
fn anchor(sample: &Sample, rng: &mut ChaCha8Rng) -> Option<usize> {
    let pick = |rng: &mut ChaCha8Rng, wanted: &dyn Fn(u8) -> bool| {
        (0..400)
            .map(|_| rng.random_range(0..sample.classes.len()))
            .find(|&at| wanted(sample.classes[at]))
    };
    if rng.random_bool(PATHOLOGY_SHARE)
        && let Some(at) = pick(rng, &|class| PATHOLOGY.contains(&class))
    {
        return Some(at);
    }
    if rng.random_bool(LABELLED_SHARE) {
        pick(rng, &|class| class > 0)
    } else {
        None
    }
}

fn clamped(value: f32, side: u32) -> usize {
    value.clamp(0.0, (side - 1) as f32) as usize
}

fn nearest(sample: &Sample, x: f32, y: f32) -> u8 {
    sample.classes[clamped(y + 0.5, sample.size.height) * sample.size.width as usize
        + clamped(x + 0.5, sample.size.width)]
}

/// Value in 0..=1.
fn bilinear(sample: &Sample, x: f32, y: f32) -> f32 {
    let (width, height) = (sample.size.width, sample.size.height);
    let (x0, y0) = (clamped(x, width), clamped(y, height));
    let (x1, y1) = (
        (x0 + 1).min(width as usize - 1),
        (y0 + 1).min(height as usize - 1),
    );
    let (fx, fy) = (
        (x - x0 as f32).clamp(0.0, 1.0),
        (y - y0 as f32).clamp(0.0, 1.0),
    );
    let at = |x: usize, y: usize| f32::from(sample.pixels[y * width as usize + x]);
    let top = at(x0, y0) * (1.0 - fx) + at(x1, y0) * fx;
    let bottom = at(x0, y1) * (1.0 - fx) + at(x1, y1) * fx;
    (top * (1.0 - fy) + bottom * fy) / 255.0
}

/// Gamma, gain, offset and noise of one crop.
struct Tone {
    gamma: f32,
    gain: f32,
    offset: f32,
    noise: f32,
}

impl Tone {
    fn random(rng: &mut ChaCha8Rng) -> Self {
        Self {
            gamma: rng.random_range(-0.45..0.45_f32).exp(),
            gain: rng.random_range(0.75..1.3),
            offset: rng.random_range(-0.06..0.08),
            noise: if rng.random_bool(0.5) {
                rng.random_range(0.0..0.06)
            } else {
                0.0
            },
        }
    }

    fn apply(&self, value: f32, rng: &mut ChaCha8Rng) -> f32 {
        let noise = if self.noise > 0.0 {
            rng.random_range(-1.7..1.7_f32) * self.noise
        } else {
            0.0
        };
        (value.max(0.0).powf(self.gamma) * self.gain + self.offset + noise).clamp(0.0, 1.0)
    }
}
