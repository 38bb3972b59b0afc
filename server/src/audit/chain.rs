//! The chain: a line's hash covers its content and the hash of the line before.

use fovea_annotation::ContentHash;
use fovea_audit::{ChainLine, genesis, line_hash};
use fovea_protocol::AuditEntry;
use serde_json::Value;

use super::Action;
use crate::db::{Connection, DbError, OptionalExtension as _, Row, hash_column, unsigned_column};

/// A line to be written.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) actor: &'a str,
    pub(crate) action: Action,
    pub(crate) subject: String,
    pub(crate) detail: Value,
}

/// Writes a line in the caller's transaction.
pub(crate) fn append(connection: &Connection, line: Line<'_>, now_us: i64) -> Result<(), DbError> {
    let (last_seq, previous) = head(connection)?.unwrap_or((0, genesis()));
    let seq = last_seq + 1;
    let detail = line.detail.to_string();
    let hash = line_hash(
        seq,
        now_us,
        [line.actor, line.action.name(), &line.subject, &detail],
        previous,
    );
    connection
        .prepare_cached(
            "INSERT INTO audit (seq, at_us, actor, action, subject, detail, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            seq as i64,
            now_us,
            line.actor,
            line.action.name(),
            &line.subject,
            &detail,
            previous.as_bytes(),
            hash.as_bytes(),
        ))?;
    Ok(())
}

/// Number and hash of the last line.
pub(crate) fn head(connection: &Connection) -> Result<Option<(u64, ContentHash)>, DbError> {
    let sql = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    let statement = connection.prepare_cached(sql)?;
    statement
        .query_row((), |row| {
            Ok((unsigned_column(row, 0)?, hash_column(row, 1)?))
        })
        .optional()
}

/// Up to `limit` lines after number `after`.
pub(crate) fn entries_after(
    connection: &Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditEntry>, DbError> {
    let rows = raw_after(connection, after, limit)?;
    rows.into_iter().map(entry).collect()
}

/// The line as it goes over the wire.
pub(super) fn entry(line: ChainLine) -> Result<AuditEntry, DbError> {
    let damaged = |_| DbError::DamagedRow { what: "audit line" };
    Ok(AuditEntry {
        seq: line.seq,
        at_us: line.at_us,
        actor: line.actor,
        action: line.action,
        subject: line.subject,
        detail: serde_json::from_str(&line.detail).map_err(damaged)?,
        previous: line.previous,
        hash: line.hash,
    })
}

/// Up to `limit` stored lines after number `after`, in order.
pub(super) fn raw_after(
    connection: &Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<ChainLine>, DbError> {
    let sql = "SELECT seq, at_us, actor, action, subject, detail, previous, hash FROM audit
               WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((i64::try_from(after).unwrap_or(i64::MAX), limit), raw)?;
    Ok(rows)
}

/// Reads the columns in the order in which they are declared.
pub(super) fn raw(row: &Row<'_>) -> Result<ChainLine, DbError> {
    Ok(ChainLine {
        seq: unsigned_column(row, 0)?,
        at_us: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        previous: hash_column(row, 6)?,
        hash: hash_column(row, 7)?,
    })
}
