//! The policy: a versioned text that decides what may come in.

mod rule;
mod wire;

use std::fmt;

use dicom_core::header::GroupNumber;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::devices::Devices;
use crate::{Consent, Declared, Refusal};

pub(crate) use rule::Evidence;
pub use rule::Flag;
use wire::{Dates, Times, Wire};

const DEFAULT: &str = include_str!("../../policies/default.toml");

/// What the policy says about a file, from lenient to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It comes in as pixels and geometry; nothing in it is personal.
    Allow,
    /// It comes in without what is personal.
    Deid,
    /// A person has to look first.
    Quarantine,
    /// It does not come in.
    Reject,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allowed",
            Self::Deid => "de-identified",
            Self::Quarantine => "quarantined",
            Self::Reject => "rejected",
        })
    }
}

/// A rule that had a say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Name of the rule.
    pub rule: String,
    /// Its sentence.
    pub sentence: String,
}

/// Why a text is no policy: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("The policy cannot be used: {fault}; correct it, or use the one that comes with Fovea.")]
pub struct PolicyError {
    fault: String,
}

/// A private block of which named elements may stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SafePrivate {
    pub(crate) group: GroupNumber,
    pub(crate) creator: String,
    pub(crate) elements: Vec<u8>,
}

/// A policy that was read and checked.
#[derive(Clone, Debug)]
pub struct Policy {
    wire: Wire,
    safe_private: Vec<SafePrivate>,
    sha256: String,
}

impl Default for Policy {
    /// The policy that comes with Fovea.
    fn default() -> Self {
        // The text is part of the program, and a test reads it.
        Self::parse(DEFAULT).expect("the embedded policy is valid")
    }
}

impl Policy {
    /// Reads a policy from TOML. Keys that are not known are refused, because a rule that is misspelt would not protect.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let fault = |fault: String| PolicyError { fault };
        let wire: Wire = toml::from_str(text).map_err(|error| fault(wire::one_line(&error)))?;
        let safe_private = wire.check().map_err(fault)?;
        Ok(Self {
            wire,
            safe_private,
            sha256: hex::encode(Sha256::digest(text.as_bytes())),
        })
    }

    /// Id and version, such as `fovea.default/1`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.wire.id, self.wire.version)
    }

    /// SHA-256 of the text, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The first rule that fits decides, and none means no.
    pub(crate) fn decide(&self, evidence: &Evidence) -> (Decision, Reason) {
        let rule = self.wire.rule.iter().find(|rule| rule.when.fits(evidence));
        match rule {
            Some(rule) => (rule.then, rule.reason()),
            None => (Decision::Reject, no_rule()),
        }
    }

    /// What would be decided if nothing had to be quarantined: what happens to a file that a person released.
    pub(crate) fn decide_released(&self, evidence: &Evidence) -> (Decision, Reason) {
        let mut rules = self.wire.rule.iter();
        let rule = rules.find(|rule| rule.then != Decision::Quarantine && rule.when.fits(evidence));
        match rule {
            Some(rule) => (rule.then, rule.reason()),
            None => (Decision::Reject, no_rule()),
        }
    }

    /// True when nothing comes in without the site's id of the device.
    pub fn requires_device(&self) -> bool {
        self.wire.require.device_id
    }

    /// Refuses what is not declared but required.
    pub(crate) fn check(&self, declared: &Declared) -> Result<(), Refusal> {
        match declared.consent {
            None if !self.wire.require.consent.is_empty() => return Err(Refusal::ConsentMissing),
            Some(consent) if !self.accepts(consent) => {
                let declared = consent.in_words();
                return Err(Refusal::ConsentNotAccepted { declared });
            }
            _ => {}
        }
        let is_wanted = self.wire.require.device_id || declared.device_id.is_some();
        match is_wanted && declared.valid_device_id().is_none() {
            true => Err(Refusal::DeviceMissing),
            false => Ok(()),
        }
    }

    fn accepts(&self, consent: Consent) -> bool {
        let accepted = &self.wire.require.consent;
        accepted.is_empty() || accepted.contains(&consent)
    }

    pub(crate) fn shifts_dates(&self) -> bool {
        self.wire.dates.mode == Dates::Shift
    }

    pub(crate) fn keeps_times(&self) -> bool {
        self.wire.dates.times == Times::Keep
    }

    pub(crate) fn date_shift_days_max(&self) -> u32 {
        self.wire.dates.days_max
    }

    /// Names of devices that may stay.
    pub(crate) fn devices(&self) -> &Devices {
        &self.wire.devices
    }

    pub(crate) fn safe_private(&self) -> &[SafePrivate] {
        &self.safe_private
    }
}

fn no_rule() -> Reason {
    Reason {
        rule: "default".to_owned(),
        sentence:
            "No rule of the policy lets a file of this kind in; ask whoever keeps the policy."
                .to_owned(),
    }
}
