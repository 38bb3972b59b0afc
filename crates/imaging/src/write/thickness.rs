//! Thickness of the retina and of each layer, A-scan by A-scan.

use super::Labelled;
use super::layer_csv::{Table, boundaries_of};
use crate::{LayerLine, LayerLines, WriteError, schema_boundaries};

/// Name of the map from the first boundary of the schema to the last (ILM to BM).
pub const RETINA: &str = "Retina";

/// Thickness of one layer over the whole volume.
#[derive(Clone, Debug, PartialEq)]
pub struct ThicknessMap {
    /// [`RETINA`], or the name of the layer's class.
    pub layer: String,
    /// µm, B-scan by B-scan, A-scan by A-scan; NaN where a boundary of the layer is absent.
    pub um: Vec<f32>,
}

/// Maps of the whole retina and of each layer, from the boundaries of the masks (see [`LayerLines::of_mask`]).
/// Depth is measured along the A-scan. A volume whose spacing is not known has no thickness.
pub fn thickness_maps(labelled: &Labelled<'_>) -> Result<Vec<ThicknessMap>, WriteError> {
    let spacing = labelled
        .volume
        .spacing_um
        .ok_or(WriteError::NotRepresentable {
            format: "a table of thickness",
            what: "a scan whose spacing is not known; enter the spacing first".to_owned(),
        })?;
    let lines = boundaries_of(labelled)?;
    let boundaries = schema_boundaries(labelled.schema);
    let (Some(top), Some(bottom)) = (boundaries.first(), boundaries.last()) else {
        return Ok(Vec::new());
    };
    let name_of = |class: Option<u8>| {
        let class = class.and_then(|class| labelled.schema.class(class));
        class.map(|class| class.name.clone()).unwrap_or_default()
    };
    let mut borders = vec![(RETINA.to_owned(), top, bottom)];
    borders.extend(
        boundaries
            .windows(2)
            .map(|pair| (name_of(pair[0].below), &pair[0], &pair[1])),
    );
    let width = labelled.volume.bscan_size().width as usize;
    let map = |(layer, top, bottom): (String, &crate::SchemaBoundary, &crate::SchemaBoundary)| {
        let between = |lines: &Option<LayerLines>| {
            let of = |name: &str| lines.as_ref().and_then(|lines| lines.get(name));
            thickness_um(of(&top.name), of(&bottom.name), spacing.y, width)
        };
        ThicknessMap {
            layer,
            um: lines.iter().flat_map(between).collect(),
        }
    };
    Ok(borders.into_iter().map(map).collect())
}

fn thickness_um(
    top: Option<&LayerLine>,
    bottom: Option<&LayerLine>,
    um_per_px: f64,
    width: usize,
) -> Vec<f32> {
    match (top, bottom) {
        (Some(top), Some(bottom)) => {
            let pairs = top.y_px.iter().zip(&bottom.y_px);
            pairs
                .map(|(top, bottom)| (f64::from(bottom - top) * um_per_px) as f32)
                .collect()
        }
        _ => vec![f32::NAN; width],
    }
}

/// The maps as a table: one row per A-scan, `bscan`, `ascan` (both from 0), then µm per layer with two decimals;
/// empty where there is none.
pub fn thickness_csv(labelled: &Labelled<'_>) -> Result<String, WriteError> {
    let maps = thickness_maps(labelled)?;
    let names: Vec<String> = maps.iter().map(|map| format!("{}_um", map.layer)).collect();
    let header = ["bscan", "ascan"]
        .into_iter()
        .chain(names.iter().map(String::as_str));
    let mut table = Table::new(header)?;
    let width = labelled.volume.bscan_size().width as usize;
    for at in 0..labelled.volume.bscans.len() * width {
        let numbers = [at / width, at % width].map(|number| number.to_string());
        let cells = maps.iter().map(|map| match map.um[at] {
            um if um.is_finite() => format!("{um:.2}"),
            _ => String::new(),
        });
        table.row(numbers.into_iter().chain(cells))?;
    }
    table.finish()
}
