//! What was done to a file, without a single value of it.

mod human;
mod trail;

use serde::{Deserialize, Serialize};

use fovea_imaging::SourceFormat;

use crate::{Consent, Decision, Reason, Release};

pub(crate) use trail::Trail;
pub use trail::{Action, AttributeReport};

/// The account of one file. It holds names of attributes and counts, never a value, so it may be stored and sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Id of the policy.
    pub policy: String,
    /// SHA-256 of the policy's text, in hexadecimal.
    pub policy_sha256: String,
    /// What the file was.
    pub format: SourceFormat,
    /// What the policy decided.
    pub decision: Decision,
    /// The rules that decided, with their sentences.
    pub reasons: Vec<Reason>,
    /// Ground for using the scan, as declared.
    pub consent: Option<Consent>,
    /// The site's id of the device, as declared.
    pub device_id: Option<String>,
    /// Who let the scan out of quarantine, and why.
    pub released: Option<Release>,
    /// 0 no text in the pixels, 1 surely text.
    pub text_score: f32,
    /// What was written anew instead of copied, one sentence each.
    pub reencoded: Vec<String>,
    /// UIDs that were replaced.
    pub uids_replaced: u64,
    /// Dates and times that were shifted.
    pub dates_shifted: u64,
    /// Attributes that stayed as they were.
    pub kept: u64,
    /// What happened to the others.
    pub attributes: Vec<AttributeReport>,
}
