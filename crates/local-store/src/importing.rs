//! Labels and version graphs that come from elsewhere.

use fovea_annotation::{
    ContentHash, History, LabelVersion, Mask, TileId, VersionId, VersionKind, mask_from_payload,
};
use rusqlite::Connection;

use crate::outbox::{self, Subject};
use crate::saving::{self, Draft};
use crate::versions::{self, Origin};
use crate::{Result, Store, StoreError, blobs, journal, tiles};

/// A label that another program made for a tile.
#[derive(Clone, Copy, Debug)]
pub struct ImportedLabel<'a> {
    /// The tile.
    pub tile_id: TileId,
    /// Its label, in the classes of the schema.
    pub mask: &'a Mask,
}

/// What became of imported labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedLabels {
    /// New versions, one per tile that changed.
    pub versions: Vec<LabelVersion>,
    /// Tiles whose newest version says the same already.
    pub unchanged_count: u32,
}

/// A version with the bytes that it points at.
#[derive(Clone, Debug)]
pub struct ImportedVersion {
    /// The record; its id must be the hash of what it says.
    pub version: LabelVersion,
    /// The mask's payload.
    pub payload: Vec<u8>,
}

impl Store {
    /// Makes each label the newest version of its tile, all of them in one transaction. Strokes that no version
    /// holds become a version first, so that they can be gone back to.
    pub fn import_labels(
        &mut self,
        labels: &[ImportedLabel<'_>],
        author: &str,
        comment: &str,
    ) -> Result<ImportedLabels> {
        let now_us = self.now_us();
        self.write(|tx| {
            let mut imported = ImportedLabels::default();
            for label in labels {
                match import_label(tx, label, author, comment, now_us)? {
                    Some(version) => imported.versions.push(version),
                    None => imported.unchanged_count += 1,
                }
            }
            Ok(imported)
        })
    }

    /// Adds versions as they are, with their ids, all of them in one transaction; gives how many were new. Parents
    /// come before children or are here already.
    pub fn import_versions(&mut self, versions: &[ImportedVersion]) -> Result<usize> {
        let now_us = self.now_us();
        self.write(|tx| {
            let mut added = 0;
            for one in versions {
                added += usize::from(import_version(tx, one, now_us)?);
            }
            Ok(added)
        })
    }

    /// Works on from a version where nobody has worked on its tile here.
    pub fn work_on(&mut self, tile_id: TileId, version_id: VersionId) -> Result<()> {
        let now_us = self.now_us();
        self.write(|tx| {
            let is_of_tile = versions::require(tx, version_id)?.tile == tile_id;
            let is_untouched =
                versions::working(tx, tile_id)?.is_none() && journal::last_seq(tx, tile_id)? == 0;
            match is_of_tile && is_untouched {
                true => saving::rebase(tx, tile_id, version_id, now_us),
                false => Ok(()),
            }
        })
    }
}

fn import_label(
    tx: &Connection,
    label: &ImportedLabel<'_>,
    author: &str,
    comment: &str,
    now_us: i64,
) -> Result<Option<LabelVersion>> {
    let tile_id = label.tile_id;
    let tile = tiles::require_tile(tx, tile_id)?;
    if tile.size != label.mask.size() {
        let (mask, size) = (label.mask.size(), tile.size);
        let why = format!(
            "it is {}×{} px and B-scan {} is {}×{} px; choose the labels of this scan",
            mask.width,
            mask.height,
            tile.bscan_index + 1,
            size.width,
            size.height
        );
        return Err(StoreError::refused("label", why));
    }
    let parent = save_unsaved(tx, tile_id, author, now_us)?;
    let payload = saving::encode(label.mask)?;
    let is_same = |parent: &LabelVersion| parent.payload == ContentHash::of(&payload);
    if parent.as_ref().is_some_and(is_same) {
        return Ok(None);
    }
    let draft = Draft {
        tile_id,
        payload: blobs::put(tx, &payload)?,
        parent,
        kind: VersionKind::Edit,
        author,
        comment,
    };
    let version = draft.record(tx, label.mask, now_us)?;
    saving::rebase(tx, tile_id, version.id, now_us)?;
    Ok(Some(version))
}

/// The version that the next one builds on. Journal entries that it does not hold become a version of their own.
fn save_unsaved(
    tx: &Connection,
    tile_id: TileId,
    author: &str,
    now_us: i64,
) -> Result<Option<LabelVersion>> {
    let working = versions::working(tx, tile_id)?;
    let through = journal::last_seq(tx, tile_id)?;
    if through <= working.as_ref().map_or(0, |working| working.saved_seq) {
        return Ok(working.map(|working| working.version));
    }
    let rebase = journal::last_rebase(tx, tile_id)?;
    let base = match rebase {
        Some((version, _)) => versions::mask_of(tx, &versions::require(tx, version)?)?,
        None => Mask::background(tiles::require_tile(tx, tile_id)?.size),
    };
    let entries = journal::entries_after(tx, tile_id, rebase.map_or(0, |(_, seq)| seq))?;
    let (mask, _) =
        History::replay(base, entries).map_err(|error| StoreError::unreadable("journal", error))?;
    let payload = saving::encode(&mask)?;
    let parent = working.map(|working| working.version);
    let is_same = |parent: &LabelVersion| parent.payload == ContentHash::of(&payload);
    let is_nothing = parent.is_none() && mask.classes().iter().all(|class| *class == 0);
    if is_nothing || parent.as_ref().is_some_and(is_same) {
        return Ok(parent);
    }
    let draft = Draft {
        tile_id,
        payload: blobs::put(tx, &payload)?,
        parent,
        kind: VersionKind::Edit,
        author,
        comment: "Saved before labels were imported.",
    };
    Ok(Some(draft.record(tx, &mask, now_us)?))
}

fn import_version(tx: &Connection, one: &ImportedVersion, now_us: i64) -> Result<bool> {
    let refused = |why: String| StoreError::refused("label version", why);
    let version = &one.version;
    version
        .verify()
        .map_err(|error| refused(error.to_string()))?;
    if ContentHash::of(&one.payload) != version.payload {
        return Err(refused(
            "its mask is not the one that it names; export it again".to_owned(),
        ));
    }
    let mask = mask_from_payload(&one.payload).map_err(|error| refused(error.to_string()))?;
    if tiles::require_tile(tx, version.tile)?.size != mask.size() {
        return Err(refused(
            "its mask is not of the size of its B-scan; export it again".to_owned(),
        ));
    }
    for parent in &version.parents {
        if versions::find(tx, *parent)?.is_none_or(|found| found.tile != version.tile) {
            return Err(refused(
                "the version that it builds on is not there; export it again".to_owned(),
            ));
        }
    }
    blobs::put(tx, &one.payload)?;
    let is_new = versions::insert(tx, version, Origin::Local, now_us)?;
    if is_new {
        outbox::enqueue(
            tx,
            Subject::Version {
                tile_id: version.tile,
                version_id: version.id,
            },
        )?;
    }
    Ok(is_new)
}
