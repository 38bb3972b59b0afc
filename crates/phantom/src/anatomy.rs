//! Healthy structure, in µm.
//!
//! | figure | value here | source |
//! |---|---|---|
//! | layers compared, their order and names | ILM … BM | Staurenghi et al., *IN•OCT consensus*, Ophthalmology 121:1572 (2014) |
//! | thickness of single layers, fovea / ring of 1–3 mm / 3–6 mm | see [`thickness_um`] | Demirkaya et al., IOVS 54:4934 (2013); Hashmani et al., Clin. Ophthalmol. 12:1433 (2018) |
//! | outer nuclear layer and photoreceptors together | 91–96 µm (mean), more under the fovea | Chan et al., Retina 26:655 (2006) |
//! | greatest retinal thickness | nasal 329 ± 17 µm, temporal 306 ± 16 µm | Tick et al., IOVS 52:5105 (2011) |
//! | foveal pit, rim to rim | 2.2–2.5 mm | Tick et al. 2011; spread as in Dubis et al., Br. J. Ophthalmol. 93:1223 (2009) |
//! | choroid under the fovea | 287 ± 76 µm | Margolis & Spaide, Am. J. Ophthalmol. 147:811 (2009) |
//! | optic disc | 1.8 mm across, centre 4.5 mm nasal of the fovea | Quigley et al., Arch. Ophthalmol. 108:51 (1990); Rohrschneider, IOVS 45:3257 (2004) |
//! | radius of the eye wall | about 12 mm | Atchison et al., IOVS 45:3380 (2004) |

use libm::{expf, sqrtf};

/// Layers from the vitreous down: RNFL, GCL-IPL, INL, OPL, ONL, IS/OS, RPE.
pub(crate) const LAYER_COUNT: usize = 7;

/// Distance of the disc centre from the fovea, nasally.
const DISC_OFFSET_UM: f32 = 4_500.0;
/// Radius of the disc.
const DISC_RADIUS_UM: f32 = 900.0;

/// Healthy structure of one eye. All lengths in µm.
#[derive(Clone, Debug, PartialEq)]
pub struct Anatomy {
    /// Factor on the thickness of each layer: RNFL, GCL-IPL, INL, OPL, ONL, IS/OS, RPE.
    pub thickness_scale: [f32; LAYER_COUNT],
    /// Factor on the width of the foveal pit; 1 puts the rims 2.3 mm apart.
    pub pit_scale: f32,
    /// How much of the pit is filled by inner layers: 0 in a normal eye, 1 for no pit at all.
    pub pit_fill: f32,
    /// Place of the fovea relative to the middle of the field: along the B-scan, and across B-scans.
    pub fovea_um: [f32; 2],
    /// Thickness of the choroid under the fovea.
    pub choroid_um: f32,
    /// Slope of the retina along the B-scan, from a beam off the pupil's centre.
    pub tilt: f32,
    /// Curvature of the retina as displayed, 1/radius in 1/mm; positive bows towards the sclera.
    pub curvature_per_mm: f32,
    /// Height of Bruch's membrane in the middle of the picture: 0 is the top edge, 1 the bottom.
    pub depth_fraction: f32,
    /// Retinal vessels that cross the field.
    pub vessels: u32,
    /// Whether the posterior hyaloid shows as a thin line over the retina.
    pub hyaloid: bool,
}

impl Default for Anatomy {
    fn default() -> Self {
        Self {
            thickness_scale: [1.0; LAYER_COUNT],
            pit_scale: 1.0,
            pit_fill: 0.0,
            fovea_um: [0.0, 0.0],
            choroid_um: 287.0,
            tilt: 0.02,
            curvature_per_mm: 0.03,
            depth_fraction: 0.52,
            vessels: 9,
            hyaloid: false,
        }
    }
}

/// Thickness of each layer at a place of the fundus, before disease. `nasal_um` and `z_um` are measured from the fovea.
pub(crate) fn thickness_um(anatomy: &Anatomy, nasal_um: f32, z_um: f32) -> [f32; LAYER_COUNT] {
    let r = sqrtf(nasal_um * nasal_um + z_um * z_um) / anatomy.pit_scale;
    // `rise(w)` grows from 0 in the pit to 1 outside; `w` is the e-folding radius.
    let rise = |w: f32| 1.0 - (1.0 - anatomy.pit_fill) * bell(r / w);
    let nasal_share = 1.0 / (1.0 + expf(-nasal_um / 800.0));
    let healthy = [
        9.0 + rise(700.0) * (11.0 + 19.0 * nasal_share),
        4.0 + 96.0 * rise(620.0) * bell(r / 3_600.0),
        8.0 + 32.0 * rise(520.0),
        12.0 + 18.0 * rise(480.0),
        66.0 + 46.0 * bell(r / 720.0),
        38.0 + 10.0 * bell(r / 400.0),
        28.0,
    ];
    let margin_um = disc_margin_um(nasal_um, z_um).max(0.0);
    let mut thickness = [0.0; LAYER_COUNT];
    for (layer, slot) in thickness.iter_mut().enumerate() {
        // Fibres converge on the disc while the other layers thin out towards its margin.
        let near_disc = match layer {
            0 => 1.0 + 2.6 * bell(margin_um / 900.0),
            _ => 1.0 - 0.55 * bell(margin_um / 260.0),
        };
        *slot = healthy[layer] * anatomy.thickness_scale[layer] * near_disc;
    }
    thickness
}

/// Distance to the margin of the optic disc: negative inside.
pub(crate) fn disc_margin_um(nasal_um: f32, z_um: f32) -> f32 {
    let dx = nasal_um - DISC_OFFSET_UM;
    sqrtf(dx * dx + z_um * z_um) - DISC_RADIUS_UM
}

/// Depth of the optic cup's floor below the disc margin: 0 at the margin, steepest half way in.
pub(crate) fn cup_depth_um(margin_um: f32) -> f32 {
    let inward = (-margin_um / DISC_RADIUS_UM).clamp(0.0, 1.0);
    420.0 * smoothstep(inward * 1.25)
}

/// `exp(-q²)`.
pub(crate) fn bell(q: f32) -> f32 {
    expf(-q * q)
}

/// 0 below 0, 1 above 1, smooth between.
pub(crate) fn smoothstep(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(nasal_um: f32) -> f32 {
        thickness_um(&Anatomy::default(), nasal_um, 0.0)
            .iter()
            .sum()
    }

    #[test]
    fn retina_is_as_thick_as_published() {
        let greatest = |from: i32, to: i32| {
            (from..to)
                .map(|x| (total(x as f32 * 10.0), x.abs() * 10))
                .fold((0.0, 0), |a, b| if b.0 > a.0 { b } else { a })
        };
        let (nasal, nasal_at) = greatest(0, 200);
        let (temporal, temporal_at) = greatest(-200, 0);
        assert!(
            (329.0 - 34.0..=329.0 + 34.0).contains(&nasal),
            "nasal {nasal}"
        );
        assert!(
            (306.0 - 32.0..=306.0 + 32.0).contains(&temporal),
            "temporal {temporal}"
        );
        assert!(
            (1_900..=2_900).contains(&(nasal_at + temporal_at)),
            "pit {}",
            nasal_at + temporal_at
        );
        assert!(
            (200.0..=250.0).contains(&total(0.0)),
            "foveal centre {}",
            total(0.0)
        );
    }
}
