//! From parameters to a volume with its truth.

use fovea_annotation::Mask;
use fovea_imaging::{Bscan, LayerLines, SourceFormat, Volume};
use libm::{log10f, powf};

use crate::PhantomParams;
use crate::raster;
use crate::reflectivity::Reflectivity;
use crate::scene::Scene;
use crate::section::Section;
use crate::speckle::Speckle;

/// A phantom and its exact truth, B-scan by B-scan.
#[derive(Clone, Debug)]
pub struct PhantomVolume {
    /// Pixels and geometry, as an import would give them.
    pub volume: Volume,
    /// Class indices of `LabelSchema::oct_layers`.
    pub masks: Vec<Mask>,
    /// Heights of [`crate::BOUNDARY_NAMES`] per A-scan; NaN where absent.
    pub layer_lines: Vec<LayerLines>,
}

/// Draws the phantom that `seed` and `params` fix.
pub fn generate(seed: u64, params: &PhantomParams) -> PhantomVolume {
    let scene = Scene::new(seed, params);
    let display = Display::new(params);
    let count = params.bscan_count as usize;
    let mut bscans = Vec::with_capacity(count);
    let mut masks = Vec::with_capacity(count);
    let mut layer_lines = Vec::with_capacity(count);
    for bscan_index in 0..params.bscan_count {
        let section = Section::new(&scene, params, bscan_index);
        bscans.push(display.bscan(&scene, params, &section, bscan_index));
        masks.push(raster::mask(&section, params.size));
        layer_lines.push(section.layer_lines());
    }
    let mut volume = Volume::of_bscans(bscans, SourceFormat::Phantom);
    volume.spacing_um = Some(params.spacing_um);
    volume.laterality = params.laterality;
    PhantomVolume {
        volume,
        masks,
        layer_lines,
    }
}

const FLOOR_STEPS_PER_DB: f32 = 8.0;
const FLOOR_FROM_DB: f32 = -24.0;
const FLOOR_LEVELS: usize = 640;

/// The instrument: tables that turn reflectivity into display values.
struct Display {
    speckle: Speckle,
    /// Level over display black by reflectivity: tissue and noise floor add as intensities, not as dB.
    over_floor_db: Vec<f32>,
    gray_per_db: f32,
}

impl Display {
    fn new(params: &PhantomParams) -> Self {
        let optics = &params.optics;
        let level_db = |level: usize| FLOOR_FROM_DB + level as f32 / FLOOR_STEPS_PER_DB;
        let over_floor = |db: f32| optics.floor_db + 10.0 * log10f(1.0 + powf(10.0, db / 10.0));
        Self {
            speckle: Speckle::new(optics),
            over_floor_db: (0..FLOOR_LEVELS)
                .map(|level| over_floor(level_db(level)))
                .collect(),
            gray_per_db: 255.0 / optics.range_db.max(1.0),
        }
    }

    fn bscan(
        &self,
        scene: &Scene,
        params: &PhantomParams,
        section: &Section,
        bscan_index: u32,
    ) -> Bscan {
        let (width, height) = (params.size.width as usize, params.size.height as usize);
        let mut tissue = Reflectivity::new(scene, params, section, bscan_index);
        let mut speckle = self
            .speckle
            .columns(scene.speckle_rng(bscan_index), params.size.height);
        let mut pixels = vec![0; width * height];
        let (mut sharp, mut column_db) = (vec![0.0; height], vec![0.0; height]);
        for column in 0..params.size.width {
            tissue.column(column, &mut sharp);
            self.blur(&sharp, &mut column_db);
            speckle.add_next(&mut column_db);
            let gray = column_db
                .iter()
                .map(|db| (db * self.gray_per_db + 0.5) as u8);
            for (pixel, gray) in pixels[column as usize..]
                .iter_mut()
                .step_by(width)
                .zip(gray)
            {
                *pixel = gray;
            }
        }
        Bscan::new(params.size, pixels)
    }

    /// Adds the noise floor and blurs along depth over the axial point spread function (about 7 µm, two samples).
    fn blur(&self, sharp: &[f32], out: &mut [f32]) {
        let last = sharp.len() - 1;
        let mut above = self.floored(sharp[0]);
        let mut here = above;
        for (row, value) in out.iter_mut().enumerate() {
            let below = self.floored(sharp[(row + 1).min(last)]);
            *value = 0.25 * (above + below) + 0.5 * here;
            above = here;
            here = below;
        }
    }

    fn floored(&self, db: f32) -> f32 {
        // The cast saturates below the table.
        let level = ((db - FLOOR_FROM_DB) * FLOOR_STEPS_PER_DB) as usize;
        self.over_floor_db[level.min(FLOOR_LEVELS - 1)]
    }
}
