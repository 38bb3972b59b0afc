//! The outbox: what the server does not hold yet. It names things rather than holding wire text, so that an update
//! of the protocol strands nothing.

use fovea_annotation::{CaseId, ContentHash, LabelVersion, TileId, VersionId};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use uuid::Uuid;

use crate::cases::CaseSummary;
use crate::predictions::{self, PredictionRecord};
use crate::{Result, Store, StoreError, cases, sql, tiles, versions};

/// What an operation is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Case(CaseId),
    Prediction {
        tile_id: TileId,
        id: ContentHash,
    },
    Version {
        tile_id: TileId,
        version_id: VersionId,
    },
}

/// One operation with everything that is told to the server.
#[derive(Clone, Debug)]
pub struct OutboxItem {
    /// Order of the operations.
    pub seq: i64,
    /// Chosen once; sending it twice changes nothing.
    pub op_id: Uuid,
    /// The case it belongs to. Operations of one case are sent in order; cases do not wait for each other.
    pub case_id: CaseId,
    /// How often the server said "later".
    pub attempts: u32,
    /// What to tell.
    pub body: OutboxBody,
}

/// What an operation tells the server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutboxBody {
    /// A case and its tiles are known.
    Case {
        /// The case. Its title stays here.
        case: CaseSummary,
        /// Size and picture of each tile, in order.
        tiles: Vec<(fovea_geometry::SizePx, ContentHash)>,
    },
    /// A model said something.
    Prediction(PredictionRecord),
    /// A version was made.
    Version(Box<LabelVersion>),
}

impl OutboxBody {
    /// Blobs that the server must hold first.
    pub fn blobs(&self) -> Vec<ContentHash> {
        match self {
            Self::Case { tiles, .. } => tiles.iter().map(|(_, raw)| *raw).collect(),
            Self::Prediction(made) => vec![made.mask, made.uncertainty],
            Self::Version(version) => vec![version.payload],
        }
    }
}

/// How the server took an operation that it now holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckOutcome {
    /// New to it.
    Accepted,
    /// It held it already.
    Duplicate,
    /// Held, and the tile now has more than one head.
    Forked,
}

impl AckOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Forked => "forked",
        }
    }
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PendingCounts {
    /// Operations in the outbox.
    pub queued: u64,
    /// Of them, label versions: what a person would miss.
    pub queued_versions: u64,
    /// Operations in the parking lot.
    pub parked: u64,
}

impl Store {
    /// The next operations to send, in order: at most `limit`, none that must wait, and none behind one of the same
    /// case that must.
    pub fn outbox_batch(&self, limit: usize) -> Result<Vec<OutboxItem>> {
        let now_us = self.now_us();
        self.read(|conn| {
            let sql = "SELECT seq, op_id, kind, subject, case_id, attempts FROM outbox
                       WHERE next_at_us <= ?1 AND NOT EXISTS (
                         SELECT 1 FROM outbox AS before
                         WHERE before.case_id = outbox.case_id AND before.seq < outbox.seq AND before.next_at_us > ?1)
                       ORDER BY seq LIMIT ?2";
            let mut statement = conn.prepare_cached(sql)?;
            let rows = statement.query_map(params![now_us, limit as i64], raw_row)?;
            rows.map(|raw| raw?.resolve(conn)).collect()
        })
    }

    /// When the next operation that must wait may be sent; `None` when nothing waits for a time.
    pub fn outbox_next_at_us(&self) -> Result<Option<i64>> {
        let sql = "SELECT min(next_at_us) FROM outbox WHERE next_at_us > ?1";
        Ok(self
            .conn()
            .prepare_cached(sql)?
            .query_row([self.now_us()], |row| row.get(0))?)
    }

    /// Takes note that the server holds these operations.
    pub fn mark_acked(&mut self, acks: &[(Uuid, AckOutcome)]) -> Result<()> {
        let now_us = self.now_us();
        self.write(|tx| {
            let copy = "INSERT INTO acks (seq, op_id, kind, subject, case_id, tile_id, outcome, acked_at_us)
                        SELECT seq, op_id, kind, subject, case_id, tile_id, ?2, ?3 FROM outbox WHERE op_id = ?1";
            for (op_id, outcome) in acks {
                let op_id = op_id.to_string();
                tx.prepare_cached(copy)?.execute(params![op_id, outcome.as_str(), now_us])?;
                tx.prepare_cached("DELETE FROM outbox WHERE op_id = ?1")?.execute([&op_id])?;
            }
            Ok(())
        })
    }

    /// Takes note that the server wants an operation later, and why.
    pub fn defer(&mut self, op_id: Uuid, next_at_us: i64, error: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "UPDATE outbox SET attempts = attempts + 1, next_at_us = ?2, last_error = ?3 WHERE op_id = ?1";
            tx.prepare_cached(sql)?.execute(params![op_id.to_string(), next_at_us, error])?;
            Ok(())
        })
    }

    /// How much waits for the server, and for a person.
    pub fn pending_counts(&self) -> Result<PendingCounts> {
        let sql = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM outbox WHERE kind = 'version'),
                   (SELECT count(*) FROM parked)";
        Ok(self.conn().prepare_cached(sql)?.query_row([], |row| {
            Ok(PendingCounts {
                queued: sql::count(row, 0)?,
                queued_versions: sql::count(row, 1)?,
                parked: sql::count(row, 2)?,
            })
        })?)
    }
}

/// Adds an operation at the end.
pub(crate) fn enqueue(tx: &Connection, subject: Subject) -> Result<()> {
    let (kind, id, tile_id, case_id) = match subject {
        Subject::Case(case_id) => ("case", case_id.0, None, case_id),
        Subject::Prediction { tile_id, id } => {
            ("prediction", id, Some(tile_id), case_of(tx, tile_id)?)
        }
        Subject::Version {
            tile_id,
            version_id,
        } => (
            "version",
            version_id.0,
            Some(tile_id),
            case_of(tx, tile_id)?,
        ),
    };
    let tile = tile_id.map(|tile| tile.0);
    tx.prepare_cached(
        "INSERT INTO outbox (op_id, kind, subject, case_id, tile_id) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        Uuid::now_v7().to_string(),
        kind,
        id.as_bytes(),
        case_id.0.as_bytes(),
        tile.as_ref().map(ContentHash::as_bytes)
    ])?;
    Ok(())
}

fn case_of(conn: &Connection, tile_id: TileId) -> Result<CaseId> {
    Ok(tiles::require_tile(conn, tile_id)?.case_id)
}

/// A row of outbox or parking lot before its subject is looked up.
pub(crate) struct RawItem {
    seq: i64,
    op_id: String,
    kind: String,
    subject: ContentHash,
    case_id: CaseId,
    attempts: u32,
}

/// Columns `seq, op_id, kind, subject, case_id, attempts`.
pub(crate) fn raw_row(row: &Row<'_>) -> rusqlite::Result<RawItem> {
    Ok(RawItem {
        seq: row.get(0)?,
        op_id: row.get(1)?,
        kind: row.get(2)?,
        subject: sql::hash(row, 3)?,
        case_id: sql::case_id(row, 4)?,
        attempts: row.get(5)?,
    })
}

impl RawItem {
    pub(crate) fn resolve(self, conn: &Connection) -> Result<OutboxItem> {
        let body = match self.kind.as_str() {
            "case" => {
                let tiles = tiles::tiles_of(conn, self.case_id)?;
                let tiles = tiles
                    .into_iter()
                    .map(|tile| (tile.size, tile.raw))
                    .collect();
                OutboxBody::Case {
                    case: cases::require(conn, self.case_id)?,
                    tiles,
                }
            }
            "prediction" => OutboxBody::Prediction(predictions::require(conn, self.subject)?),
            "version" => {
                OutboxBody::Version(Box::new(versions::require(conn, VersionId(self.subject))?))
            }
            other => {
                return Err(StoreError::unreadable(
                    "queued operation",
                    format!("unknown kind {other}"),
                ));
            }
        };
        Ok(OutboxItem {
            seq: self.seq,
            op_id: sql::uuid(&self.op_id)?,
            case_id: self.case_id,
            attempts: self.attempts,
            body,
        })
    }
}
