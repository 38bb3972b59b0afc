//! Retinal vessels: where they cross a B-scan and how wide they are.
//!
//! Calibre: macular branches of the arcades measure 30–120 µm, the trunks at the disc 150–220 µm (central retinal
//! equivalents; Wong et al., Ophthalmology 111:1183 (2004)). They run in the nerve fibre and ganglion cell layers
//! and leave the fovea free over about 0.5 mm (Tick et al., IOVS 52:5105 (2011)).

use libm::{sinf, sqrtf};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// One vessel, as a curve across the B-scans.
#[derive(Clone, Debug)]
pub(crate) struct Vessel {
    x_um: f32,
    slope: f32,
    sway_um: f32,
    sway_per_um: f32,
    phase: f32,
    pub(crate) calibre_um: f32,
}

impl Vessel {
    pub(crate) fn scatter(rng: &mut ChaCha8Rng, count: u32, half_width_um: f32) -> Vec<Self> {
        let vessel = |rng: &mut ChaCha8Rng| Self {
            x_um: rng.random_range(-half_width_um..half_width_um),
            slope: rng.random_range(-0.6..0.6),
            sway_um: rng.random_range(20.0..160.0),
            sway_per_um: rng.random_range(0.0006..0.002),
            phase: rng.random_range(0.0..std::f32::consts::TAU),
            // Small vessels outnumber large ones.
            calibre_um: {
                let u: f32 = rng.random_range(0.0..1.0);
                30.0 + 90.0 * u * u
            },
        };
        (0..count).map(|_| vessel(rng)).collect()
    }

    /// Where the vessel crosses the B-scan at `z_um`, unless that is in the avascular zone.
    pub(crate) fn crossing_um(&self, z_um: f32) -> Option<f32> {
        let x = self.x_um
            + self.slope * z_um
            + self.sway_um * sinf(z_um * self.sway_per_um + self.phase);
        (sqrtf(x * x + z_um * z_um) > 300.0).then_some(x)
    }
}
