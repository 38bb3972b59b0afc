//! From boundaries to mean reflectivity, one A-scan at a time, in dB over the noise floor.
//!
//! Bands follow Staurenghi et al., Ophthalmology 121:1572 (2014) and Spaide & Curcio, Retina 31:1609 (2011): plexiform and
//! fibre layers are bright, nuclear layers dark; the ellipsoid zone and the pigment epithelium are brightest;
//! fluid is black. Levels were set to the mean display values of clinical B-scans.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::PhantomParams;
use crate::anatomy::{bell, smoothstep};
use crate::noise::{Curve, Texture};
use crate::raster::{boundary_rows, first_row_below};
use crate::scene::{Scene, place_um};
use crate::section::{BOUNDARY_COUNT, Boundary, DETACHMENT, GAP_CLASSES, Section};

const VITREOUS_DB: f32 = -14.0;
const FLUID_DB: f32 = -5.0;
const GAP_COUNT: usize = GAP_CLASSES.len();

/// Level along the depth of each gap, from its top to its bottom in eight steps.
const BANDS_DB: [[f32; 8]; GAP_COUNT] = [
    [21.5, 22.5, 22.5, 22.0, 21.5, 21.0, 20.5, 20.0],
    [18.0, 18.5, 19.0, 19.5, 20.0, 20.2, 20.0, 18.5],
    [15.5, 14.8, 14.6, 14.6, 14.6, 14.8, 15.2, 16.0],
    [17.0, 17.8, 18.2, 18.2, 18.0, 17.4, 16.4, 15.0],
    [13.0, 12.0, 11.2, 10.8, 10.6, 10.6, 10.8, 12.2],
    [17.5, 14.5, 17.5, 29.0, 30.0, 24.5, 20.0, 22.5],
    [FLUID_DB; 8],
    [28.0, 31.0, 32.5, 32.5, 32.5, 32.5, 31.5, 28.5],
    [12.0, 13.0, 14.0, 14.0, 14.0, 13.0, 12.5, 14.0],
];

/// Mean reflectivity of one B-scan.
pub(crate) struct Reflectivity<'a> {
    params: &'a PhantomParams,
    section: &'a Section,
    gap_sway: Vec<Curve>,
    streaks: [Curve; 2],
    choroid: [Texture; 2],
    choroid_thickness: Curve,
    choroid_loss_db_per_um: f32,
    lift_db: f32,
    pigment: Curve,
    hyaloid: Curve,
    vessels: Vec<Crossing>,
    next_cyst: usize,
    texture: Vec<f32>,
}

/// A vessel in this B-scan, in px of the A-scan axis.
struct Crossing {
    column: f32,
    half_columns: f32,
    calibre_um: f32,
}

impl<'a> Reflectivity<'a> {
    pub(crate) fn new(
        scene: &Scene,
        params: &'a PhantomParams,
        section: &'a Section,
        bscan_index: u32,
    ) -> Self {
        let rng = &mut scene.tissue_rng(bscan_index);
        let (size, spacing) = (params.size, params.spacing_um);
        let px = |um: f64, per: f64| (um / per) as f32;
        let choroid = |rng: &mut ChaCha8Rng, um: [f64; 2]| {
            Texture::new(
                rng,
                size.width,
                size.height,
                [px(um[0], spacing.x), px(um[1], spacing.y)],
            )
        };
        let period = rng.random_range(500.0..1_400.0);
        let (choroid_loss_db_per_um, lift_db) =
            (rng.random_range(0.03..0.075), rng.random_range(-12.0..-1.0));
        Self {
            params,
            section,
            gap_sway: (0..GAP_COUNT)
                .map(|_| Curve::new(rng, size.width, px(period, spacing.x)))
                .collect(),
            streaks: [
                Curve::new(rng, size.width, px(35.0, spacing.x)),
                Curve::new(rng, size.width, px(260.0, spacing.x)),
            ],
            choroid: [choroid(rng, [150.0, 60.0]), choroid(rng, [45.0, 22.0])],
            choroid_thickness: Curve::new(rng, size.width, px(1_500.0, spacing.x)),
            choroid_loss_db_per_um,
            lift_db,
            pigment: Curve::new(rng, size.width, px(45.0, spacing.x)),
            hyaloid: Curve::new(rng, size.width, px(1_800.0, spacing.x)),
            vessels: crossings(scene, params, bscan_index),
            next_cyst: 0,
            texture: vec![0.0; size.height as usize],
        }
    }

    /// Writes the reflectivity of A-scan `column` into `out`. Columns must be asked for in order.
    pub(crate) fn column(&mut self, column: u32, out: &mut [f32]) {
        let height = self.params.size.height;
        let rows = boundary_rows(&self.section.heights_px[column as usize], height)
            .map(|row| row as usize);
        out[..rows[0]].fill(VITREOUS_DB);
        self.draw_retina(column, &rows, out);
        self.draw_choroid(column, rows[BOUNDARY_COUNT - 1], out);
        self.draw_cysts(column, out);
        self.draw_vessels(column, &rows, out);
        if self.params.anatomy.hyaloid {
            self.draw_hyaloid(column, rows[0], out);
        }
    }

    fn draw_retina(&self, column: u32, rows: &[usize; BOUNDARY_COUNT], out: &mut [f32]) {
        let heights = &self.section.heights_px[column as usize];
        let in_disc = heights[Boundary::Bm as usize].is_nan();
        for gap in 0..GAP_COUNT {
            let (from, to) = (rows[gap], rows[gap + 1]);
            if from == to {
                continue;
            }
            let (top, bottom) = (heights[gap], heights[gap + 1]);
            let step = 8.0 / (bottom - top).max(0.5);
            let sway = 1.3 * self.gap_sway[gap].at(column as f32) + self.params.optics.gain_db;
            let serous =
                gap == GAP_COUNT - 1 && self.section.lift_class[column as usize] == DETACHMENT;
            let pigmented = matches!(gap, 5 | 7);
            let offset = sway
                + if serous {
                    self.lift_db
                } else if pigmented {
                    2.0 * self.pigment.at(column as f32)
                } else {
                    0.0
                };
            let mut t = (from as f32 + 0.5 - top) * step;
            for value in &mut out[from..to] {
                *value = BANDS_DB[gap][(t as usize).min(7)] + offset;
                // Light fades with depth in the prelaminar tissue of the disc.
                *value -= if in_disc { 0.9 * t } else { 0.0 };
                t += step;
            }
        }
    }

    /// Choriocapillaris, choroid with its vessels, sclera; and what the retina let through.
    fn draw_choroid(&mut self, column: u32, top: usize, out: &mut [f32]) {
        let in_disc = self.section.heights_px[column as usize][Boundary::Bm as usize].is_nan();
        let um_per_px = self.params.spacing_um.y as f32;
        let x = column as f32;
        let optics = &self.params.optics;
        let passed = optics.gain_db - self.shade(column)
            + optics.streak_db * (0.7 * self.streaks[0].at(x) + self.streaks[1].at(x));
        let thickness_um =
            self.params.anatomy.choroid_um * (1.0 + 0.25 * self.choroid_thickness.at(x));
        let start = if in_disc { 9.0 } else { 17.0 };
        let below = &mut out[top..];
        let texture = &mut self.texture[..below.len()];
        self.choroid[0].column(column, top as u32, texture);
        for (row, (value, large)) in below.iter_mut().zip(texture.iter()).enumerate() {
            let depth_um = row as f32 * um_per_px;
            let lumen = if depth_um < thickness_um {
                smoothstep(large * 1.6)
            } else {
                0.25
            };
            *value = start + passed
                - depth_um * self.choroid_loss_db_per_um
                - 5.0 * lumen * (depth_um / 60.0).min(1.0);
        }
        self.choroid[1].column(column, top as u32, texture);
        for (value, small) in below.iter_mut().zip(texture.iter()) {
            *value += 1.8 * small;
        }
    }

    /// What lesions take from the light that reaches the choroid, in dB.
    fn shade(&self, column: u32) -> f32 {
        let heights = &self.section.heights_px[column as usize];
        let lift_um = (heights[Boundary::Bm as usize] - heights[Boundary::RpeBase as usize])
            * self.params.spacing_um.y as f32;
        if lift_um.is_finite() {
            (lift_um * 0.05).min(5.0)
        } else {
            0.0
        }
    }

    fn draw_cysts(&mut self, column: u32, out: &mut [f32]) {
        let height = self.params.size.height;
        while let Some(cyst) = self
            .section
            .cysts
            .get(self.next_cyst)
            .filter(|cyst| cyst.column == column)
        {
            let (top, bottom) = (
                first_row_below(cyst.top_px, height),
                first_row_below(cyst.bottom_px, height),
            );
            if top < bottom {
                out[top as usize..bottom as usize].fill(FLUID_DB);
            }
            self.next_cyst += 1;
        }
    }

    /// A bright lumen in the inner retina, and its shadow on everything below.
    fn draw_vessels(&self, column: u32, rows: &[usize; BOUNDARY_COUNT], out: &mut [f32]) {
        let um_per_px = self.params.spacing_um.y as f32;
        for vessel in &self.vessels {
            let q = (column as f32 + 0.5 - vessel.column) / vessel.half_columns;
            if q.abs() > 1.6 {
                continue;
            }
            let shadow =
                self.params.optics.shadow_db * (vessel.calibre_um / 100.0).min(1.6) * bell(q * q);
            let half_px = 0.5 * vessel.calibre_um / um_per_px * libm::sqrtf((1.0 - q * q).max(0.0));
            let centre = rows[0] as f32 + 0.6 * vessel.calibre_um / um_per_px;
            let (top, bottom) = (
                (centre - half_px).max(rows[0] as f32) as usize,
                (centre + half_px) as usize,
            );
            let bottom = bottom.min(out.len());
            if top < bottom {
                out[top..bottom].iter_mut().for_each(|value| *value += 3.0);
            }
            out[bottom..].iter_mut().for_each(|value| *value -= shadow);
        }
    }

    fn draw_hyaloid(&self, column: u32, ilm_row: usize, out: &mut [f32]) {
        let gap_um = 60.0 + 110.0 * (1.0 + self.hyaloid.at(column as f32));
        let row = ilm_row.saturating_sub((gap_um / self.params.spacing_um.y as f32) as usize);
        if row > 0 && row < ilm_row {
            out[row] = 9.0 + self.params.optics.gain_db;
        }
    }
}

fn crossings(scene: &Scene, params: &PhantomParams, bscan_index: u32) -> Vec<Crossing> {
    let [first_x, z] = place_um(params, 0, bscan_index);
    let column_of = |x: f32| (x - first_x) / params.spacing_um.x as f32 + 0.5;
    let crossing = |vessel: &crate::vessels::Vessel| {
        let x = vessel.crossing_um(z)?;
        let half_columns = 0.5 * vessel.calibre_um / params.spacing_um.x as f32;
        Some(Crossing {
            column: column_of(x),
            half_columns: half_columns.max(0.5),
            calibre_um: vessel.calibre_um,
        })
    };
    scene.vessels.iter().filter_map(crossing).collect()
}
