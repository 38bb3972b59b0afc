//! What the import dialog shows of a scan.

use fovea_editor::ScanFinding;
use fovea_imaging::Volume;

use super::door::Seen;
use super::preview;

/// A scan that was looked at, for the dialog.
pub(crate) fn finding_of(seen: Seen) -> ScanFinding {
    let volume = &seen.volume;
    ScanFinding {
        seen: seen.id,
        format: volume.format,
        bscan_count: u32::try_from(volume.bscans.len()).unwrap_or(u32::MAX),
        bscan_size: volume.bscan_size(),
        spacing_um: volume.spacing_um,
        laterality: volume.laterality,
        pattern: volume.pattern,
        device: volume.device.clone(),
        line_names: line_names(volume),
        quality: mean_quality(volume),
        preview: preview::middle(volume),
        slo: preview::fundus(volume),
        warnings: volume.warnings.clone(),
        removals: seen.removals,
        is_reduced: seen.is_reduced,
        held_back: seen.held_back,
    }
}

fn line_names(volume: &Volume) -> Vec<String> {
    let first = volume
        .layer_lines
        .iter()
        .find(|lines| !lines.lines.is_empty());
    first.map_or_else(Vec::new, |lines| {
        lines.lines.iter().map(|line| line.name.clone()).collect()
    })
}

fn mean_quality(volume: &Volume) -> Option<f32> {
    let known: Vec<f32> = volume
        .bscans
        .iter()
        .filter_map(|bscan| bscan.quality)
        .collect();
    (!known.is_empty()).then(|| known.iter().sum::<f32>() / known.len() as f32)
}
