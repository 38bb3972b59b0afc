//! Tiles that several people labelled at once, as the page about them shows them.

use std::sync::Arc;

use fovea_annotation::{Mask, TileId, VersionId};
use fovea_protocol::{ApprovalRecord, Disagreement, DisagreementsPage, LabelRecord};

/// What stands after an adjudication.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// The first or the second reading.
    Reading(usize),
    /// The label that is open in the window.
    Window,
}

/// A wish about tiles with several readings.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewCommand {
    /// Ask for the tiles again.
    Refresh,
    /// Show more tiles.
    More,
    /// Say of the open label that it is right, or send it back to its author; why.
    Judge {
        /// It is right.
        is_accepted: bool,
        /// Why; needed to send it back.
        comment: String,
    },
    /// Make the open label the approved one of its B-scan; what is said about it.
    Approve(String),
    /// Compare the readings of this tile.
    Choose(TileId),
    /// Open this tile in the window.
    Open(TileId),
    /// Join the readings that are shown: they do not contradict each other.
    Merge(String),
    /// Decide between the readings that are shown; why.
    Adjudicate(Judgement, String),
}

/// Which version of a B-scan is the approved one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The version.
    pub version: VersionId,
    /// Account of the reviewer who approved it.
    pub approver: String,
    /// When, µs since 1970 UTC.
    pub approved_at_us: i64,
}

impl From<&ApprovalRecord> for Approval {
    fn from(record: &ApprovalRecord) -> Self {
        Self {
            version: record.label_id,
            approver: record.approved_by.clone(),
            approved_at_us: record.approved_at_us,
        }
    }
}

/// Two readings of a tile, to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The tile.
    pub tile: TileId,
    /// The versions.
    pub records: [LabelRecord; 2],
    /// Their masks.
    pub masks: [Arc<Mask>; 2],
    /// Pixels that both changed, each to another class; with none the two join by themselves.
    pub contradicting_px: u64,
    /// The approved version of the tile, which may be neither.
    pub approved: Option<VersionId>,
}

impl Readings {
    /// The two versions.
    pub fn heads(&self) -> [VersionId; 2] {
        [self.records[0].version.id, self.records[1].version.id]
    }
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// Those that wait longest first; `None` before the server has answered.
    pub list: Option<Vec<Disagreement>>,
    /// Where more begin; `None` when there are none.
    pub more: Option<u64>,
    /// Why the list could not be had, one sentence.
    pub away: Option<String>,
    /// The tile whose readings are compared.
    pub chosen: Option<TileId>,
    /// Its readings, once they are here.
    pub readings: Option<Box<Readings>>,
    /// The server was asked to join readings, and has not answered.
    pub is_asking: bool,
    /// The open label was not approved: another version was, after the person had looked.
    pub is_overtaken: bool,
}

impl Review {
    /// The tile whose readings are compared.
    pub fn shown(&self) -> Option<&Disagreement> {
        let chosen = self.chosen?;
        self.find(chosen)
    }

    pub(crate) fn find(&self, tile: TileId) -> Option<&Disagreement> {
        self.list
            .as_ref()?
            .iter()
            .find(|known| known.tile_id == tile)
    }

    pub(crate) fn take_page(&mut self, after: u64, page: DisagreementsPage) {
        (self.away, self.more) = (None, page.next);
        match &mut self.list {
            Some(list) if after > 0 => list.extend(page.tiles),
            _ => self.list = Some(page.tiles),
        }
    }

    /// A tile on which people agree again.
    pub(crate) fn settle(&mut self, tile: TileId) {
        self.is_asking = false;
        if let Some(list) = &mut self.list {
            list.retain(|known| known.tile_id != tile);
        }
        if self.chosen == Some(tile) {
            (self.chosen, self.readings) = (None, None);
        }
    }
}
