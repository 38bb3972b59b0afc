//! Opening a tile: everything the editor needs to go on where the person stopped.

use fovea_annotation::{JournalEntry, LabelVersion, Mask, SaveState, TileId, VersionId};
use rusqlite::Connection;

use crate::approvals::{self, RemoteApproval};
use crate::predictions::{self, PredictionRecord};
use crate::tiles::{self, TileSummary};
use crate::{Result, Store, blobs, journal, saving, versions};

/// A tile with all that is needed to work on it.
#[derive(Clone, Debug)]
pub struct OpenTile {
    /// The tile; `save_state` is on disk, queued or on server: only the editor knows what is in hand.
    pub tile: TileSummary,
    /// The picture, an 8-bit gray PNG.
    pub raw_png: Vec<u8>,
    /// The newest prediction.
    pub prediction: Option<PredictionRecord>,
    /// Its uncertainty map, an 8-bit gray PNG.
    pub uncertainty_png: Option<Vec<u8>>,
    /// The version that the next save builds on.
    pub working: Option<LabelVersion>,
    /// The mask before the first of `journal`.
    pub base_mask: Mask,
    /// Journal entries since the label last started afresh; replayed on `base_mask` they give the label and its
    /// undo stack.
    pub journal: Vec<JournalEntry>,
    /// Number of the last journal entry on disk.
    pub through_seq: u64,
    /// True when the journal holds work that no version has.
    pub unsaved: bool,
    /// Every version, in the order in which they came to this machine.
    pub versions: Vec<LabelVersion>,
    /// Versions that no other builds on; more than one is a fork.
    pub heads: Vec<VersionId>,
    /// Versions that the server holds.
    pub on_server: Vec<VersionId>,
    /// Which version is the approved one, and who said so.
    pub approval: Option<RemoteApproval>,
}

/// The versions of a tile, without its picture.
#[derive(Clone, Debug)]
pub struct TileLabels {
    /// Every version, in the order in which they came to this machine.
    pub versions: Vec<LabelVersion>,
    /// The version that [`Store::open_tile`] would move to, were nothing unsaved.
    pub ahead: Option<VersionId>,
    /// True when the journal holds work that no version has.
    pub unsaved: bool,
    /// Which version is the approved one, and who said so.
    pub approval: Option<RemoteApproval>,
}

impl Store {
    /// Looks at the versions of a tile, and changes nothing.
    pub fn tile_labels(&self, tile_id: TileId) -> Result<TileLabels> {
        self.read(|conn| {
            Ok(TileLabels {
                versions: versions::of_tile(conn, tile_id)?,
                ahead: ahead(conn, tile_id)?,
                unsaved: is_unsaved(conn, tile_id)?,
                approval: approvals::of_tile(conn, tile_id)?,
            })
        })
    }

    /// Opens a tile. When another person's version builds on the one worked on here, and nothing is unsaved, the
    /// tile opens at that version.
    pub fn open_tile(&mut self, tile_id: TileId) -> Result<OpenTile> {
        let now_us = self.now_us();
        self.write(|tx| catch_up(tx, tile_id, now_us))?;
        self.numbering.forget(tile_id);
        self.read(|conn| read_tile(conn, tile_id))
    }
}

fn read_tile(conn: &Connection, tile_id: TileId) -> Result<OpenTile> {
    let tile = tiles::with_state(conn, tiles::require_tile(conn, tile_id)?)?;
    let prediction = predictions::newest(conn, tile_id)?;
    let uncertainty_png = prediction
        .as_ref()
        .map(|p| blobs::get(conn, p.uncertainty))
        .transpose()?;
    let rebase = journal::last_rebase(conn, tile_id)?;
    let base_mask = match rebase {
        Some((version_id, _)) => versions::mask_of(conn, &versions::require(conn, version_id)?)?,
        None => Mask::background(tile.size),
    };
    Ok(OpenTile {
        raw_png: blobs::get(conn, tile.raw)?,
        prediction,
        uncertainty_png,
        working: versions::working(conn, tile_id)?.map(|working| working.version),
        base_mask,
        journal: journal::entries_after(conn, tile_id, rebase.map_or(0, |(_, seq)| seq))?,
        through_seq: journal::last_seq(conn, tile_id)?,
        unsaved: tile.save_state < SaveState::Queued,
        versions: versions::of_tile(conn, tile_id)?,
        heads: versions::heads(conn, tile_id)?,
        on_server: versions::on_server(conn, tile_id)?,
        approval: approvals::of_tile(conn, tile_id)?,
        tile,
    })
}

/// Moves to the version that is ahead when that loses nothing: there is no unsaved work.
fn catch_up(tx: &Connection, tile_id: TileId, now_us: i64) -> Result<()> {
    if let Some(head) = ahead(tx, tile_id)?
        && !is_unsaved(tx, tile_id)?
    {
        saving::rebase(tx, tile_id, head, now_us)?;
    }
    Ok(())
}

/// The journal holds entries that no version has.
fn is_unsaved(conn: &Connection, tile_id: TileId) -> Result<bool> {
    Ok(journal::last_seq(conn, tile_id)? > versions::saved_seq(conn, tile_id)?)
}

/// The only head, where it is whole here and builds on what is worked on.
fn ahead(conn: &Connection, tile_id: TileId) -> Result<Option<VersionId>> {
    let &[head] = versions::heads(conn, tile_id)?.as_slice() else {
        return Ok(None);
    };
    let working = versions::working(conn, tile_id)?.map(|working| working.version.id);
    if working == Some(head) {
        return Ok(None);
    }
    let target = versions::require(conn, head)?;
    let builds_on = match working {
        Some(working) => is_ancestor(conn, working, &target)?,
        None => true,
    };
    let is_whole = builds_on
        && blobs::has(conn, target.payload)?
        && tiles::find_tile(conn, tile_id)?.is_some();
    Ok(is_whole.then_some(head))
}

fn is_ancestor(conn: &Connection, ancestor: VersionId, of: &LabelVersion) -> Result<bool> {
    let mut open = of.parents.clone();
    let mut seen = std::collections::HashSet::new();
    while let Some(id) = open.pop() {
        if id == ancestor {
            return Ok(true);
        }
        if seen.insert(id) {
            open.extend(
                versions::find(conn, id)?
                    .map(|version| version.parents)
                    .unwrap_or_default(),
            );
        }
    }
    Ok(false)
}
