//! Collects what happens to the attributes of a file while it is de-identified.

use std::collections::BTreeMap;

use dicom_core::{Tag, VR};
use serde::{Deserialize, Serialize};

/// What was done to an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Taken out.
    Removed,
    /// Left without a value.
    Emptied,
    /// Given a dummy value.
    Replaced,
    /// A UID, or the id of the patient, replaced by one that is derived with the site's key.
    Remapped,
    /// A date moved by the patient's number of days, or a time set to midnight.
    Shifted,
    /// Values that are no published words taken out of it, or the published words put in the place of others.
    Cleaned,
}

impl Action {
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Emptied => "emptied",
            Self::Replaced => "replaced",
            Self::Remapped => "remapped",
            Self::Shifted => "shifted",
            Self::Cleaned => "cleaned",
        }
    }
}

/// What happened to an attribute at one place of the data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeReport {
    /// Keywords of the sequences above it, from the top, with slashes; empty at the top.
    pub path: String,
    /// Group and element.
    pub tag: String,
    /// Keyword of the standard; empty for what the standard does not know.
    pub keyword: String,
    /// What was done.
    pub action: Action,
    /// Kind of the value, such as `PN, 1 to 16 bytes`.
    pub class: String,
    /// How often.
    pub count: u64,
}

/// Place, tag, action, value representation and class of length of an attribute.
type Key = (String, Tag, Action, &'static str, &'static str);

/// The collection; equal events are counted, so that a volume of many frames makes a short report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    events: BTreeMap<Key, (String, u64)>,
    pub(crate) kept: u64,
}

impl Trail {
    pub(crate) fn note(
        &mut self,
        path: &str,
        (tag, keyword): (Tag, &str),
        action: Action,
        vr: VR,
        length_bytes: Option<usize>,
    ) {
        let key = (
            path.to_owned(),
            tag,
            action,
            vr.to_string(),
            length_class(length_bytes),
        );
        let event = self.events.entry(key);
        event.or_insert_with(|| (keyword.to_owned(), 0)).1 += 1;
    }

    pub(crate) fn count(&self, action: Action) -> u64 {
        let of_action = self
            .events
            .iter()
            .filter(|((_, _, found, ..), _)| *found == action);
        of_action.map(|(_, (_, count))| count).sum()
    }

    /// UIDs alone; the patient is remapped too.
    pub(crate) fn uids_replaced(&self) -> u64 {
        let uids = self.events.iter().filter(|((_, _, action, vr, _), _)| {
            *action == Action::Remapped && *vr == VR::UI.to_string()
        });
        uids.map(|(_, (_, count))| count).sum()
    }

    pub(crate) fn into_attributes(self) -> Vec<AttributeReport> {
        let line = |((path, tag, action, vr, length), (keyword, count)): (Key, (String, u64))| {
            AttributeReport {
                path,
                tag: format!("({:04X},{:04X})", tag.group(), tag.element()),
                keyword,
                action,
                class: format!("{vr}, {length}"),
                count,
            }
        };
        self.events.into_iter().map(line).collect()
    }
}

/// Classes so wide that they tell nothing about a value; none for sequences.
fn length_class(bytes: Option<usize>) -> &'static str {
    match bytes {
        None => "items",
        Some(0) => "empty",
        Some(1..=16) => "1 to 16 bytes",
        Some(17..=64) => "17 to 64 bytes",
        Some(65..=1_024) => "65 to 1024 bytes",
        Some(_) => "over 1024 bytes",
    }
}
