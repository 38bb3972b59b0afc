//! Which server this store talks to, and how far it has read.

use rusqlite::{Connection, Row, params};
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
    /// from a backup. Acknowledgements are forgotten, everything is offered again, other people's versions included
    /// (their machine may be gone), and the server's changes are read from the start. Returns how many operations
    /// are offered.
    pub fn reset_for_new_incarnation(
        &mut self,
        server_id: Uuid,
        incarnation: Uuid,
    ) -> Result<usize> {
        self.write(|tx| {
            tx.execute(
                "UPDATE sync_state SET server_id = ?1, incarnation = ?2, cursor = 0 WHERE id = 1",
                params![server_id.to_string(), incarnation.to_string()],
            )?;
            // The server tells anew what it still knows.
            tx.execute("DELETE FROM reviews", [])?;
            tx.execute("DELETE FROM approvals", [])?;
            offer_everything(tx)
        })
    }
}

/// Fills the outbox afresh, in an order in which everything comes after what it depends on.
fn offer_everything(tx: &Connection) -> Result<usize> {
    let mut offers = known_operations(tx)?;
    offers.extend(versions_of_others(tx)?);
    // Versions lie here in an order in which parents come first; cases and predictions keep theirs.
    offers.sort_by_key(|offer| (offer.stage, offer.order));
    tx.execute("DELETE FROM acks", [])?;
    tx.execute("DELETE FROM outbox", [])?;
    let insert =
        "INSERT INTO outbox (op_id, kind, subject, case_id, tile_id) VALUES (?1, ?2, ?3, ?4, ?5)";
    for offer in &offers {
        let Offer {
            op_id,
            kind,
            subject,
            case_id,
            tile_id,
            ..
        } = offer;
        tx.prepare_cached(insert)?
            .execute(params![op_id, kind, subject, case_id, tile_id])?;
    }
    Ok(offers.len())
}

struct Offer {
    stage: i64,
    order: i64,
    op_id: String,
    kind: String,
    subject: [u8; 32],
    case_id: [u8; 32],
    tile_id: Option<[u8; 32]>,
}

fn offer_row(row: &Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer {
        stage: row.get(0)?,
        order: row.get(1)?,
        op_id: row.get(2)?,
        kind: row.get(3)?,
        subject: row.get(4)?,
        case_id: row.get(5)?,
        tile_id: row.get(6)?,
    })
}

fn known_operations(tx: &Connection) -> Result<Vec<Offer>> {
    let sql = "SELECT CASE kind WHEN 'case' THEN 0 WHEN 'prediction' THEN 1 ELSE 2 END,
                 CASE kind WHEN 'version' THEN (SELECT seq FROM label_versions WHERE version_id = subject) ELSE seq END,
                 op_id, kind, subject, case_id, tile_id
               FROM (SELECT seq, op_id, kind, subject, case_id, tile_id FROM outbox
                     UNION ALL SELECT seq, op_id, kind, subject, case_id, tile_id FROM acks)";
    Ok(tx
        .prepare(sql)?
        .query_map([], offer_row)?
        .collect::<rusqlite::Result<_>>()?)
}

/// Versions from elsewhere that are whole here: of a tile that is here, with their payload.
fn versions_of_others(tx: &Connection) -> Result<Vec<Offer>> {
    let sql = "SELECT 2, seq, '', 'version', version_id, case_id, tile_id FROM label_versions JOIN tiles USING (tile_id)
               WHERE origin = 'server' AND payload_sha256 IN (SELECT sha256 FROM blobs)
                 AND version_id NOT IN (SELECT subject FROM outbox UNION ALL SELECT subject FROM acks
                                        UNION ALL SELECT subject FROM parked)";
    let mut offers: Vec<Offer> = tx
        .prepare(sql)?
        .query_map([], offer_row)?
        .collect::<rusqlite::Result<_>>()?;
    for offer in &mut offers {
        offer.op_id = Uuid::now_v7().to_string();
    }
    Ok(offers)
}
