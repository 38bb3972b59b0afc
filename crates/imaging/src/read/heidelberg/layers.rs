//! Heidelberg's layer lines, which its three formats name and fill alike.

use crate::{LayerLine, LayerLines};

/// Heidelberg's device layers, by their position in the array of segmentation lines. The XML export calls `PR1` and
/// `PR2` also `EZ` and `IZ`.
pub const LAYER_NAMES: [&str; 19] = [
    "ILM", "BM", "RNFL", "GCL", "IPL", "INL", "OPL", "ONL", "ELM", "IOS", "OPT", "CHO", "VIT",
    "ANT", "PR1", "PR2", "RPE", "IPL+", "IPL-",
];

/// The name in [`LAYER_NAMES`] of a layer by that or its other name.
pub(crate) fn layer_name(name: &str) -> Option<&'static str> {
    let name = match name {
        "EZ" => "PR1",
        "IZ" => "PR2",
        name => name,
    };
    LAYER_NAMES.into_iter().find(|known| *known == name)
}

/// Adds the line called `name`, unless none of its heights lies in a picture of `height` rows: writers fill layers
/// that were not segmented with zeros or with the invalid value.
pub(crate) fn push_line(
    lines: &mut LayerLines,
    name: &str,
    heights: impl Iterator<Item = f32>,
    height: u32,
) {
    let y_px: Vec<f32> = heights.map(|y| height_px(y, height)).collect();
    if y_px.iter().any(|y| *y > 0.0) {
        lines.lines.push(LayerLine {
            name: name.to_owned(),
            y_px,
        });
    }
}

/// A height inside the picture, or NaN: the invalid value is `f32::MAX`, in the XML export 3e+038.
fn height_px(y: f32, height: u32) -> f32 {
    match y >= 0.0 && y <= height as f32 {
        true => y,
        false => f32::NAN,
    }
}

/// The lines of a volume: none at all when no B-scan has any.
pub(crate) fn per_bscan(lines: Vec<LayerLines>) -> Vec<LayerLines> {
    match lines.iter().all(|lines| lines.lines.is_empty()) {
        true => Vec::new(),
        false => lines,
    }
}

/// Little-endian floats.
pub(crate) fn floats(raw: &[u8]) -> impl Iterator<Item = f32> {
    raw.chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
