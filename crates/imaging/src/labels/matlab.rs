//! Layer lines in Matlab files: hand traces of octSegmentation, and the arrays of Duke University's data sets.

use crate::read::matlab;
use crate::{
    Budget, ForeignBscan, ForeignLabels, LabelContext, LabelFormat, LayerLines, ReadError,
};

/// Reads the lines of the best array that fits the volume. B-scans that were not traced are left out.
pub(crate) fn read(
    bytes: &[u8],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let found = matlab::layer_lines(bytes, context.size, context.bscan_count, budget)?;
    if found.per_bscan.is_empty() {
        return Err(ReadError::Unsupported {
            format: matlab::FORMAT,
            feature: "no layer lines that fit this volume".to_owned(),
            advice: "choose the labels that belong to the scan, such as manualLayers1 (layers × A-scans × B-scans)",
        });
    }
    let is_traced = |(_, lines): &(u32, LayerLines)| !lines.lines.is_empty();
    let traced = (0..).zip(found.per_bscan).filter(is_traced);
    let of_bscan = |(bscan_index, lines)| ForeignBscan {
        bscan_index,
        image_name: None,
        mask: None,
        lines,
    };
    Ok(ForeignLabels {
        format: LabelFormat::Matlab,
        classes: Vec::new(),
        bscans: traced.map(of_bscan).collect(),
        warnings: found.warning.into_iter().collect(),
    })
}
