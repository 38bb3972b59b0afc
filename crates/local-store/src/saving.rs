//! Saving and rolling back: the two ways a person makes a label version.

use fovea_annotation::{
    ContentHash, JournalEntry, LabelSchema, LabelVersion, Mask, MaskDiff, TileId, VersionId,
    VersionKind, mask_to_payload,
};
use rusqlite::Connection;

use crate::outbox::{self, Subject};
use crate::versions::{self, Origin};
use crate::{Result, Store, StoreError, blobs, journal, settings, tiles};

/// What a person saves.
#[derive(Clone, Debug)]
pub struct SaveRequest<'a> {
    /// The tile.
    pub tile_id: TileId,
    /// Its label as it is on the screen.
    pub mask: &'a Mask,
    /// Who made it.
    pub author: &'a str,
    /// What they say about it; may be empty.
    pub comment: &'a str,
}

/// What became of a save.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveOutcome {
    /// A new version is on disk and queued for the server.
    Saved(LabelVersion),
    /// The label is that of the version it builds on: no version was made.
    Unchanged(LabelVersion),
}

impl SaveOutcome {
    /// The version that now holds the label.
    pub fn version(&self) -> &LabelVersion {
        match self {
            Self::Saved(version) | Self::Unchanged(version) => version,
        }
    }
}

impl Store {
    /// Saves a label: payload, version, head and outbox row in one transaction.
    pub fn save_version(&mut self, request: &SaveRequest<'_>) -> Result<SaveOutcome> {
        let payload = encode(request.mask)?;
        let now_us = self.now_us();
        self.write(|tx| {
            let tile = tiles::require_tile(tx, request.tile_id)?;
            if tile.size != request.mask.size() {
                return Err(StoreError::refused(
                    "label",
                    "it is not of the size of its tile; open the tile again",
                ));
            }
            let parent = versions::working(tx, request.tile_id)?.map(|working| working.version);
            let through = journal::last_seq(tx, request.tile_id)?;
            if let Some(parent) = parent
                .as_ref()
                .filter(|parent| parent.payload == ContentHash::of(&payload))
            {
                versions::set_working(tx, request.tile_id, parent.id, through)?;
                return Ok(SaveOutcome::Unchanged(parent.clone()));
            }
            let draft = Draft {
                tile_id: request.tile_id,
                payload: blobs::put(tx, &payload)?,
                parent,
                kind: VersionKind::Edit,
                author: request.author,
                comment: request.comment,
            };
            let version = draft.record(tx, request.mask, now_us)?;
            versions::set_working(tx, request.tile_id, version.id, through)?;
            Ok(SaveOutcome::Saved(version))
        })
    }

    /// Goes back to the content of `target`: a new version that points at the old payload, on top of what is
    /// worked on now. Unsaved strokes stay in the journal; undo starts afresh.
    pub fn rollback_to(
        &mut self,
        target: VersionId,
        author: &str,
        comment: &str,
    ) -> Result<LabelVersion> {
        let now_us = self.now_us();
        self.write(|tx| {
            let target = versions::require(tx, target)?;
            let parent = versions::working(tx, target.tile)?.ok_or_else(|| {
                StoreError::refused("rollback", "this tile has no version to go back from")
            })?;
            let draft = Draft {
                tile_id: target.tile,
                payload: target.payload,
                parent: Some(parent.version),
                kind: VersionKind::Rollback,
                author,
                comment,
            };
            let version = draft.record(tx, &versions::mask_of(tx, &target)?, now_us)?;
            rebase(tx, version.tile, version.id, now_us)?;
            Ok(version)
        })
    }
}

/// A version before the store has dated, numbered and sealed it.
pub(crate) struct Draft<'a> {
    pub(crate) tile_id: TileId,
    pub(crate) payload: ContentHash,
    pub(crate) parent: Option<LabelVersion>,
    pub(crate) kind: VersionKind,
    pub(crate) author: &'a str,
    pub(crate) comment: &'a str,
}

impl Draft<'_> {
    /// Seals the version, stores it and queues it for the server.
    pub(crate) fn record(self, tx: &Connection, mask: &Mask, now_us: i64) -> Result<LabelVersion> {
        let old = match &self.parent {
            Some(parent) => versions::mask_of(tx, parent)?,
            None => Mask::background(mask.size()),
        };
        let diff =
            MaskDiff::between(&old, mask).map_err(|error| StoreError::refused("label", error))?;
        let version = LabelVersion {
            id: VersionId(self.payload),
            tile: self.tile_id,
            number: self
                .parent
                .as_ref()
                .map_or(1, |parent| parent.number.saturating_add(1)),
            parents: self.parent.iter().map(|parent| parent.id).collect(),
            author: self.author.to_owned(),
            schema: LabelSchema::OCT_LAYERS_ID.to_owned(),
            payload: self.payload,
            kind: self.kind,
            comment: self.comment.to_owned(),
            client_time_us: now_us,
            hlc: settings::tick_hlc(tx, now_us)?,
            diff,
        }
        .sealed();
        version
            .verify()
            .map_err(|error| StoreError::refused("label", error))?;
        versions::insert(tx, &version, Origin::Local, now_us)?;
        outbox::enqueue(
            tx,
            Subject::Version {
                tile_id: version.tile,
                version_id: version.id,
            },
        )?;
        Ok(version)
    }
}

/// Starts the journal afresh from a version and works on that version.
pub(crate) fn rebase(
    tx: &Connection,
    tile_id: TileId,
    version_id: VersionId,
    now_us: i64,
) -> Result<()> {
    journal::append(tx, tile_id, &JournalEntry::Rebase(version_id), now_us)?;
    versions::set_working(tx, tile_id, version_id, journal::last_seq(tx, tile_id)?)
}

pub(crate) fn encode(mask: &Mask) -> Result<Vec<u8>> {
    mask_to_payload(mask).map_err(|error| StoreError::refused("label", error))
}
