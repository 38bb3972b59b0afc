//! The feed of changes.

use fovea_annotation::{CaseId, TileId};
use fovea_protocol::{Change, ChangeEntry};

use super::tiles::case_of_tile;
use super::{Account, Connection, DbError, PROJECT, columns};

/// Bytes of changes in one page; one change may go over it.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Part of the feed, as one account sees it.
#[derive(Clone, Debug)]
pub(crate) struct FeedPage {
    pub(crate) changes: Vec<ChangeEntry>,
    /// How far the feed was looked at: what the account may not see lies before it as well.
    pub(crate) cursor: u64,
}

/// Adds a change of a case and counts it, both in the caller's transaction.
pub(crate) fn append_change(
    connection: &Connection,
    case_id: CaseId,
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
    connection
        .prepare_cached("INSERT INTO case_changes (project_id, seq, case_id) VALUES (?1, ?2, ?3)")?
        .execute((PROJECT, seq as i64, case_id.0))?;
    Ok(seq)
}

/// As [`append_change`], of a tile that exists.
pub(crate) fn append_tile_change(
    connection: &Connection,
    tile_id: TileId,
    change: &Change,
    now_us: i64,
) -> Result<u64, DbError> {
    let case_id = case_of_tile(connection, tile_id)?;
    append_change(connection, case_id, change, now_us)
}

/// Number of the latest change.
pub(crate) fn change_cursor(connection: &Connection) -> Result<u64, DbError> {
    let sql = "SELECT change_seq FROM projects WHERE project_id = ?1";
    connection
        .prepare_cached(sql)?
        .query_row([PROJECT], |row| columns::unsigned(row, 0))
}

/// Those of the next `limit` changes after `cursor` that are for `account`, in order. Work comes from cases that are
/// open or name the account, also for an administrator, who may look at every case.
pub(crate) fn changes_after(
    connection: &Connection,
    account: &Account,
    cursor: u64,
    limit: u32,
) -> Result<FeedPage, DbError> {
    let latest = change_cursor(connection)?;
    let after = cursor.min(latest);
    let end = after.saturating_add(u64::from(limit)).min(latest);
    let (mut changes, mut bytes, mut last_whole) = (Vec::new(), 0, end);
    for (seq, at_us, text) in rows(connection, account, after, end)? {
        bytes += text.len();
        if bytes > PAGE_BYTES_MAX && !changes.is_empty() {
            last_whole = seq - 1;
            break;
        }
        let change =
            serde_json::from_str(&text).map_err(|_| DbError::DamagedRow { what: "change" })?;
        changes.push(ChangeEntry { seq, at_us, change });
    }
    Ok(FeedPage {
        changes,
        cursor: last_whole,
    })
}

/// Numbers have no gaps, so a window of them is a window of changes.
fn rows(
    connection: &Connection,
    account: &Account,
    after: u64,
    end: u64,
) -> Result<Vec<(u64, i64, String)>, DbError> {
    let sql = "SELECT f.seq, l.at_us, l.change FROM case_changes f
               JOIN cases c ON c.case_id = f.case_id
               JOIN change_log l ON l.project_id = f.project_id AND l.seq = coalesce(f.copy_of, f.seq)
               WHERE f.project_id = ?1 AND f.seq > ?2 AND f.seq <= ?3 AND (f.for_user IS NULL OR f.for_user = ?4)
                 AND (c.restricted = 0 OR EXISTS
                   (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?4))
               ORDER BY f.seq";
    let row = (PROJECT, after as i64, end as i64, account.user_id);
    connection.prepare_cached(sql)?.query_map(row, |row| {
        Ok((columns::unsigned(row, 0)?, row.get(1)?, row.get(2)?))
    })
}
