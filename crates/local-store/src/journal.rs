//! The stroke journal: append-only, per tile, durable when [`Store::append_journal`] returns.

use fovea_annotation::{ContentHash, JournalEntry, TileId, VersionId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, StoreError, sql};

/// Says how far a tile's journal is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalAck {
    /// The tile.
    pub tile_id: TileId,
    /// Number of the last entry on disk; numbers start at 1 and have no gaps.
    pub through_seq: u64,
}

impl Store {
    /// Appends entries in order. When this returns they survive a crash of the program and of the machine.
    pub fn append_journal(
        &mut self,
        tile_id: TileId,
        entries: &[JournalEntry],
    ) -> Result<JournalAck> {
        let now_us = self.now_us();
        self.write(|tx| {
            for entry in entries {
                append(tx, tile_id, entry, now_us)?;
            }
            Ok(JournalAck {
                tile_id,
                through_seq: last_seq(tx, tile_id)?,
            })
        })
    }
}

pub(crate) fn append(
    tx: &Connection,
    tile_id: TileId,
    entry: &JournalEntry,
    now_us: i64,
) -> Result<()> {
    let rebase_to = match entry {
        JournalEntry::Rebase(version) => Some(version.0),
        JournalEntry::Edit(_) | JournalEntry::Undo | JournalEntry::Redo => None,
    };
    let sql = "INSERT INTO journal (tile_id, seq, entry, rebase_to, at_us)
               SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4 FROM journal WHERE tile_id = ?1";
    let rebase_to = rebase_to.as_ref().map(ContentHash::as_bytes);
    tx.prepare_cached(sql)?.execute(params![
        tile_id.0.as_bytes(),
        entry.to_bytes(),
        rebase_to,
        now_us
    ])?;
    Ok(())
}

/// Number of the newest entry; 0 when there is none.
pub(crate) fn last_seq(conn: &Connection, tile_id: TileId) -> Result<u64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM journal WHERE tile_id = ?1";
    Ok(conn
        .prepare_cached(sql)?
        .query_row([tile_id.0.as_bytes()], |row| sql::count(row, 0))?)
}

/// Where the newest stretch of a journal starts: the version it builds on, and its number in the journal.
pub(crate) fn last_rebase(conn: &Connection, tile_id: TileId) -> Result<Option<(VersionId, u64)>> {
    rebase_before(conn, tile_id, i64::MAX.cast_unsigned())
}

/// As [`last_rebase`], of the journal before entry `before_seq`.
pub(crate) fn rebase_before(
    conn: &Connection,
    tile_id: TileId,
    before_seq: u64,
) -> Result<Option<(VersionId, u64)>> {
    let sql = "SELECT rebase_to, seq FROM journal WHERE tile_id = ?1 AND rebase_to IS NOT NULL AND seq < ?2
               ORDER BY seq DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_row(
        params![tile_id.0.as_bytes(), before_seq.cast_signed()],
        |row| Ok((sql::version_id(row, 0)?, sql::count(row, 1)?)),
    );
    Ok(found.optional()?)
}

/// The entries after number `after_seq`, in order.
pub(crate) fn entries_after(
    conn: &Connection,
    tile_id: TileId,
    after_seq: u64,
) -> Result<Vec<JournalEntry>> {
    let mut statement = conn
        .prepare_cached("SELECT entry FROM journal WHERE tile_id = ?1 AND seq > ?2 ORDER BY seq")?;
    let rows = statement.query_map(
        params![tile_id.0.as_bytes(), after_seq.cast_signed()],
        |row| row.get::<_, Vec<u8>>(0),
    )?;
    let mut entries = Vec::new();
    for bytes in rows {
        let entry = JournalEntry::from_bytes(&bytes?);
        entries.push(entry.map_err(|error| StoreError::unreadable("journal entry", error))?);
    }
    Ok(entries)
}
