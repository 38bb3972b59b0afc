//! The boundaries of one B-scan in px: the exact truth that masks, lines and pixels are drawn from.

use fovea_imaging::{LayerLine, LayerLines};

use crate::PhantomParams;
use crate::anatomy::{LAYER_COUNT, cup_depth_um, disc_margin_um, smoothstep, thickness_um};
use crate::scene::{Scene, nasal_um, place_um};

/// Boundaries from the vitreous down, as positions in [`BOUNDARY_NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Boundary {
    /// Inner limiting membrane: the top of the retina.
    Ilm,
    /// Bottom of the nerve fibre layer.
    Rnfl,
    /// Bottom of the inner plexiform layer.
    Ipl,
    /// Bottom of the inner nuclear layer.
    Inl,
    /// Bottom of the outer plexiform layer.
    Opl,
    /// External limiting membrane: bottom of the outer nuclear layer.
    Elm,
    /// Bottom of the outer segments.
    Os,
    /// Top of the pigment epithelium; below [`Boundary::Os`] where there is subretinal fluid.
    Rpe,
    /// Bottom of the pigment epithelium.
    RpeBase,
    /// Bruch's membrane; below [`Boundary::RpeBase`] where there are drusen or a detachment.
    Bm,
}

/// Number of boundaries.
pub(crate) const BOUNDARY_COUNT: usize = 10;

/// Names of the boundaries, as the layer lines carry them.
pub const BOUNDARY_NAMES: [&str; BOUNDARY_COUNT] = [
    "ILM", "RNFL", "IPL", "INL", "OPL", "ELM", "OS", "RPE", "RPE-BASE", "BM",
];

/// Classes between neighbouring boundaries; the last gap is drusen or detachment, see [`Section::lift_class`].
pub(crate) const GAP_CLASSES: [u8; BOUNDARY_COUNT - 1] =
    [5, 6, 7, 8, 9, 10, SUBRETINAL_FLUID, 11, DRUSEN];
pub(crate) const INTRARETINAL_FLUID: u8 = 1;
pub(crate) const SUBRETINAL_FLUID: u8 = 2;
pub(crate) const DETACHMENT: u8 = 3;
pub(crate) const DRUSEN: u8 = 4;

/// A run of fluid inside the retina in one A-scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CystSpan {
    pub(crate) column: u32,
    pub(crate) top_px: f32,
    pub(crate) bottom_px: f32,
}

/// One B-scan before optics.
pub(crate) struct Section {
    /// Boundary heights per A-scan in px from the top edge; NaN where a boundary is absent.
    pub(crate) heights_px: Vec<[f32; BOUNDARY_COUNT]>,
    /// Class between RPE base and Bruch's membrane, per A-scan.
    pub(crate) lift_class: Vec<u8>,
    /// Intraretinal fluid, columns ascending.
    pub(crate) cysts: Vec<CystSpan>,
}

impl Section {
    pub(crate) fn new(scene: &Scene, params: &PhantomParams, bscan_index: u32) -> Self {
        let width = params.size.width;
        let mut section = Self {
            heights_px: Vec::with_capacity(width as usize),
            lift_class: Vec::with_capacity(width as usize),
            cysts: Vec::new(),
        };
        for column in 0..width {
            let place = place_um(params, column, bscan_index);
            let ascan = Ascan::new(scene, params, place);
            section
                .heights_px
                .push(ascan.heights_um.map(|y| y / params.spacing_um.y as f32));
            section.lift_class.push(ascan.lift_class);
            section.add_cysts(scene, params, column, place);
        }
        section
    }

    /// Fluid at half the depth of its layer in this A-scan, from edge to edge of the ellipsoid.
    fn add_cysts(&mut self, scene: &Scene, params: &PhantomParams, column: u32, [x, z]: [f32; 2]) {
        let heights = self.heights_px[column as usize];
        for cyst in &scene.lesions.cysts {
            let half_px = cyst.half_height_at(x, z) / params.spacing_um.y as f32;
            let (top, bottom) = if cyst.is_outer {
                (Boundary::Opl, Boundary::Elm)
            } else {
                (Boundary::Ipl, Boundary::Inl)
            };
            let middle_px = 0.5 * (heights[top as usize] + heights[bottom as usize]);
            if half_px > 0.3 && middle_px.is_finite() {
                let highest = heights[Boundary::Rnfl as usize];
                let lowest = heights[Boundary::Elm as usize];
                let (top_px, bottom_px) = (
                    (middle_px - half_px).max(highest),
                    (middle_px + half_px).min(lowest),
                );
                self.cysts.push(CystSpan {
                    column,
                    top_px,
                    bottom_px,
                });
            }
        }
    }

    /// The boundaries as named lines.
    pub(crate) fn layer_lines(&self) -> LayerLines {
        let line = |(index, name): (usize, &&str)| LayerLine {
            name: (*name).to_owned(),
            y_px: self
                .heights_px
                .iter()
                .map(|heights| heights[index])
                .collect(),
        };
        LayerLines {
            lines: BOUNDARY_NAMES.iter().enumerate().map(line).collect(),
        }
    }
}

/// One A-scan in µm.
struct Ascan {
    heights_um: [f32; BOUNDARY_COUNT],
    lift_class: u8,
}

impl Ascan {
    fn new(scene: &Scene, params: &PhantomParams, [x, z]: [f32; 2]) -> Self {
        let nasal = nasal_um(params.laterality, x);
        let bruch_um = bruch_um(scene, params, x, z);
        let margin_um = disc_margin_um(nasal, z);
        if margin_um < 0.0 {
            return Self::in_disc(params, bruch_um, [nasal, z], margin_um);
        }
        let lift = Lift::at(scene, x, z);
        let fluid_um = tallest(&scene.lesions.subretinal, x, z);
        let mut thickness = thickness_um(&params.anatomy, nasal, z);
        scene.vary_layers(&mut thickness, x, z);
        swell(scene, &mut thickness, x, z);
        // A lesion under the retina thins the outer nuclear layer over it and lifts the rest.
        let yielding_um = (thickness[4] - 30.0).max(0.0);
        thickness[4] -= (0.3 * (lift.height_um + fluid_um)).min(yielding_um);
        Self {
            heights_um: stack(bruch_um, lift.height_um, fluid_um, &thickness),
            lift_class: lift.class,
        }
    }

    /// In the optic disc only nerve fibres are left, under the inner limiting membrane of the cup.
    fn in_disc(
        params: &PhantomParams,
        bruch_um: f32,
        [nasal, z]: [f32; 2],
        margin_um: f32,
    ) -> Self {
        let rim_um: f32 = thickness_um(&params.anatomy, nasal, z).iter().sum();
        let ilm_um = bruch_um - rim_um + cup_depth_um(margin_um);
        let tissue_um = rim_um + 260.0 * smoothstep(-margin_um / 250.0);
        let mut heights_um = [f32::NAN; BOUNDARY_COUNT];
        heights_um[Boundary::Ilm as usize] = ilm_um;
        heights_um[Boundary::Rnfl as usize] = ilm_um + tissue_um;
        Self {
            heights_um,
            lift_class: DRUSEN,
        }
    }
}

/// Depth of Bruch's membrane in µm from the top edge of the picture.
fn bruch_um(scene: &Scene, params: &PhantomParams, x: f32, z: f32) -> f32 {
    let anatomy = &params.anatomy;
    let middle_um = anatomy.depth_fraction * params.size.height as f32 * params.spacing_um.y as f32;
    // Tilt and bow belong to the beam, so they are centred in the field and not on the fovea.
    let (along, across) = (x + anatomy.fovea_um[0], z + anatomy.fovea_um[1]);
    let bow_um = anatomy.curvature_per_mm * (along * along + across * across) * 0.5e-3;
    middle_um + anatomy.tilt * along - bow_um + scene.unevenness_um(x, z)
}

/// What lifts the pigment epithelium off Bruch's membrane.
struct Lift {
    height_um: f32,
    class: u8,
}

impl Lift {
    fn at(scene: &Scene, x: f32, z: f32) -> Self {
        let (drusen, detachment) = (
            tallest(&scene.lesions.drusen, x, z),
            tallest(&scene.lesions.detachments, x, z),
        );
        match detachment > drusen {
            true => Self {
                height_um: detachment,
                class: DETACHMENT,
            },
            false => Self {
                height_um: drusen,
                class: DRUSEN,
            },
        }
    }
}

fn tallest(domes: &[crate::lesions::Dome], x: f32, z: f32) -> f32 {
    domes
        .iter()
        .map(|dome| dome.height_at(x, z))
        .fold(0.0, f32::max)
}

/// Makes room for cysts in the layers that hold them.
fn swell(scene: &Scene, thickness: &mut [f32; LAYER_COUNT], x: f32, z: f32) {
    for cyst in &scene.lesions.cysts {
        let layer = if cyst.is_outer { 4 } else { 2 };
        // The swelling reaches far beyond the cyst, with soft feet; the cyst also presses its neighbours apart.
        let dome = &cyst.dome;
        let (dx, dz) = (x - dome.centre_um[0], z - dome.centre_um[1]);
        let reach_um = 2.2 * dome.radius_um + 180.0;
        let q2 = (dx * dx + dz * dz) / (reach_um * reach_um);
        if q2 < 1.0 {
            thickness[layer] += 1.1 * dome.height_um * (1.0 - q2) * (1.0 - q2);
        }
    }
}

/// Boundary heights from Bruch's membrane upwards.
fn stack(
    bruch_um: f32,
    lift_um: f32,
    fluid_um: f32,
    thickness: &[f32; LAYER_COUNT],
) -> [f32; BOUNDARY_COUNT] {
    let mut heights = [bruch_um; BOUNDARY_COUNT];
    let [rnfl, ganglion, inl, opl, onl, photoreceptors, rpe] = *thickness;
    let gaps = [
        rnfl,
        ganglion,
        inl,
        opl,
        onl,
        photoreceptors,
        fluid_um,
        rpe,
        lift_um,
    ];
    for (index, gap_um) in gaps.iter().enumerate().rev() {
        heights[index] = heights[index + 1] - gap_um;
    }
    heights
}
