//! Scales of Heidelberg's exports in µm.

use fovea_geometry::SpacingUm;

use crate::{Bscan, ScanPattern};

pub(crate) const NO_SPACING: &str =
    "The file gives no usable pixel size; lengths and areas cannot be shown in µm.";

/// `[lateral, axial]` and the distance between B-scans in mm as a spacing; what the source leaves out of the
/// distance is taken from the places of the B-scans.
pub(crate) fn spacing_um(
    scale_mm: [f64; 2],
    distance_mm: f64,
    pattern: ScanPattern,
    bscans: &[Bscan],
) -> Option<SpacingUm> {
    let has_no_neighbour =
        bscans.len() == 1 || matches!(pattern, ScanPattern::Circle | ScanPattern::Radial);
    let z_mm = match () {
        () if distance_mm > 0.0 => distance_mm,
        // No neighbour, no distance: the value has no meaning and must only be valid.
        () if has_no_neighbour => scale_mm[0],
        () => steps_mm(bscans).unwrap_or(distance_mm),
    };
    SpacingUm::new(scale_mm[0] * 1e3, scale_mm[1] * 1e3, z_mm * 1e3)
}

/// Mean distance between the starts of neighbouring B-scans.
fn steps_mm(bscans: &[Bscan]) -> Option<f64> {
    let starts: Vec<[f64; 2]> = bscans
        .iter()
        .filter_map(|bscan| bscan.position)
        .map(|position| position.start_mm)
        .collect();
    let steps = starts
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]));
    let total: f64 = steps.sum();
    (starts.len() == bscans.len() && total > 0.0).then(|| total / (bscans.len() - 1) as f64)
}

/// Size of a pixel in µm, where both are lengths.
pub(crate) fn pixel_um(scale_mm: [f64; 2]) -> Option<[f64; 2]> {
    let is_length = scale_mm.iter().all(|mm| mm.is_finite() && *mm > 0.0);
    is_length.then(|| scale_mm.map(|mm| mm * 1e3))
}

/// What a person should know about a pattern whose B-scans are no parallel sections.
pub(crate) fn pattern_warning(pattern: ScanPattern) -> Option<String> {
    let warning = match pattern {
        ScanPattern::Circle => "This is a circle scan: columns run around the optic disc.",
        ScanPattern::Radial => {
            "This is a radial scan: its B-scans cross each other and are not parallel."
        }
        _ => return None,
    };
    Some(warning.to_owned())
}
