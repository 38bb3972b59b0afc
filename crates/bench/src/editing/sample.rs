//! Samples of one figure, and the mask that benchmarks paint on.

use fovea_annotation::Mask;
use fovea_geometry::SizePx;
use serde::Serialize;
use std::time::Duration;

/// Samples of one thing at one size.
pub(super) struct Figure {
    name: &'static str,
    size: SizePx,
    samples_us: Vec<f64>,
    /// Bytes that belong to the figure, where there are any.
    pub(super) bytes: Option<usize>,
}

#[derive(Serialize)]
struct Line {
    name: &'static str,
    width_px: u32,
    height_px: u32,
    samples: usize,
    p50_us: f64,
    p95_us: f64,
    min_us: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

impl Figure {
    pub(super) fn new(name: &'static str, size: SizePx) -> Self {
        Self {
            name,
            size,
            samples_us: Vec::new(),
            bytes: None,
        }
    }

    pub(super) fn add(&mut self, elapsed: Duration) {
        self.samples_us.push(elapsed.as_secs_f64() * 1e6);
    }
}

/// Prints the figure as a JSON line.
pub(super) fn report(mut figure: Figure) -> anyhow::Result<()> {
    figure.samples_us.sort_by(f64::total_cmp);
    let samples = figure.samples_us.len();
    anyhow::ensure!(samples > 0, "{} took no samples", figure.name);
    let rank =
        |percent: usize| figure.samples_us[(samples * percent).div_ceil(100).saturating_sub(1)];
    let line = Line {
        name: figure.name,
        width_px: figure.size.width,
        height_px: figure.size.height,
        samples,
        p50_us: rank(50),
        p95_us: rank(95),
        min_us: figure.samples_us[0],
        bytes: figure.bytes,
    };
    println!("{}", serde_json::to_string(&line)?);
    Ok(())
}

/// Eight wavy layers, as a retina has them.
pub(super) fn layered_mask(size: SizePx) -> anyhow::Result<Mask> {
    let mut mask = Mask::background(size);
    for x in 0..size.width {
        let phase = x as f32 / size.width as f32 * 6.0;
        let top = size.height as f32 * (0.35 + 0.04 * phase.sin());
        for layer in 0..7_u8 {
            let thickness =
                (size.height as f32 * 0.03 * (1.0 + 0.3 * (phase + f32::from(layer)).cos())) as u32;
            let start = top as u32 + u32::from(layer) * (size.height / 30);
            for y in start..(start + thickness).min(size.height) {
                mask.classes_mut()[size.index(x, y)] = 5 + layer;
            }
        }
    }
    Ok(mask)
}
