//! Layer lines as data sets have them, beside their B-scans or in a file of their own.
//!
//! | array | axes | from |
//! |---|---|---|
//! | `manualLayers1` and its like | layer × A-scan × B-scan | Chiu et al., *Biomedical Optics Express* 6 (2015) |
//! | `interpolation` | layer × A-scan | hand traces of octSegmentation (Rathke et al., *Medical Image Analysis* 18, 2014) |
//! | `layerMaps` | B-scan × A-scan × layer | Farsiu et al., *Ophthalmology* 121 (2014) |
//!
//! Heights count rows from 1.

use fovea_geometry::SizePx;

use super::catalog::{Catalog, Filled};
use crate::{LayerLine, LayerLines};

/// An array of heights.
struct Kind {
    name: &'static str,
    axes: Axes,
    /// Boundaries from the vitreous down.
    boundaries: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Axes {
    LayerColumnBscan,
    BscanColumnLayer,
}

const EIGHT: &[&str] = &["ILM", "RNFL", "IPL", "INL", "OPL", "PR1", "RPE", "BM"];
const NINE: &[&str] = &[
    "ILM", "RNFL", "IPL", "INL", "OPL", "ELM", "PR1", "RPE", "BM",
];
/// ILM, inner border of pigment epithelium and drusen, outer border of Bruch's membrane.
const THREE: &[&str] = &["ILM", "RPE", "BM"];

/// The best first: by hand, then by program.
const KINDS: [Kind; 7] = [
    layers("manualLayers1", EIGHT),
    layers("manualLayers2", EIGHT),
    layers("interpolation", NINE),
    Kind {
        name: "layerMaps",
        axes: Axes::BscanColumnLayer,
        boundaries: THREE,
    },
    layers("automaticLayersDME", EIGHT),
    layers("automaticLayersNormal", EIGHT),
    layers("automaticLayers", EIGHT),
];

const fn layers(name: &'static str, boundaries: &'static [&'static str]) -> Kind {
    Kind {
        name,
        axes: Axes::LayerColumnBscan,
        boundaries,
    }
}

/// Masks of the same data sets.
const MASKS: [&str; 4] = [
    "manualFluid1",
    "manualFluid2",
    "automaticFluidDME",
    "automaticFluid",
];

/// The lines of a volume and what to say about them.
#[derive(Default)]
pub(crate) struct Lines {
    /// Empty, or one entry per B-scan.
    pub(crate) per_bscan: Vec<LayerLines>,
    pub(crate) warning: Option<String>,
}

/// True for arrays that hold labels and no pictures.
pub(super) fn is_label(name: &[u8]) -> bool {
    let mut known = KINDS.iter().map(|kind| kind.name).chain(MASKS);
    known.any(|label| label.as_bytes() == name)
}

/// The lines of the best array that fits the volume and has any height.
pub(super) fn read(catalog: &Catalog<'_>, size: SizePx, bscans: usize) -> Lines {
    let found = KINDS.iter().find_map(|kind| {
        let heights = catalog.numbers(kind.name)?;
        Some((kind.name, lines_of(kind, &heights, size, bscans)?))
    });
    found.map_or_else(Lines::default, |(name, per_bscan)| Lines {
        per_bscan,
        warning: Some(format!(
            "The layer lines are those of {name}; others in the file were left out."
        )),
    })
}

fn lines_of(
    kind: &Kind,
    heights: &Filled<'_>,
    size: SizePx,
    bscans: usize,
) -> Option<Vec<LayerLines>> {
    let mut dimensions = [1; 3];
    let found = heights.dimensions();
    dimensions.get_mut(..found.len())?.copy_from_slice(found);
    let (width, layers) = (size.width as usize, kind.boundaries.len());
    let expected = match kind.axes {
        Axes::LayerColumnBscan => [layers, width, bscans],
        Axes::BscanColumnLayer => [bscans, width, layers],
    };
    if dimensions != expected.map(|side| side as u64) {
        return None;
    }
    let at = |layer: usize, x: usize, bscan: usize| match kind.axes {
        Axes::LayerColumnBscan => heights.numbers.at(layer + layers * (x + width * bscan)),
        Axes::BscanColumnLayer => heights.numbers.at(bscan + bscans * (x + width * layer)),
    };
    let line = |layer: usize, bscan: usize| LayerLine {
        name: kind.boundaries[layer].to_owned(),
        y_px: (0..width)
            .map(|x| y_px(at(layer, x, bscan), size.height))
            .collect(),
    };
    let lines: Vec<LayerLines> = (0..bscans)
        .map(|bscan| LayerLines {
            lines: (0..layers)
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
