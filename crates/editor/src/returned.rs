//! Labels that reviewers sent back to their author, as this machine knows them.

use fovea_annotation::{CaseId, TileId, VersionId};

/// A label that waits to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedLabel {
    /// The version that was sent back.
    pub version: VersionId,
    /// Its tile.
    pub tile: TileId,
    /// Its case.
    pub case: CaseId,
    /// Name of the case, without personal data.
    pub case_title: String,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// What the reviewer said.
    pub comment: String,
    /// Account of the reviewer.
    pub reviewer: String,
    /// When, µs since 1970 UTC.
    pub reviewed_at_us: i64,
}

/// All of them, the one that waits longest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Returned {
    /// `None` before the store has answered.
    pub list: Option<Vec<ReturnedLabel>>,
}

impl Returned {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.as_ref().map_or(0, Vec::len)
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one of this tile.
    pub fn of_tile(&self, tile: TileId) -> Option<&ReturnedLabel> {
        self.list.iter().flatten().find(|label| label.tile == tile)
    }

    /// Takes the list in; the labels that are new on it. The first list tells of none: they were there before.
    pub(crate) fn take(&mut self, list: Vec<ReturnedLabel>) -> Vec<ReturnedLabel> {
        let is_known = |label: &ReturnedLabel| {
            let known = self.list.as_ref();
            known.is_none_or(|known| known.iter().any(|k| k.version == label.version))
        };
        let fresh = list
            .iter()
            .filter(|label| !is_known(label))
            .cloned()
            .collect();
        self.list = Some(list);
        fresh
    }
}
