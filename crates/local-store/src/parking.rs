//! The parking lot: what the server refused for good. Nothing leaves it but by a person's wish.

use rusqlite::params;
use serde::Serialize;
use uuid::Uuid;

use crate::outbox::{self, OutboxBody};
use crate::{Result, Store, StoreError};

/// A refused operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParkedItem {
    /// Its id.
    pub op_id: Uuid,
    /// Stable name of the reason.
    pub code: String,
    /// The reason for a person.
    pub detail: String,
    /// When it was refused.
    pub parked_at_us: i64,
    /// What the server was told.
    pub body: OutboxBody,
}

impl Store {
    /// Moves an operation that the server refused for good out of the outbox.
    pub fn park(&mut self, op_id: Uuid, code: &str, detail: &str) -> Result<()> {
        let now_us = self.now_us();
        self.write(|tx| {
            let copy = "INSERT INTO parked (seq, op_id, kind, subject, case_id, tile_id, code, detail, parked_at_us)
                        SELECT seq, op_id, kind, subject, case_id, tile_id, ?2, ?3, ?4 FROM outbox WHERE op_id = ?1";
            let op_id = op_id.to_string();
            tx.prepare_cached(copy)?.execute(params![op_id, code, detail, now_us])?;
            tx.prepare_cached("DELETE FROM outbox WHERE op_id = ?1")?.execute([&op_id])?;
            Ok(())
        })
    }

    /// Everything in the parking lot, in order.
    pub fn parked(&self) -> Result<Vec<ParkedItem>> {
        self.read(|conn| {
            let sql = "SELECT seq, op_id, kind, subject, case_id, 0, code, detail, parked_at_us FROM parked ORDER BY seq";
            let mut statement = conn.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok((outbox::raw_row(row)?, row.get(6)?, row.get(7)?, row.get(8)?))
            })?;
            rows.map(|row| {
                let (raw, code, detail, parked_at_us) = row?;
                let item = raw.resolve(conn)?;
                Ok(ParkedItem { op_id: item.op_id, code, detail, parked_at_us, body: item.body })
            })
            .collect()
        })
    }

    /// The parking lot as JSON, for whoever has to find out what is wrong. Masks are in it by their hash;
    /// [`Store::blob`] gives their bytes.
    pub fn export_parked(&self) -> Result<String> {
        serde_json::to_string_pretty(&self.parked()?)
            .map_err(|error| StoreError::unreadable("parked operation", error))
    }

    /// Puts everything in the parking lot back into the outbox, at its old place but under new operation ids, because
    /// a server may remember what it refused. Returns how many.
    pub fn resubmit_parked(&mut self) -> Result<usize> {
        self.write(|tx| {
            let seqs: Vec<i64> = tx
                .prepare("SELECT seq FROM parked ORDER BY seq")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let copy = "INSERT INTO outbox (seq, op_id, kind, subject, case_id, tile_id)
                        SELECT seq, ?2, kind, subject, case_id, tile_id FROM parked WHERE seq = ?1";
            for seq in &seqs {
                tx.execute(copy, params![seq, Uuid::now_v7().to_string()])?;
            }
            tx.execute("DELETE FROM parked", [])?;
            Ok(seqs.len())
        })
    }
}
