//! What the intake found in a file. It holds no value of the file but its pictures.

use fovea_annotation::CaseId;
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{GrayImage, Laterality, ScanPattern, SourceFormat};
use std::sync::Arc;

use crate::LabelFinding;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A scan, which becomes a case.
    Scan(Box<ScanFinding>),
    /// Labels for a case.
    Labels(Box<LabelFinding>),
    /// A bundle of cases with their versions, written by this program.
    Project(ProjectFinding),
}

/// A scan as it would come in.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanFinding {
    /// Names what was looked at, so that a file that changes afterwards is noticed.
    pub seen: CaseId,
    /// What it was read from.
    pub format: SourceFormat,
    /// Number of B-scans.
    pub bscan_count: u32,
    /// Size of every B-scan.
    pub bscan_size: SizePx,
    /// Physical spacing, where the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Which eye, where the source says.
    pub laterality: Laterality,
    /// How the B-scans lie to each other.
    pub pattern: ScanPattern,
    /// Maker and model.
    pub device: Option<String>,
    /// Names of the layer lines that the device drew.
    pub line_names: Vec<String>,
    /// Mean of the device's figure of signal quality.
    pub quality: Option<f32>,
    /// The B-scan in the middle, made smaller where it is large.
    pub preview: Arc<GrayImage>,
    /// The fundus picture with the places of the B-scans.
    pub slo: Option<SloPreview>,
    /// What is left behind, by kind.
    pub removals: Vec<Removal>,
    /// Only pixels and geometry are taken out of the file, whatever else is in it.
    pub is_reduced: bool,
    /// Why the intake holds the scan back until a person has looked at it, one sentence each; empty when it does not.
    pub held_back: Vec<String>,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
}

impl ScanFinding {
    /// True when a person must say which eye it is: the source does not, or no maker has published its format.
    pub fn must_confirm_eye(&self) -> bool {
        self.laterality == Laterality::Unknown || self.format.is_experimental()
    }
}

/// A fundus picture for a dialog.
#[derive(Clone, Debug, PartialEq)]
pub struct SloPreview {
    /// The picture, made smaller where it is large.
    pub image: Arc<GrayImage>,
    /// B-scans as `[x, y, x, y]` in parts of the picture's width and height, 0..=1; the middle one comes last. On a
    /// circle scan the circle's points stand for it.
    pub lines: Vec<[f32; 4]>,
}

/// Something that does not come in with the scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// What kind of thing: "names and identifiers".
    pub kind: String,
    /// How many fields of the kind.
    pub count: u32,
}

/// A project bundle as it would come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFinding {
    /// Cases in it.
    pub case_count: u32,
    /// B-scans of them.
    pub bscan_count: u32,
    /// Label versions of them.
    pub version_count: u32,
}
