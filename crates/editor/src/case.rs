//! Cases and their B-scans as lists show them.

use fovea_annotation::{CaseId, TileId};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{Laterality, ScanPattern};

/// One line of the list of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseSummary {
    /// The case.
    pub id: CaseId,
    /// A name without personal data: "Case 1a2b3c4d", or what the person gave it.
    pub title: String,
    /// Number of B-scans.
    pub bscan_count: u32,
    /// Size of every B-scan.
    pub bscan_size: SizePx,
    /// Physical spacing, where the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Which eye.
    pub laterality: Laterality,
    /// What it was imported from, in words.
    pub format: String,
    /// How the B-scans lie to each other.
    pub pattern: ScanPattern,
    /// Maker and model of the device, where the source says.
    pub device: Option<String>,
    /// Layer lines that the device drew, in all B-scans together.
    pub device_line_count: u32,
    /// When it was imported, µs since 1970 UTC.
    pub imported_at_us: i64,
    /// B-scans with a prediction.
    pub segmented_count: u32,
    /// B-scans with a label that a person saved.
    pub labelled_count: u32,
}

/// One B-scan of the open case.
#[derive(Clone, Debug, PartialEq)]
pub struct BscanSummary {
    /// The tile that holds it.
    pub tile: TileId,
    /// Position in the volume, from 0.
    pub index: u32,
    /// Uncertainty score of its prediction.
    pub score: Option<f32>,
    /// Number of label versions.
    pub version_count: u32,
}

/// The case that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCase {
    /// Its line in the list.
    pub summary: CaseSummary,
    /// Its B-scans in order.
    pub bscans: Vec<BscanSummary>,
    /// The B-scan shown, or about to be shown.
    pub current: u32,
}
