//! What the person who brings a scan declares about it.

use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;
use serde::{Deserialize, Serialize};

/// On what ground a scan may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// The patient agreed to this use in writing.
    Written,
    /// The patient agreed to research in general.
    Broad,
    /// An ethics board waived the consent.
    Waiver,
    /// The scan is published for use by anyone.
    Public,
    /// The scan shows no person: a phantom, or a test object.
    NoPerson,
}

impl Consent {
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Written => "written consent",
            Self::Broad => "broad consent",
            Self::Waiver => "a waiver",
            Self::Public => "publication",
            Self::NoPerson => "that no person is shown",
        }
    }
}

/// A person's decision to let a quarantined scan in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Who decided: an id of the program, not the name of a patient.
    pub by: String,
    /// Why; it is stored in the report.
    pub reason: String,
}

/// What the person who brings a scan declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// Ground for using the scan.
    pub consent: Option<Consent>,
    /// The site's id of the device; 1 to 64 letters, digits, dots, dashes or underscores.
    pub device_id: Option<String>,
    /// Which eye, where the person knows better than the file.
    pub laterality: Option<Laterality>,
    /// Size of a sample in µm, where the person knows better than the file.
    pub spacing_um: Option<SpacingUm>,
    /// Release from quarantine.
    pub release: Option<Release>,
}

impl Declared {
    /// The declared id of the device, when it is one.
    pub(crate) fn valid_device_id(&self) -> Option<&str> {
        let id = self.device_id.as_deref()?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        ((1..=64).contains(&id.len()) && id.chars().all(is_plain)).then_some(id)
    }
}
