//! Labels that another program made, on their way onto the open case: which of its classes becomes which of ours.

use fovea_annotation::CaseId;
use fovea_imaging::LabelFormat;
use std::path::PathBuf;

/// What was found in a file of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelFinding {
    /// Where it is.
    pub path: PathBuf,
    /// What it was read from.
    pub format: LabelFormat,
    /// Its classes, by ascending index.
    pub classes: Vec<FoundClass>,
    /// Names of its layer lines.
    pub line_names: Vec<String>,
    /// True when a layer of ours lies between two of its lines.
    pub has_layers: bool,
    /// B-scans of the case that it has labels for.
    pub bscan_count: u32,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
}

/// A class of the other program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundClass {
    /// Its number there.
    pub index: u8,
    /// Its name there.
    pub name: String,
    /// Pixels of it in the whole file.
    pub area_px: u64,
    /// The class of ours that its name or number stands for, where that is clear.
    pub proposal: Option<u8>,
}

/// The mapping dialog's choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The case that the labels go onto.
    pub case: CaseId,
    /// What was found.
    pub found: LabelFinding,
    /// Our class for each of `found.classes`; `None` leaves it out.
    pub choices: Vec<Option<u8>>,
}

impl Mapping {
    pub(crate) fn of(case: CaseId, found: LabelFinding) -> Self {
        let choices = found.classes.iter().map(|class| class.proposal).collect();
        Self {
            case,
            found,
            choices,
        }
    }

    /// True when nothing would come in.
    pub fn is_empty(&self) -> bool {
        self.choices.iter().all(Option::is_none) && !self.found.has_layers
    }

    /// Which class of theirs becomes which of ours; those that are left out are not in it.
    pub fn pairs(&self) -> Vec<(u8, u8)> {
        let classes = self.found.classes.iter().zip(&self.choices);
        classes
            .filter_map(|(class, choice)| Some((class.index, (*choice)?)))
            .collect()
    }
}
