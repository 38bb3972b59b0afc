//! Exit codes, the same in every version: scripts depend on them.

use std::fmt::Display;

use fovea_app::transfer::NotWritten;
use fovea_imaging::WriteError;
use fovea_intake::Refusal;

/// The arguments make no sense; clap uses the same.
pub(super) const USAGE: u8 = 2;
/// A file that was given is missing, damaged, foreign or too large.
pub(super) const BAD_INPUT: u8 = 3;
/// This machine is in the way: rights, disk, keyring, device.
pub(super) const ENVIRONMENT: u8 = 4;
/// A person must look at a file before it may come in.
pub(super) const QUARANTINED: u8 = 5;
/// The policy turns a file away.
pub(super) const REJECTED: u8 = 6;

/// Why a command ended early: a sentence for the user, and the process's code.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) sentence: String,
    pub(super) code: u8,
}

impl Failure {
    /// The fault lies in a file that was given.
    pub(super) fn input(sentence: impl Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            code: BAD_INPUT,
        }
    }

    /// The intake refuses the file called `name`.
    pub(super) fn refused(name: &str, refusal: &Refusal) -> Self {
        let code = match refusal {
            Refusal::Quarantined { .. } => QUARANTINED,
            Refusal::Rejected { .. } => REJECTED,
            Refusal::ConsentMissing
            | Refusal::ConsentNotAccepted { .. }
            | Refusal::DeviceMissing => USAGE,
            _ => BAD_INPUT,
        };
        Self {
            sentence: format!("{name}: {refusal}"),
            code,
        }
    }

    /// The fault lies in this machine.
    pub(super) fn environment(sentence: impl Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            code: ENVIRONMENT,
        }
    }

    /// Something was not written. A scan or labels that a form cannot hold are input like a file that cannot be read.
    pub(super) fn unwritten(error: impl Into<NotWritten>) -> Self {
        let error = error.into();
        let code = match &error {
            NotWritten::HoldsNoLabels { .. }
            | NotWritten::Write(WriteError::Exists { .. } | WriteError::OutsideScan { .. }) => {
                USAGE
            }
            NotWritten::Unread(_) | NotWritten::Write(WriteError::Unwritable { .. }) => ENVIRONMENT,
            NotWritten::Write(_) => BAD_INPUT,
        };
        Self {
            sentence: error.to_string(),
            code,
        }
    }

    /// The fault lies in the arguments.
    pub(super) fn usage(sentence: impl Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            code: USAGE,
        }
    }
}
