//! Layer lines beside a stack of B-scans, as two data sets of Duke University have them.
//!
//! | array | axes | from |
//! |---|---|---|
//! | `manualLayers1` and its like | layer × A-scan × B-scan | Chiu et al., *Biomedical Optics Express* 6 (2015) |
//! | `layerMaps` | B-scan × A-scan × layer | Farsiu et al., *Ophthalmology* 121 (2014) |
//!
//! Heights count rows from 1.

use fovea_geometry::SizePx;

use super::catalog::{Catalog, Filled};
use crate::{LayerLine, LayerLines};

/// Boundaries of the first kind, from the vitreous down.
const EIGHT: [&str; 8] = ["ILM", "RNFL", "IPL", "INL", "OPL", "PR1", "RPE", "BM"];
/// Boundaries of the second kind: ILM, inner border of RPE and drusen, outer border of Bruch's membrane.
const THREE: [&str; 3] = ["ILM", "RPE", "BM"];

/// Arrays of heights, the best first: by hand, then by program.
const LAYERS: [&str; 6] = [
    "manualLayers1",
    "manualLayers2",
    "layerMaps",
    "automaticLayersDME",
    "automaticLayersNormal",
    "automaticLayers",
];
/// Masks of the same data sets.
const MASKS: [&str; 4] = [
    "manualFluid1",
    "manualFluid2",
    "automaticFluidDME",
    "automaticFluid",
];

/// The lines of a volume and what to say about them.
#[derive(Default)]
pub(super) struct Lines {
    /// Empty, or one entry per B-scan.
    pub(super) per_bscan: Vec<LayerLines>,
    pub(super) warning: Option<String>,
}

/// True for arrays that hold labels and no pictures.
pub(super) fn is_label(name: &[u8]) -> bool {
    let mut known = LAYERS.iter().chain(&MASKS);
    known.any(|label| label.as_bytes() == name)
}

/// The lines of the best array that fits the volume and has any height.
pub(super) fn read(catalog: &Catalog<'_>, size: SizePx, bscans: usize) -> Lines {
    for name in LAYERS {
        let Some(heights) = catalog.numbers(name) else {
            continue;
        };
        if let Some(per_bscan) = lines_of(name, &heights, size, bscans) {
            return Lines {
                per_bscan,
                warning: Some(format!(
                    "The layer lines are those of {name}; others in the file were left out."
                )),
            };
        }
    }
    Lines::default()
}

fn lines_of(
    name: &str,
    heights: &Filled<'_>,
    size: SizePx,
    bscans: usize,
) -> Option<Vec<LayerLines>> {
    let mut dimensions = [1; 3];
    let found = heights.dimensions();
    dimensions.get_mut(..found.len())?.copy_from_slice(found);
    let is_map = name == "layerMaps";
    let names: &[&str] = if is_map { &THREE } else { &EIGHT };
    let [layers, columns] = [names.len() as u64, size.width.into()];
    let expected = match is_map {
        true => [bscans as u64, columns, layers],
        false => [layers, columns, bscans as u64],
    };
    if dimensions != expected {
        return None;
    }
    let width = size.width as usize;
    let at = |layer: usize, x: usize, bscan: usize| match is_map {
        true => heights.numbers.at(bscan + bscans * (x + width * layer)),
        false => heights
            .numbers
            .at(layer + names.len() * (x + width * bscan)),
    };
    let line = |layer: usize, bscan: usize| LayerLine {
        name: names[layer].to_owned(),
        y_px: (0..width)
            .map(|x| y_px(at(layer, x, bscan), size.height))
            .collect(),
    };
    let lines: Vec<LayerLines> = (0..bscans)
        .map(|bscan| LayerLines {
            lines: (0..names.len())
                .map(|layer| line(layer, bscan))
                .filter(|line| line.y_px.iter().any(|y| y.is_finite()))
                .collect(),
        })
        .collect();
    let has_any = lines.iter().any(|lines| !lines.lines.is_empty());
    has_any.then_some(lines)
}

/// From row 1 at the top to 0; NaN where the boundary was not drawn or lies outside.
fn y_px(row: f64, height: u32) -> f32 {
    match row >= 1.0 && row <= f64::from(height) {
        true => (row - 1.0) as f32,
        false => f32::NAN,
    }
}
