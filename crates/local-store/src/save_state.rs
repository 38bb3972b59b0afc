//! How safe the newest work on a tile is. What is in hand only the editor knows.

use fovea_annotation::{CaseId, SaveState, TileId};
use rusqlite::{Connection, params};

use crate::{Result, Store, journal, tiles, versions};

impl Store {
    /// On disk, queued or on server.
    pub fn save_state(&self, tile_id: TileId) -> Result<SaveState> {
        self.read(|conn| of_tile(conn, tile_id, tiles::require_tile(conn, tile_id)?.case_id))
    }
}

pub(crate) fn of_tile(conn: &Connection, tile_id: TileId, case_id: CaseId) -> Result<SaveState> {
    let saved_seq = versions::saved_seq(conn, tile_id)?;
    if journal::last_seq(conn, tile_id)? > saved_seq {
        return Ok(SaveState::OnDisk);
    }
    // What is parked has not reached the server either: it is not "on server" until a person settled it.
    let waiting = "SELECT 1 FROM outbox WHERE tile_id = ?1
                   UNION ALL SELECT 1 FROM parked WHERE tile_id = ?1
                   UNION ALL SELECT 1 FROM outbox WHERE case_id = ?2 AND tile_id IS NULL
                   UNION ALL SELECT 1 FROM parked WHERE case_id = ?2 AND tile_id IS NULL";
    let waits = conn
        .prepare_cached(waiting)?
        .exists(params![tile_id.0.as_bytes(), case_id.0.as_bytes()])?;
    Ok(if waits {
        SaveState::Queued
    } else {
        SaveState::OnServer
    })
}
