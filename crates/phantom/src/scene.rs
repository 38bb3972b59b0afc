//! What lies in the scanned field, fixed once for all B-scans of a volume.

use libm::sinf;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::PhantomParams;
use crate::anatomy::LAYER_COUNT;
use crate::lesions::{Field, LesionSet};
use crate::vessels::Vessel;
use fovea_imaging::Laterality;

/// Random streams of one seed. Each B-scan has its own, so that B-scans can be drawn in any order.
const SCENE_STREAM: u64 = 0;
const FIRST_BSCAN_STREAM: u64 = 1;
const BSCANS_PER_KIND: u64 = 1 << 32;

pub(crate) struct Scene {
    pub(crate) lesions: LesionSet,
    pub(crate) vessels: Vec<Vessel>,
    waves: Vec<Wave>,
    layer_waves: Vec<Wave>,
    seed: u64,
}

impl Scene {
    pub(crate) fn new(seed: u64, params: &PhantomParams) -> Self {
        let mut rng = stream(seed, SCENE_STREAM);
        let half_um = half_field_um(params);
        let waves = (0..5).map(|_| Wave::new(&mut rng)).collect();
        let layer_waves = (0..2 * LAYER_COUNT).map(|_| Wave::new(&mut rng)).collect();
        let vessels = Vessel::scatter(&mut rng, params.anatomy.vessels, half_um[0] * 1.2);
        let lesions = LesionSet::place(&mut rng, params.lesions, &Field { half_um });
        Self {
            lesions,
            vessels,
            waves,
            layer_waves,
            seed,
        }
    }

    /// Unevenness of Bruch's membrane at a place, in µm.
    pub(crate) fn unevenness_um(&self, x_um: f32, z_um: f32) -> f32 {
        self.waves.iter().map(|wave| wave.at(x_um, z_um)).sum()
    }

    /// Lets each layer swell and thin by a few per cent along the fundus.
    pub(crate) fn vary_layers(&self, thickness_um: &mut [f32; LAYER_COUNT], x_um: f32, z_um: f32) {
        for (thickness, waves) in thickness_um
            .iter_mut()
            .zip(self.layer_waves.chunks_exact(2))
        {
            // Waves are at most 4 µm high, so the factor stays within 1 ± 0.12.
            *thickness *=
                1.0 + 0.015 * (waves[0].at(x_um, z_um) + waves[1].at(x_um * 2.0, z_um * 2.0));
        }
    }

    /// Randomness of the tissue of one B-scan.
    pub(crate) fn tissue_rng(&self, bscan_index: u32) -> ChaCha8Rng {
        stream(self.seed, FIRST_BSCAN_STREAM + u64::from(bscan_index))
    }

    /// Randomness of the speckle of one B-scan.
    pub(crate) fn speckle_rng(&self, bscan_index: u32) -> ChaCha8Rng {
        stream(self.seed, BSCANS_PER_KIND + u64::from(bscan_index))
    }
}

fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}

/// Half of the scanned field along and across the B-scans. A single B-scan has no width across, so lesions of
/// a field of 400 µm all cross it.
pub(crate) fn half_field_um(params: &PhantomParams) -> [f32; 2] {
    let along = params.spacing_um.x * f64::from(params.size.width) / 2.0;
    let across = params.spacing_um.z * f64::from(params.bscan_count.saturating_sub(1)) / 2.0;
    [
        along as f32,
        if params.bscan_count > 1 {
            across as f32
        } else {
            60.0
        },
    ]
}

/// Place of an A-scan relative to the fovea, µm: along the B-scan, and across B-scans.
pub(crate) fn place_um(params: &PhantomParams, column: u32, bscan_index: u32) -> [f32; 2] {
    let x = (f64::from(column) + 0.5 - f64::from(params.size.width) / 2.0) * params.spacing_um.x;
    let z = (f64::from(bscan_index) - f64::from(params.bscan_count.saturating_sub(1)) / 2.0)
        * params.spacing_um.z;
    [
        x as f32 - params.anatomy.fovea_um[0],
        z as f32 - params.anatomy.fovea_um[1],
    ]
}

/// `x` counted towards the nose: to the right in a right eye, to the left in a left one.
pub(crate) fn nasal_um(laterality: Laterality, x_um: f32) -> f32 {
    if laterality == Laterality::Left {
        -x_um
    } else {
        x_um
    }
}

/// A plane wave over the fundus.
struct Wave {
    height_um: f32,
    per_um: [f32; 2],
    phase: f32,
}

impl Wave {
    fn new(rng: &mut ChaCha8Rng) -> Self {
        let per_um = |rng: &mut ChaCha8Rng| rng.random_range(-0.004f32..0.004);
        Self {
            height_um: rng.random_range(0.5..4.0),
            per_um: [per_um(rng), per_um(rng)],
            phase: rng.random_range(0.0..std::f32::consts::TAU),
        }
    }

    fn at(&self, x_um: f32, z_um: f32) -> f32 {
        self.height_um * sinf(x_um * self.per_um[0] + z_um * self.per_um[1] + self.phase)
    }
}
