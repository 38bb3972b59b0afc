//! What is known of a file before anyone decided to keep it, and what comes in when they did.

use fovea_imaging::{SourceFormat, Volume};

use crate::{AttributeReport, Decision, Flag, Reason, Report};

/// A file that was looked at. Nothing was stored.
#[derive(Clone, Debug)]
pub struct Examination {
    /// What the file is.
    pub format: SourceFormat,
    /// The scan without the patient, for a preview.
    pub volume: Volume,
    /// What the policy says.
    pub decision: Decision,
    /// The rules that say so.
    pub reasons: Vec<Reason>,
    /// What a rule may have looked at.
    pub flags: Vec<Flag>,
    /// How much the pixels look like text, 0 to 1.
    pub text_score: f32,
    /// What is to be done with the attributes of a DICOM file.
    pub attributes: Vec<AttributeReport>,
    /// What would be decided if a person released it from quarantine.
    pub(crate) released: (Decision, Reason),
    /// The report as far as it is known.
    pub(crate) report: Report,
    /// The de-identified file, for DICOM.
    pub(crate) dicom: Option<Vec<u8>>,
}

/// What came in. None of it holds anything personal.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Pixels and geometry.
    pub volume: Volume,
    /// What was done.
    pub report: Report,
    /// The de-identified file, for DICOM.
    pub dicom: Option<Vec<u8>>,
}
