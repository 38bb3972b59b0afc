//! Journal entries under the numbers that the editor counts.
//!
//! The editor counts on from what it read when it opened the tile. The store may start a journal afresh in
//! between (a prediction became the label) before the editor knows. A stroke drawn in that moment belongs to the
//! label that the person saw: that stretch of the journal is taken up again, so that neither the stroke nor the
//! undo stack is lost. The prediction stays a version.

use std::collections::HashMap;

use fovea_annotation::{Edit, JournalEntry, Mask, TileId};
use fovea_geometry::RectPx;
use rusqlite::Connection;

use crate::{Result, Store, StoreError, journal, tiles, versions};

/// Per tile, the number on the disk minus the number that the editor counts, since the tile was last opened.
#[derive(Debug, Default)]
pub(crate) struct Numbering(HashMap<TileId, u64>);

impl Numbering {
    /// The editor reads the tile again, and counts from what is on the disk.
    pub(crate) fn forget(&mut self, tile_id: TileId) {
        self.0.remove(&tile_id);
    }
}

impl Store {
    /// Appends entry number `seq`, as the editor counts from [`crate::OpenTile::through_seq`]. When this returns the
    /// entry survives a crash of the program and of the machine. A number that leaves a gap is refused.
    pub fn append_numbered(
        &mut self,
        tile_id: TileId,
        seq: u64,
        entry: &JournalEntry,
    ) -> Result<()> {
        let now_us = self.now_us();
        let ahead = self.numbering.0.get(&tile_id).copied().unwrap_or(0);
        let wanted = seq.saturating_add(ahead);
        let last = self.write(|tx| {
            let last = journal::last_seq(tx, tile_id)?;
            if wanted > last + 1 {
                let why = "a stroke before it is not on disk; save the label as a version";
                return Err(StoreError::refused("stroke", why));
            }
            if wanted <= last {
                take_up_again(tx, tile_id, wanted, now_us)?;
            }
            journal::append(tx, tile_id, entry, now_us)?;
            journal::last_seq(tx, tile_id)
        })?;
        self.numbering.0.insert(tile_id, last.saturating_sub(seq));
        Ok(())
    }
}

/// Brings the stretch of the journal that ended before entry `wanted` to the end again.
fn take_up_again(tx: &Connection, tile_id: TileId, wanted: u64, now_us: i64) -> Result<()> {
    let unknown = journal::entries_after(tx, tile_id, wanted - 1)?;
    if !unknown
        .iter()
        .all(|entry| matches!(entry, JournalEntry::Rebase(_)))
    {
        return Err(StoreError::refused(
            "stroke",
            "the tile was changed elsewhere; open it again",
        ));
    }
    let stretch = journal::rebase_before(tx, tile_id, wanted)?;
    let start_seq = stretch.map_or(0, |(_, seq)| seq);
    let known = journal::entries_after(tx, tile_id, start_seq)?;
    let known = known.into_iter().take((wanted - 1 - start_seq) as usize);
    match stretch {
        Some((version_id, _)) => {
            journal::append(tx, tile_id, &JournalEntry::Rebase(version_id), now_us)?
        }
        None => clear_label(tx, tile_id, now_us)?,
    }
    known
        .into_iter()
        .try_for_each(|entry| journal::append(tx, tile_id, &entry, now_us))
}

/// The stretch began on an empty label, which no version holds: an edit leads there.
fn clear_label(tx: &Connection, tile_id: TileId, now_us: i64) -> Result<()> {
    let size = tiles::require_tile(tx, tile_id)?.size;
    let Some((version_id, _)) = journal::last_rebase(tx, tile_id)? else {
        return Ok(());
    };
    let label = versions::mask_of(tx, &versions::require(tx, version_id)?)?;
    let everything = RectPx {
        x0: 0,
        y0: 0,
        x1: size.width,
        y1: size.height,
    };
    let edit = Edit::between(&label, &Mask::background(size), everything);
    if edit.is_empty() {
        Ok(())
    } else {
        journal::append(tx, tile_id, &JournalEntry::Edit(edit), now_us)
    }
}
