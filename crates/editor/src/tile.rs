//! The tile that is open: pixels, mask, undo stack, journal and versions.

use fovea_annotation::{
    CaseId, History, HistoryError, JournalEntry, LabelVersion, Mask, SaveState, Stroke, TileId,
};
use fovea_annotation::{UncertaintyMap, VersionId};
use fovea_imaging::GrayImage;
use std::{collections::BTreeSet, sync::Arc};

use crate::{Approval, Effect, LoadedTile};

/// The open tile.
#[derive(Clone, Debug)]
pub struct OpenTile {
    /// The tile.
    pub id: TileId,
    /// Its case.
    pub case: CaseId,
    /// Its position in the volume, from 0.
    pub index: u32,
    /// The raw B-scan.
    pub image: Arc<GrayImage>,
    /// Uncertainty of the newest prediction.
    pub uncertainty: Option<Arc<UncertaintyMap>>,
    /// Score of the newest prediction and its reason.
    pub score: Option<(f32, String)>,
    /// The label as the person sees it.
    pub mask: Mask,
    /// All versions, oldest first.
    pub versions: Vec<LabelVersion>,
    /// Payload of the newest version.
    pub head_mask: Option<Arc<Mask>>,
    /// Payload of the version before it.
    pub previous_mask: Option<Arc<Mask>>,
    /// Its approved version.
    pub approval: Option<Approval>,
    /// A save is on its way to the disk.
    pub saving: bool,
    pub(crate) history: History,
    pub(crate) stroke: Option<Stroke>,
    /// What the save under way will make the head.
    pub(crate) mask_being_saved: Option<Arc<Mask>>,
    /// Number of the next journal entry, and of the first entry that is not durable yet.
    pub(crate) next_seq: u64,
    pub(crate) durable_next_seq: u64,
    pub(crate) on_server: BTreeSet<VersionId>,
    /// The mask may differ from the head.
    pub(crate) changed_since_head: bool,
    /// Versions of other people that the person was told of and that are not shown yet.
    pub(crate) told: BTreeSet<VersionId>,
}

impl OpenTile {
    /// Rebuilds mask and undo stack from what the store holds.
    pub(crate) fn from_loaded(loaded: LoadedTile) -> Result<Self, HistoryError> {
        let (mask, history) = History::replay(loaded.base, loaded.entries)?;
        let changed_since_head = match &loaded.head_mask {
            Some(head) => **head != mask,
            None => mask.classes().iter().any(|c| *c != 0),
        };
        Ok(Self {
            id: loaded.tile,
            case: loaded.case,
            index: loaded.index,
            image: loaded.image,
            uncertainty: loaded.uncertainty,
            score: loaded.score,
            mask,
            versions: loaded.versions,
            head_mask: loaded.head_mask,
            previous_mask: loaded.previous_mask,
            approval: loaded.approval,
            saving: false,
            history,
            stroke: None,
            mask_being_saved: None,
            next_seq: loaded.next_seq,
            durable_next_seq: loaded.next_seq,
            on_server: loaded.on_server.into_iter().collect(),
            changed_since_head,
            told: BTreeSet::new(),
        })
    }

    /// The newest version.
    pub fn head(&self) -> Option<&LabelVersion> {
        self.versions.last()
    }

    /// The approval of this version, where it is the approved one.
    pub fn approval_of(&self, version: VersionId) -> Option<&Approval> {
        let approval = self.approval.as_ref();
        approval.filter(|approval| approval.version == version)
    }

    /// True when a version is known to be on the server.
    pub fn is_on_server(&self, version: VersionId) -> bool {
        self.on_server.contains(&version)
    }

    /// How safe the newest work is; `None` when there is no work at all.
    pub fn save_state(&self) -> Option<SaveState> {
        if self.stroke.is_some() || self.durable_next_seq < self.next_seq {
            return Some(SaveState::InHand);
        }
        if self.changed_since_head {
            return Some(SaveState::OnDisk);
        }
        let head = self.head()?;
        Some(if self.is_on_server(head.id) {
            SaveState::OnServer
        } else {
            SaveState::Queued
        })
    }

    /// True when the label differs from the newest version.
    pub fn has_unsaved_work(&self) -> bool {
        self.stroke.is_some() || self.changed_since_head
    }

    /// True when reading the tile afresh takes nothing away: no stroke, no save and no journal entry is under way.
    pub(crate) fn is_at_rest(&self) -> bool {
        !self.has_unsaved_work() && !self.saving && self.durable_next_seq == self.next_seq
    }

    /// A stroke is being drawn.
    pub fn is_stroking(&self) -> bool {
        self.stroke.is_some()
    }

    /// Edits that can be taken back.
    pub fn undo_len(&self) -> usize {
        self.history.undo_len()
    }

    /// Undone edits that can be done again.
    pub fn redo_len(&self) -> usize {
        self.history.redo_len()
    }

    /// Takes note of something the mask already shows, and asks for its journal entry.
    pub(crate) fn journal(&mut self, entry: JournalEntry) -> Effect {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.changed_since_head = true;
        Effect::AppendJournal {
            tile: self.id,
            seq,
            entry,
        }
    }
}
