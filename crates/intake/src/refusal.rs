//! Why a file does not come in: a stable code for programs, one sentence for a person.

use fovea_imaging::{CHOOSE_A_SCAN, ReadError, WriteError};
use thiserror::Error;

/// A refusal. No variant holds a value of the file or its name, so all of it may be stored and shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The bytes are no scan that can be read.
    #[error("{sentence}")]
    Unreadable {
        /// What is wrong, where, and what to do.
        sentence: String,
    },
    /// Nobody declared that the patient agreed.
    #[error(
        "No consent is declared for this scan, and the policy wants one; state on what ground it may be used."
    )]
    ConsentMissing,
    /// The declared ground is not one that the policy accepts.
    #[error(
        "The policy does not accept {declared} as the ground for using this scan; declare one that it names."
    )]
    ConsentNotAccepted {
        /// The ground in words.
        declared: &'static str,
    },
    /// Nobody declared which device made the scan.
    #[error(
        "No device is declared for this scan, and the policy wants one; name it by 1 to 64 letters, digits, dots, dashes or underscores."
    )]
    DeviceMissing,
    /// A rule of the policy turns the file away.
    #[error("{sentence}")]
    Rejected {
        /// The reason of the rule.
        sentence: String,
    },
    /// A person has to look at the picture first.
    #[error("{sentence}")]
    Quarantined {
        /// The reason of the rule.
        sentence: String,
    },
}

impl Refusal {
    /// Stable name of the kind, for programs and for the audit.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::ConsentMissing | Self::ConsentNotAccepted { .. } => "consent_missing",
            Self::DeviceMissing => "device_missing",
            Self::Rejected { .. } => "rejected",
            Self::Quarantined { .. } => "quarantined",
        }
    }
}

pub(crate) fn no_dicom() -> Refusal {
    Refusal::Unreadable {
        sentence: "The file is no DICOM file; choose one that is.".to_owned(),
    }
}

/// A scan that DICOM has no place for.
pub(crate) fn not_writable(error: WriteError) -> Refusal {
    Refusal::Unreadable {
        sentence: error.to_string(),
    }
}

/// The system's refusal, without the path.
pub(crate) fn not_readable(reason: std::io::Error) -> Refusal {
    Refusal::Unreadable {
        sentence: format!(
            "The file cannot be read: {}; check that it exists and that you may read it.",
            reason.kind()
        ),
    }
}

/// The reader's sentence, without the name of a file: names of files are names of patients often enough.
pub(crate) fn unreadable(error: ReadError) -> Refusal {
    let sentence = match error {
        ReadError::Unreadable { reason, .. } => return not_readable(reason),
        ReadError::InFile { fault, .. } => {
            let Refusal::Unreadable { sentence } = unreadable(*fault) else {
                return no_dicom();
            };
            format!("In one of the pictures of the folder: {sentence}")
        }
        ReadError::MixedSizes {
            first_size,
            other_size,
            ..
        } => format!(
            "One picture is {first_size} px but another is {other_size} px, and the B-scans of one volume must be of one size; put them in separate folders."
        ),
        ReadError::NotRecognised { .. } => {
            format!("The file is in no format that Fovea knows; {CHOOSE_A_SCAN}.")
        }
        other => other.to_string(),
    };
    Refusal::Unreadable { sentence }
}
