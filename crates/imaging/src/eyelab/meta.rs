//! What is read of `meta.json`. Patients, dates and everything else in it are not named here and so stay unread.

use fovea_geometry::SpacingUm;
use serde::Deserialize;

use crate::{BscanPosition, Laterality};

#[derive(Deserialize)]
pub(crate) struct Meta {
    #[serde(default)]
    scale_x: Option<f64>,
    #[serde(default)]
    scale_y: Option<f64>,
    #[serde(default)]
    scale_z: Option<f64>,
    #[serde(default)]
    scale_unit: Option<String>,
    #[serde(default)]
    laterality: Option<String>,
    #[serde(default)]
    intensity_transform: Option<String>,
    #[serde(default)]
    bscan_meta: Vec<BscanMeta>,
}

#[derive(Deserialize)]
struct BscanMeta {
    start_pos: Option<[f64; 2]>,
    end_pos: Option<[f64; 2]>,
    pos_unit: Option<String>,
    quality: Option<f32>,
}

/// Length of a unit in µm; `None` for pixels, degrees and unknown ones.
fn unit_um(unit: &str) -> Option<f64> {
    match unit {
        "mm" => Some(1_000.0),
        "µm" | "μm" | "um" => Some(1.0),
        _ => None,
    }
}

impl Meta {
    pub(crate) fn spacing_um(&self) -> Option<SpacingUm> {
        let unit = unit_um(self.scale_unit.as_deref()?)?;
        SpacingUm::new(
            self.scale_x? * unit,
            self.scale_y? * unit,
            self.scale_z? * unit,
        )
    }

    /// Size of a pixel of a picture in µm, `[x, y]`.
    pub(crate) fn picture_um(&self) -> Option<[f64; 2]> {
        let unit = unit_um(self.scale_unit.as_deref()?)?;
        let scales = [self.scale_x? * unit, self.scale_y? * unit];
        scales
            .iter()
            .all(|scale| scale.is_finite() && *scale > 0.0)
            .then_some(scales)
    }

    pub(crate) fn laterality(&self) -> Laterality {
        match self.laterality.as_deref() {
            Some("OD" | "R") => Laterality::Right,
            Some("OS" | "L") => Laterality::Left,
            _ => Laterality::Unknown,
        }
    }

    /// True where values are Heidelberg's reflectivities.
    pub(crate) fn is_reflectivity(&self) -> bool {
        self.intensity_transform.as_deref() == Some("vol")
    }

    pub(crate) fn position(&self, bscan: usize) -> Option<BscanPosition> {
        let meta = self.bscan_meta.get(bscan)?;
        let mm = unit_um(meta.pos_unit.as_deref()?)? / 1_000.0;
        let point = |point: [f64; 2]| point.map(|value| value * mm);
        Some(BscanPosition {
            start_mm: point(meta.start_pos?),
            end_mm: point(meta.end_pos?),
        })
    }

    pub(crate) fn quality(&self, bscan: usize) -> Option<f32> {
        self.bscan_meta
            .get(bscan)?
            .quality
            .filter(|quality| quality.is_finite())
    }
}
