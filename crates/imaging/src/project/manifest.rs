//! The JSON inside a project.

use fovea_annotation::{CaseId, ContentHash, LabelSchema, LabelVersion, VersionId};
use fovea_geometry::SpacingUm;
use serde::{Deserialize, Serialize};

use super::exact::Exact;
use crate::{BscanPosition, Laterality, ScanPattern, SourceFormat};

/// Name and version of the layout.
pub(crate) const VERSION: &str = "fovea.project/1";
/// The part that comes first and holds [`VERSION`].
pub(crate) const MARKER: &str = "fovea-project";
/// The part that lists the others; it comes last.
pub(crate) const MANIFEST: &str = "manifest.json";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) schema: LabelSchema,
    /// Number of cases; case `n` is under [`folder_of`]`(n)`.
    pub(crate) case_count: u32,
    /// Every part but marker and manifest.
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: ContentHash,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseRecord {
    pub(crate) case_id: CaseId,
    pub(crate) source: SourceFormat,
    pub(crate) laterality: Laterality,
    pub(crate) pattern: ScanPattern,
    pub(crate) device: Option<String>,
    pub(crate) spacing_um: Option<[Exact; 3]>,
    pub(crate) slo_spacing_um: Option<[Exact; 2]>,
    pub(crate) has_slo: bool,
    pub(crate) has_lines: bool,
    pub(crate) warnings: Vec<String>,
    pub(crate) bscans: Vec<BscanRecord>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BscanRecord {
    /// `[[x, y], [x, y]]` of the first and the last A-scan.
    pub(crate) position_mm: Option<[[Exact; 2]; 2]>,
    pub(crate) quality: Option<f32>,
    /// The version that is worked on.
    pub(crate) working: Option<VersionId>,
}

/// The versions of each tile, B-scan by B-scan.
pub(crate) type VersionRecords = Vec<Vec<LabelVersion>>;

pub(crate) fn folder_of(case: u32) -> String {
    format!("cases/{case:04}")
}

pub(crate) fn spacing_record(spacing: SpacingUm) -> [Exact; 3] {
    [spacing.x, spacing.y, spacing.z].map(Exact)
}

pub(crate) fn position_record(position: BscanPosition) -> [[Exact; 2]; 2] {
    [position.start_mm, position.end_mm].map(|point| point.map(Exact))
}

pub(crate) fn position_of(record: [[Exact; 2]; 2]) -> BscanPosition {
    let [start_mm, end_mm] = record.map(|point| point.map(|value| value.0));
    BscanPosition { start_mm, end_mm }
}
