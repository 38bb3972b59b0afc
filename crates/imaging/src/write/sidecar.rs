//! The JSON that lies beside a mask and says what its numbers mean.

use fovea_annotation::{LabelSchema, Mask, TileScore};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};

use crate::{Laterality, SourceFormat, Volume};

/// What `<stem>.json` holds. It names no file and no person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`Sidecar::FORMAT`].
    pub format: String,
    /// Width and height of mask and scan.
    pub size_px: SizePx,
    /// Position in the volume, from 0.
    pub bscan_index: usize,
    /// B-scans of the volume.
    pub bscan_count: usize,
    /// Physical size of a pixel, where the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Which eye.
    pub laterality: Laterality,
    /// What the scan was read from.
    pub source: SourceFormat,
    /// Name, colour and meaning of every class index.
    pub schema: LabelSchema,
    /// Classes that occur in the mask, ascending.
    pub classes: Vec<ClassArea>,
    /// SHA-256 of the model's weights, for a mask that a model made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model_digest: Option<String>,
    /// How doubtful the mask is, for a mask that a model made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<TileScore>,
}

/// How much of a B-scan a class covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassArea {
    /// Class index.
    pub index: u8,
    /// Its name in the schema; the index as text where the schema has none.
    pub name: String,
    /// Pixels.
    pub area_px: u64,
    /// mm², where the spacing is known.
    pub area_mm2: Option<f64>,
}

impl Sidecar {
    /// Name and version of this layout.
    pub const FORMAT: &'static str = "fovea.sidecar/1";

    /// Describes `mask` as a label of B-scan `bscan_index` of `volume`.
    pub fn of(volume: &Volume, bscan_index: usize, mask: &Mask, schema: &LabelSchema) -> Self {
        Self {
            format: Self::FORMAT.to_owned(),
            size_px: mask.size(),
            bscan_index,
            bscan_count: volume.bscans.len(),
            spacing_um: volume.spacing_um,
            laterality: volume.laterality,
            source: volume.format,
            schema: schema.clone(),
            classes: class_areas(mask, schema, volume.spacing_um),
            model_digest: None,
            score: None,
        }
    }

    /// The JSON, indented for people.
    pub fn to_json(&self) -> String {
        // Finite numbers, strings and lists: there is nothing that could fail to serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn class_areas(mask: &Mask, schema: &LabelSchema, spacing_um: Option<SpacingUm>) -> Vec<ClassArea> {
    let mut counts = [0u64; 256];
    mask.classes()
        .iter()
        .for_each(|class| counts[usize::from(*class)] += 1);
    let area = |(index, area_px): (u8, u64)| ClassArea {
        index,
        name: schema
            .class(index)
            .map_or_else(|| index.to_string(), |class| class.name.clone()),
        area_px,
        area_mm2: spacing_um.map(|spacing| area_px as f64 * spacing.pixel_area_mm2()),
    };
    (0..=u8::MAX)
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(area)
        .collect()
}
