//! What a phantom is made from.

use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::Laterality;

use crate::{Anatomy, Lesions};

/// Everything that, with a seed, fixes a phantom.
#[derive(Clone, Debug, PartialEq)]
pub struct PhantomParams {
    /// A-scans × depth samples of a B-scan.
    pub size: SizePx,
    /// B-scans; the middle one crosses the centre of the scanned field.
    pub bscan_count: u32,
    /// Physical size of a sample.
    pub spacing_um: SpacingUm,
    /// Which eye; an unknown one is drawn as a right eye.
    pub laterality: Laterality,
    /// Healthy structure.
    pub anatomy: Anatomy,
    /// Disease.
    pub lesions: Lesions,
    /// The instrument.
    pub optics: Optics,
}

impl PhantomParams {
    /// A healthy right macula, one B-scan of 512 × 496 px over 6 mm.
    ///
    /// The sample spacing is that of a Spectralis line scan: 3.87 µm axially and 11.7 µm laterally (512 A-scans
    /// over 20°; Heidelberg Engineering, *Spectralis Hardware Operating Instructions*).
    pub fn normal() -> Self {
        Self {
            size: SizePx::new(512, 496),
            bscan_count: 1,
            spacing_um: SpacingUm {
                x: 11.7,
                y: 3.87,
                z: 120.0,
            },
            laterality: Laterality::Right,
            anatomy: Anatomy::default(),
            lesions: Lesions::default(),
            optics: Optics::default(),
        }
    }

    /// Seed of the case that ships with the application.
    pub const SAMPLE_SEED: u64 = 20;

    /// The case that ships with the application: 25 B-scans of a left macula with drusen, pigment epithelial
    /// detachments and fluid, averaged as a clinic's volume scan is. Use it with [`Self::SAMPLE_SEED`].
    pub fn sample() -> Self {
        let lesions = Lesions {
            drusen: 45,
            detachments: 2,
            subretinal: 3,
            intraretinal: 16,
        };
        let optics = Optics {
            looks: 3.5,
            gain_db: 1.0,
            ..Optics::default()
        };
        let spacing_um = SpacingUm {
            x: 11.7,
            y: 3.87,
            z: 240.0,
        };
        Self {
            bscan_count: 25,
            spacing_um,
            laterality: Laterality::Left,
            lesions,
            optics,
            ..Self::normal()
        }
    }

    /// The same phantom with B-scans of another size over the same field of view.
    pub fn with_size(mut self, size: SizePx) -> Self {
        self.spacing_um.x *= f64::from(self.size.width) / f64::from(size.width);
        self.spacing_um.y *= f64::from(self.size.height) / f64::from(size.height);
        self.size = size;
        self
    }

    /// The same phantom with another number of B-scans over the same field of view.
    pub fn with_bscans(mut self, count: u32) -> Self {
        self.spacing_um.z *= f64::from(self.bscan_count) / f64::from(count.max(1));
        self.bscan_count = count;
        self
    }

    /// The same phantom with these lesions.
    pub fn with_lesions(mut self, lesions: Lesions) -> Self {
        self.lesions = lesions;
        self
    }
}

/// The instrument: noise and display. Speckle follows Schmitt, Xiang & Yung, *Speckle in optical coherence
/// tomography*, J. Biomed. Opt. 4:95 (1999): multiplicative, of gamma-distributed intensity whose shape is the
/// number of averaged looks, correlated over the point spread function; the display is logarithmic.
#[derive(Clone, Debug, PartialEq)]
pub struct Optics {
    /// Averaged independent looks: 1 is a raw scan, 16 a well averaged one.
    pub looks: f32,
    /// Weight of the neighbouring A-scan in a speckle grain, 0..=0.6.
    pub grain_x: f32,
    /// Weight of the neighbouring depth sample in a speckle grain, 0..=0.6.
    pub grain_y: f32,
    /// Decibels between display black and display white.
    pub range_db: f32,
    /// Level of the detector's noise floor above display black.
    pub floor_db: f32,
    /// Gain of all tissue over the noise floor: the focus and clarity of the media.
    pub gain_db: f32,
    /// Spread of the transmission from A-scan to A-scan through the pigment epithelium.
    pub streak_db: f32,
    /// Loss in the shadow of a vessel of 100 µm.
    pub shadow_db: f32,
}

impl Default for Optics {
    /// A single B-scan without averaging of much, as clinics export it.
    fn default() -> Self {
        Self {
            looks: 1.6,
            grain_x: 0.24,
            grain_y: 0.24,
            range_db: 38.0,
            floor_db: 1.0,
            gain_db: 0.0,
            streak_db: 1.6,
            shadow_db: 5.0,
        }
    }
}
