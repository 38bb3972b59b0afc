//! Which server this store talks to, and how far it has read.

use rusqlite::params;
use uuid::Uuid;

use crate::{Result, Store, sql};

/// The server as it was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// Which server, and which incarnation of its data; `None` before the first contact.
    pub server: Option<(Uuid, Uuid)>,
    /// Changes up to here are applied.
    pub cursor: u64,
}

impl Store {
    /// The server as it was last seen.
    pub fn sync_state(&self) -> Result<SyncState> {
        let sql = "SELECT server_id, incarnation, cursor FROM sync_state WHERE id = 1";
        let (server_id, incarnation, cursor): (Option<String>, Option<String>, u64) =
            self.conn().query_row(sql, [], |row| {
                Ok((row.get(0)?, row.get(1)?, sql::count(row, 2)?))
            })?;
        let server = match (server_id, incarnation) {
            (Some(server_id), Some(incarnation)) => {
                Some((sql::uuid(&server_id)?, sql::uuid(&incarnation)?))
            }
            _ => None,
        };
        Ok(SyncState { server, cursor })
    }

    /// Meets a server whose data is not the one that gave the acknowledgements: another server, or this one restored
    /// from a backup. Acknowledgements are forgotten, everything is offered again, and its changes are read from
    /// the start. Returns how many operations are offered again.
    pub fn reset_for_new_incarnation(
        &mut self,
        server_id: Uuid,
        incarnation: Uuid,
    ) -> Result<usize> {
        self.write(|tx| {
            let offered = tx.execute(
                "INSERT INTO outbox (seq, op_id, kind, subject, case_id, tile_id)
                 SELECT seq, op_id, kind, subject, case_id, tile_id FROM acks",
                [],
            )?;
            tx.execute("DELETE FROM acks", [])?;
            tx.execute(
                "UPDATE outbox SET attempts = 0, next_at_us = 0, last_error = NULL",
                [],
            )?;
            tx.execute(
                "UPDATE sync_state SET server_id = ?1, incarnation = ?2, cursor = 0 WHERE id = 1",
                params![server_id.to_string(), incarnation.to_string()],
            )?;
            Ok(offered)
        })
    }
}
