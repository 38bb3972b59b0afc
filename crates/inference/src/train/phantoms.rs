//! Phantom B-scans as training material: another eye, disease and instrument with each.

use fovea_geometry::SizePx;
use fovea_phantom::{PhantomParams, generate};
use rayon::prelude::*;

use super::{Sample, TrainConfig};

/// Size of a phantom B-scan; near that of the real ones.
const SIZE: SizePx = SizePx::new(336, 480);

/// Keeps the phantoms' seeds apart from others that derive from the run's.
const SEED_STRIDE: u64 = 1_000_003;

/// `config.phantoms` B-scans.
pub(super) fn phantom_samples(config: &TrainConfig) -> Vec<Sample> {
    (0..config.phantoms as u64)
        .into_par_iter()
        .filter_map(|index| {
            let seed = config.seed.wrapping_mul(SEED_STRIDE).wrapping_add(index);
            let phantom = generate(seed, &PhantomParams::varied(seed, SIZE));
            let bscan = phantom.volume.bscans.into_iter().next()?;
            let mask = phantom.masks.into_iter().next()?;
            let name = format!("phantom-{index:03}");
            Some(Sample {
                name,
                size: bscan.size,
                pixels: bscan.pixels,
                classes: mask.classes().to_vec(),
            })
        })
        .collect()
}
