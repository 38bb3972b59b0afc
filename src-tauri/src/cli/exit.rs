//! Exit codes, the same in every version: scripts depend on them.

use std::fmt::Display;

/// The arguments make no sense; clap uses the same.
pub(super) const USAGE: u8 = 2;
/// A file that was given is missing, damaged, foreign or too large.
pub(super) const BAD_INPUT: u8 = 3;
/// This machine is in the way: rights, disk, keyring, device.
pub(super) const ENVIRONMENT: u8 = 4;

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

    /// The fault lies in this machine.
    pub(super) fn environment(sentence: impl Display) -> Self {
        Self {
            sentence: sentence.to_string(),
            code: ENVIRONMENT,
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
