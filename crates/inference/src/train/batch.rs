//! The batch of a step: a function of seed and step alone, so that a resumed run sees what an unbroken one sees.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::crop::cut;
use super::{Sample, SamplePool, TrainConfig};
use crate::InputScale;

/// Crops in the network's phases.
pub(super) struct Batch {
    /// `[batch, 4, height/2, width/2]`.
    pub pixels: Vec<f32>,
    /// `[batch, 4 · height/2 · width/2]`.
    pub labels: Vec<u8>,
}

/// The crops of `step`.
pub(super) fn batch(
    pools: &[SamplePool],
    config: &TrainConfig,
    scale: &InputScale,
    step: u32,
) -> Batch {
    let crop_len = config.crop_px[0] * config.crop_px[1];
    let mut pixels = vec![0.0; config.batch * crop_len];
    let mut labels = vec![0; config.batch * crop_len];
    pixels
        .par_chunks_mut(crop_len)
        .zip(labels.par_chunks_mut(crop_len))
        .enumerate()
        .for_each(|(index, (pixels, labels))| {
            let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
            rng.set_stream(u64::from(step) * 64 + index as u64 + 1);
            if let Some(sample) = pick(pools, &mut rng) {
                cut(sample, config.crop_px, scale, &mut rng, pixels, labels);
            }
        });
    Batch { pixels, labels }
}

fn pick<'a>(pools: &'a [SamplePool], rng: &mut ChaCha8Rng) -> Option<&'a Sample> {
    let total: f32 = pools.iter().map(|pool| pool.share).sum();
    let mut at = rng.random_range(0.0..total.max(f32::MIN_POSITIVE));
    let pool = pools.iter().find(|pool| {
        at -= pool.share;
        at < 0.0 && !pool.samples.is_empty()
    });
    let pool = pool.or_else(|| pools.iter().find(|pool| !pool.samples.is_empty()))?;
    pool.samples.get(rng.random_range(0..pool.samples.len()))
}
