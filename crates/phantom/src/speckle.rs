//! Speckle: correlated, gamma-distributed intensity, looked up as decibels.

use libm::{erff, log10f, sqrtf};
use rand::RngCore;
use rand_chacha::ChaCha8Rng;

use crate::Optics;

const LEVELS: usize = 1024;
/// Deviates beyond ±`REACH` are drawn as ±`REACH`.
const REACH: f32 = 4.0;

/// Tables that turn random bytes into speckle.
pub(crate) struct Speckle {
    /// Standard normal quantiles of the 256 byte values, scaled so that a sum of two has unit variance.
    normal: [f32; 256],
    /// Intensity in dB by normal deviate.
    intensity_db: Vec<f32>,
    grain: [f32; 2],
    scale: f32,
}

impl Speckle {
    pub(crate) fn new(optics: &Optics) -> Self {
        let [gx, gy] = [optics.grain_x, optics.grain_y].map(|g| g.clamp(0.0, 0.6));
        let norm = sqrtf((1.0 + 2.0 * gx * gx) * (1.0 + 2.0 * gy * gy));
        let half_variance = std::f32::consts::FRAC_1_SQRT_2;
        Self {
            normal: std::array::from_fn(|byte| {
                normal_quantile((byte as f32 + 0.5) / 256.0) * half_variance
            }),
            intensity_db: (0..LEVELS)
                .map(|level| gamma_db(deviate(level), optics.looks.max(0.5)))
                .collect(),
            grain: [gx, gy],
            scale: LEVELS as f32 / (2.0 * REACH) / norm,
        }
    }

    /// Speckle of a B-scan, A-scan by A-scan.
    pub(crate) fn columns(&self, rng: ChaCha8Rng, height: u32) -> SpeckleColumns<'_> {
        let samples = height as usize + 2;
        let white = [vec![0.0; samples], vec![0.0; samples], vec![0.0; samples]];
        let mut columns = SpeckleColumns {
            speckle: self,
            rng,
            bytes: vec![0; samples * 2],
            white,
            across: vec![0.0; samples],
        };
        columns.draw();
        columns.draw();
        columns
    }
}

/// Three neighbouring A-scans of white noise, moving along the B-scan.
pub(crate) struct SpeckleColumns<'a> {
    speckle: &'a Speckle,
    rng: ChaCha8Rng,
    bytes: Vec<u8>,
    white: [Vec<f32>; 3],
    across: Vec<f32>,
}

impl SpeckleColumns<'_> {
    /// Shifts the window by one A-scan and fills the new one.
    fn draw(&mut self) {
        self.white.rotate_left(1);
        self.rng.fill_bytes(&mut self.bytes);
        let normal = &self.speckle.normal;
        for (value, pair) in self.white[2].iter_mut().zip(self.bytes.chunks_exact(2)) {
            *value = normal[pair[0] as usize] + normal[pair[1] as usize];
        }
    }

    /// Adds the speckle of the next A-scan to `column_db`.
    pub(crate) fn add_next(&mut self, column_db: &mut [f32]) {
        self.draw();
        let [gx, gy] = self.speckle.grain;
        let [left, middle, right] = &self.white;
        for (((sum, l), m), r) in self.across.iter_mut().zip(left).zip(middle).zip(right) {
            *sum = m + gx * (l + r);
        }
        let (scale, table) = (self.speckle.scale, &self.speckle.intensity_db);
        for (value, grain) in column_db.iter_mut().zip(self.across.windows(3)) {
            let deviate = (grain[1] + gy * (grain[0] + grain[2])) * scale + LEVELS as f32 / 2.0;
            *value += table[(deviate.max(0.0) as usize).min(LEVELS - 1)];
        }
    }
}

fn deviate(level: usize) -> f32 {
    (level as f32 + 0.5 - LEVELS as f32 / 2.0) * 2.0 * REACH / LEVELS as f32
}

/// Quantile of a gamma distribution of mean 1 at a normal deviate, in dB (Wilson & Hilferty, PNAS 17:684 (1931)).
fn gamma_db(z: f32, looks: f32) -> f32 {
    let third = 1.0 / (9.0 * looks);
    let root = (1.0 - third + z * sqrtf(third)).max(0.06);
    10.0 * log10f(root * root * root)
}

/// Inverse of the normal distribution, by bisection: a table of 256 is made once.
fn normal_quantile(p: f32) -> f32 {
    let (mut low, mut high) = (-6.0f32, 6.0f32);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let below = 0.5 * (1.0 + erff(middle * std::f32::consts::FRAC_1_SQRT_2));
        if below < p {
            low = middle
        } else {
            high = middle
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// Mean intensity 1 and contrast 1/√looks, as the theory of speckle has it.
    #[test]
    fn contrast_falls_with_looks() {
        for looks in [1.6f32, 4.0, 16.0] {
            let optics = Optics {
                looks,
                ..Optics::default()
            };
            let speckle = Speckle::new(&optics);
            let mut columns = speckle.columns(ChaCha8Rng::seed_from_u64(7), 400);
            let mut intensity = Vec::new();
            for _ in 0..200 {
                let mut column = vec![0.0; 400];
                columns.add_next(&mut column);
                intensity.extend(column.iter().map(|db| libm::powf(10.0, db / 10.0)));
            }
            let n = intensity.len() as f32;
            let mean = intensity.iter().sum::<f32>() / n;
            let variance = intensity
                .iter()
                .map(|i| (i - mean) * (i - mean))
                .sum::<f32>()
                / n;
            let contrast = sqrtf(variance) / mean;
            assert!((mean - 1.0).abs() < 0.04, "{looks} looks: mean {mean}");
            assert!(
                (contrast * sqrtf(looks) - 1.0).abs() < 0.08,
                "{looks} looks: contrast {contrast}"
            );
        }
    }
}
