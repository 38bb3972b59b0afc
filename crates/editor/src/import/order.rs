//! What the workers are asked to bring in, and what they say came of it.

use fovea_annotation::CaseId;
use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;
use std::path::PathBuf;

use crate::Removal;

/// On what ground scans may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The patient agreed to this use in writing.
    Written,
    /// The patient agreed to research in general.
    Broad,
    /// An ethics board waived the consent.
    Waiver,
    /// The scans are published for use by anyone.
    Public,
    /// They show no person: phantoms and test objects.
    NoPerson,
}

impl Consent {
    /// Every ground, with what a person reads.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Written, "Written consent"),
        (Self::Broad, "Broad consent"),
        (Self::Waiver, "Waiver"),
        (Self::Public, "Published data"),
        (Self::NoPerson, "No person"),
    ];

    /// What it means, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Written => "The patient agreed to this use in writing.",
            Self::Broad => "The patient agreed to research in general.",
            Self::Waiver => "An ethics board waived the consent.",
            Self::Public => "The scans are published for use by anyone.",
            Self::NoPerson => "The scans show a phantom or a test object.",
        }
    }
}

/// Files to import, with what a person said about all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportOrder {
    /// The files, in order.
    pub files: Vec<FileOrder>,
    /// On what ground they may be used; `None` only where nothing but projects comes in.
    pub consent: Option<Consent>,
    /// What the site calls the device; may be empty. Remembered for the next import.
    pub device_id: String,
}

/// One file to import.
#[derive(Clone, Debug, PartialEq)]
pub struct FileOrder {
    /// File or folder.
    pub path: PathBuf,
    /// What was looked at; another content is refused. `None` for what is no scan.
    pub seen: Option<CaseId>,
    /// Which eye, as the person confirmed it; `None` leaves what the source says.
    pub laterality: Option<Laterality>,
    /// Spacing as the person confirmed or entered it; `None` leaves what the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Why the person lets a file in that the intake holds back.
    pub released_because: Option<String>,
}

/// A case that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedCase {
    /// The case.
    pub case: CaseId,
    /// The last part of the path it came from.
    pub name: String,
    /// It was there before; nothing was doubled.
    pub was_known: bool,
    /// What was left behind, by kind.
    pub removals: Vec<Removal>,
    /// Only pixels and geometry were taken out of the file, whatever else is in it.
    pub is_reduced: bool,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
}
