//! The feed of changes.

use fovea_protocol::{Change, ChangeEntry};

use super::{Connection, DbError, PROJECT, columns};

/// Bytes of changes in one page; one change may go over it.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Adds a change and counts it, both in the caller's transaction.
pub(crate) fn append_change(
    connection: &Connection,
    change: &Change,
    now_us: i64,
) -> Result<u64, DbError> {
    let seq = connection
        .prepare_cached("UPDATE projects SET change_seq = change_seq + 1 WHERE project_id = ?1 RETURNING change_seq")?
        .query_row([PROJECT], |row| columns::unsigned(row, 0))?;
    let text = serde_json::to_string(change).map_err(|_| DbError::DamagedRow { what: "change" })?;
    connection
        .prepare_cached(
            "INSERT INTO change_log (project_id, seq, at_us, change) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((PROJECT, seq as i64, now_us, text))?;
    Ok(seq)
}

/// Number of the latest change.
pub(crate) fn change_cursor(connection: &Connection) -> Result<u64, DbError> {
    let sql = "SELECT change_seq FROM projects WHERE project_id = ?1";
    connection
        .prepare_cached(sql)?
        .query_row([PROJECT], |row| columns::unsigned(row, 0))
}

/// Up to `limit` changes after `cursor`, in order.
pub(crate) fn changes_after(
    connection: &Connection,
    cursor: u64,
    limit: u32,
) -> Result<Vec<ChangeEntry>, DbError> {
    let sql = "SELECT seq, at_us, change FROM change_log WHERE project_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    let cursor = i64::try_from(cursor).unwrap_or(i64::MAX);
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((PROJECT, cursor, limit), |row| {
        let text: String = row.get(2)?;
        Ok((columns::unsigned(row, 0)?, row.get::<i64>(1)?, text))
    })?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    for (seq, at_us, text) in rows {
        bytes += text.len();
        if bytes > PAGE_BYTES_MAX && !entries.is_empty() {
            break;
        }
        let change =
            serde_json::from_str(&text).map_err(|_| DbError::DamagedRow { what: "change" })?;
        entries.push(ChangeEntry { seq, at_us, change });
    }
    Ok(entries)
}
