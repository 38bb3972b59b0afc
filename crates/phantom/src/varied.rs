//! Random parameters: the variety that training needs.

use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::Laterality;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Anatomy, Lesions, Optics, PhantomParams};

impl PhantomParams {
    /// One random B-scan of `size`: another eye, disease, field and instrument with each seed.
    ///
    /// Ranges are wide on purpose: axial sampling 2.6–3.9 µm, a field of 3–9 mm, 1–12 looks, 30–46 dB of display. Layers
    /// vary by ±25 %, two in five eyes are healthy, one field in eight reaches the optic disc.
    pub fn varied(seed: u64, size: SizePx) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed ^ 0x6f63_745f_7661_7279);
        let laterality = if rng.random_bool(0.5) {
            Laterality::Right
        } else {
            Laterality::Left
        };
        let field_um = rng.random_range(3_000.0..9_000.0);
        let mut anatomy = varied_anatomy(rng, laterality);
        let axial_um = rng.random_range(2.6..3.9) * (480.0 / f64::from(size.height)).max(0.6);
        fit_slope(
            &mut anatomy,
            0.5 * field_um as f32,
            axial_um as f32 * size.height as f32,
        );
        let spacing_um = SpacingUm {
            x: field_um / f64::from(size.width),
            y: axial_um,
            z: 120.0,
        };
        Self {
            size,
            bscan_count: 1,
            spacing_um,
            laterality,
            anatomy,
            lesions: varied_lesions(rng),
            optics: varied_optics(rng),
        }
    }
}

/// Flattens tilt and bow so that they move the retina by at most a quarter of the picture's depth.
fn fit_slope(anatomy: &mut Anatomy, half_field_um: f32, depth_um: f32) {
    let (tilt_um, bow_um) = (
        anatomy.tilt * half_field_um,
        anatomy.curvature_per_mm * half_field_um * half_field_um * 0.5e-3,
    );
    let moved_um = tilt_um.abs() + bow_um.abs();
    let share = (0.25 * depth_um / moved_um.max(1.0)).min(1.0);
    anatomy.tilt *= share;
    anatomy.curvature_per_mm *= share;
}

fn varied_anatomy(rng: &mut ChaCha8Rng, laterality: Laterality) -> Anatomy {
    let towards_disc = if laterality == Laterality::Left {
        1.0
    } else {
        -1.0
    };
    // The field may lie anywhere on the posterior pole: over the fovea, beside it, or on the disc.
    let along_um = match rng.random_range(0..8) {
        0 => towards_disc * rng.random_range(2_500.0..5_000.0),
        1..3 => rng.random_range(-2_500.0..2_500.0),
        _ => rng.random_range(-500.0..500.0),
    };
    let across_um = if rng.random_bool(0.5) {
        rng.random_range(-150.0..150.0)
    } else {
        rng.random_range(-1_800.0..1_800.0)
    };
    Anatomy {
        thickness_scale: std::array::from_fn(|_| rng.random_range(0.75..1.25)),
        pit_scale: rng.random_range(0.75..1.3),
        pit_fill: if rng.random_bool(0.1) {
            rng.random_range(0.0..0.8)
        } else {
            0.0
        },
        fovea_um: [along_um, across_um],
        choroid_um: rng.random_range(135.0..440.0),
        tilt: rng.random_range(-0.12..0.12),
        curvature_per_mm: rng.random_range(-0.03..0.08),
        depth_fraction: rng.random_range(0.34..0.7),
        vessels: rng.random_range(2..16),
        hyaloid: rng.random_bool(0.25),
    }
}

fn varied_lesions(rng: &mut ChaCha8Rng) -> Lesions {
    if rng.random_bool(0.4) {
        return Lesions::default();
    }
    let mut some = |probability: f64, most: u32| {
        if rng.random_bool(probability) {
            rng.random_range(1..=most)
        } else {
            0
        }
    };
    Lesions {
        drusen: some(0.45, 10),
        detachments: some(0.3, 2),
        subretinal: some(0.3, 2),
        intraretinal: some(0.35, 12),
    }
}

fn varied_optics(rng: &mut ChaCha8Rng) -> Optics {
    // Looks are spread evenly over octaves: 1 to 12.
    let looks = libm::exp2f(rng.random_range(0.0..3.6));
    Optics {
        looks,
        grain_x: rng.random_range(0.05..0.5),
        grain_y: rng.random_range(0.05..0.5),
        range_db: rng.random_range(30.0..46.0),
        floor_db: rng.random_range(-3.0..6.0),
        gain_db: rng.random_range(-6.0..3.0),
        streak_db: rng.random_range(0.3..3.5),
        shadow_db: rng.random_range(2.0..9.0),
    }
}
