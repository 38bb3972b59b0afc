//! Who may see a case.
//!
//! An open case is seen by every role that reads cases, a restricted one by its owner, by the accounts that it names, and
//! by administrators. Work is handed out (queue, feed) from cases that are open or name the account: an administrator
//! who wants to work on a restricted one has it name the own account.

use fovea_annotation::{CaseId, ContentHash, TileId};

use super::{
    Account, Connection, DbError, OptionalExtension as _, PROJECT, case_by_id, pins, tile_row,
};
use crate::auth::Role;

/// Key of the table `meta` that says what a new case is.
const NEW_CASES: &str = "new_cases";
const RESTRICTED: &str = "restricted";

/// How a case is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessRow {
    pub(crate) restricted: bool,
    pub(crate) owner_id: i64,
    pub(crate) owner: String,
    /// Names of the accounts that it was given to, without the owner's.
    pub(crate) members: Vec<String>,
}

/// Writes down what new cases are, for all processes.
pub(crate) fn set_new_cases(connection: &Connection, restricted: bool) -> Result<(), DbError> {
    let value = if restricted { RESTRICTED } else { "open" };
    match pins::pinned(connection, NEW_CASES)?.as_deref() == Some(value) {
        true => Ok(()),
        false => pins::repin(connection, NEW_CASES, value),
    }
}

/// Whether new cases are restricted.
pub(super) fn new_cases_are_restricted(connection: &Connection) -> Result<bool, DbError> {
    Ok(pins::pinned(connection, NEW_CASES)?.as_deref() == Some(RESTRICTED))
}

/// Whether `account` may see the case. A case that does not exist is seen by nobody.
pub(crate) fn may_see_case(
    connection: &Connection,
    account: &Account,
    case_id: CaseId,
) -> Result<bool, DbError> {
    match sees_all(account) {
        true => Ok(case_by_id(connection, case_id)?.is_some()),
        false => hands_out(connection, account.user_id, case_id),
    }
}

/// Whether `account` may see the case of a tile. A tile that does not exist is seen by nobody.
pub(crate) fn may_see_tile(
    connection: &Connection,
    account: &Account,
    tile_id: TileId,
) -> Result<bool, DbError> {
    match tile_row(connection, tile_id)? {
        Some(tile) => may_see_case(connection, account, tile.case_id),
        None => Ok(false),
    }
}

/// Whether there is any case that not everybody may see.
pub(super) fn some_are_restricted(connection: &Connection) -> Result<bool, DbError> {
    let sql = "SELECT 1 FROM cases WHERE restricted = 1 LIMIT 1";
    let found = connection.prepare_cached(sql)?.query_row((), |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Whether work on a case is handed out to an account.
pub(super) fn hands_out(
    connection: &Connection,
    user_id: i64,
    case_id: CaseId,
) -> Result<bool, DbError> {
    let sql = "SELECT 1 FROM cases c WHERE c.case_id = ?1 AND (c.restricted = 0 OR EXISTS
                 (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?2))";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((case_id.0, user_id), |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Whether `account` may read a blob: it has sent the bytes, or may see a case that they are part of.
pub(crate) fn may_see_blob(
    connection: &Connection,
    account: &Account,
    sha256: ContentHash,
) -> Result<bool, DbError> {
    if sees_all(account) || holds_blob(connection, account.user_id, sha256)? {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM case_blobs b JOIN cases c ON c.case_id = b.case_id
               WHERE b.sha256 = ?1 AND (c.restricted = 0 OR EXISTS
                 (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?2)) LIMIT 1";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((sha256, account.user_id), |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Whether an account has sent the bytes of a blob.
pub(crate) fn holds_blob(
    connection: &Connection,
    user_id: i64,
    sha256: ContentHash,
) -> Result<bool, DbError> {
    let sql = "SELECT 1 FROM blob_holders WHERE sha256 = ?1 AND user_id = ?2";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((sha256, user_id), |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Notes that an account has sent the bytes of a blob.
pub(crate) fn hold_blob(
    connection: &Connection,
    user_id: i64,
    sha256: ContentHash,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO blob_holders (sha256, user_id) VALUES (?1, ?2) ON CONFLICT (sha256, user_id) DO NOTHING",
        )?
        .execute((sha256, user_id))?;
    Ok(())
}

/// Notes that a blob is part of a case.
pub(crate) fn add_case_blob(
    connection: &Connection,
    case_id: CaseId,
    sha256: ContentHash,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO case_blobs (sha256, case_id) VALUES (?1, ?2) ON CONFLICT (sha256, case_id) DO NOTHING",
        )?
        .execute((sha256, case_id.0))?;
    Ok(())
}

/// How a case is shared.
pub(crate) fn case_access(
    connection: &Connection,
    case_id: CaseId,
) -> Result<Option<AccessRow>, DbError> {
    let sql = "SELECT c.restricted, c.created_by, u.name FROM cases c JOIN users u ON u.user_id = c.created_by
               WHERE c.case_id = ?1";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([case_id.0], |row| {
        Ok(AccessRow {
            restricted: row.get(0)?,
            owner_id: row.get(1)?,
            owner: row.get(2)?,
            members: Vec::new(),
        })
    });
    let Some(access) = found.optional()? else {
        return Ok(None);
    };
    let sql = "SELECT u.name FROM case_members m JOIN users u ON u.user_id = m.user_id
               WHERE m.case_id = ?1 AND m.user_id <> ?2 ORDER BY u.name LIMIT 1000";
    let statement = connection.prepare_cached(sql)?;
    let members = statement.query_map((case_id.0, access.owner_id), |row| row.get(0))?;
    Ok(Some(AccessRow { members, ..access }))
}

/// Names an account in a case.
pub(crate) fn add_case_member(
    connection: &Connection,
    case_id: CaseId,
    user_id: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO case_members (case_id, user_id) VALUES (?1, ?2) ON CONFLICT (case_id, user_id) DO NOTHING",
        )?
        .execute((case_id.0, user_id))?;
    Ok(())
}

/// No longer names an account in a case.
pub(crate) fn drop_case_member(
    connection: &Connection,
    case_id: CaseId,
    user_id: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM case_members WHERE case_id = ?1 AND user_id = ?2")?
        .execute((case_id.0, user_id))?;
    Ok(())
}

/// Opens or restricts a case, and brings the queue of those it names in line. Leases on its tiles end: who holds one may
/// not see them any more.
pub(crate) fn set_restricted(
    connection: &Connection,
    case_id: CaseId,
    restricted: bool,
) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE cases SET restricted = ?2 WHERE case_id = ?1")?
        .execute((case_id.0, restricted))?;
    connection
        .prepare_cached(
            "DELETE FROM leases WHERE tile_id IN (SELECT tile_id FROM tiles WHERE case_id = ?1)",
        )?
        .execute([case_id.0])?;
    copy_top_to_members(connection, case_id)
}

/// Writes the best open tile of a restricted case down for those whom it names.
pub(super) fn copy_top_to_members(connection: &Connection, case_id: CaseId) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE case_members SET
               top_open_score = (SELECT top_open_score FROM cases WHERE case_id = ?1 AND restricted = 1),
               top_open_tile = (SELECT top_open_tile FROM cases WHERE case_id = ?1 AND restricted = 1)
             WHERE case_id = ?1",
        )?
        .execute([case_id.0])?;
    Ok(())
}

/// Tells the changes of a case again: to `for_user`, who could not see them before, or to everybody.
pub(crate) fn tell_again(
    connection: &Connection,
    case_id: CaseId,
    for_user: Option<i64>,
) -> Result<(), DbError> {
    let told = connection
        .prepare_cached(
            "INSERT INTO case_changes (project_id, seq, case_id, for_user, copy_of)
             SELECT c.project_id, p.change_seq + row_number() OVER (ORDER BY c.seq), c.case_id, CAST(?3 AS BIGINT), c.seq
             FROM case_changes c JOIN projects p ON p.project_id = c.project_id
             WHERE c.case_id = ?1 AND c.project_id = ?2 AND c.copy_of IS NULL",
        )?
        .execute((case_id.0, PROJECT, for_user))?;
    connection
        .prepare_cached("UPDATE projects SET change_seq = change_seq + ?2 WHERE project_id = ?1")?
        .execute((PROJECT, told as i64))?;
    Ok(())
}

/// Whether an account sees every case.
pub(super) fn sees_all(account: &Account) -> bool {
    account.role == Role::Admin
}
