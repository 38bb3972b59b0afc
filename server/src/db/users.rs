//! Accounts and their tokens.

use fovea_annotation::ContentHash;

use super::{Connection, DbError, OptionalExtension as _, Row};
use crate::auth::Role;

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user_id: i64,
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Argon2id hash as a PHC string; an account without one has tokens only.
    pub(crate) password_phc: Option<String>,
}

/// Makes an account, or updates role and password of the one with this name.
pub(crate) fn insert_user(
    connection: &Connection,
    user: &NewUser,
    now_us: i64,
) -> Result<i64, DbError> {
    let sql = "INSERT INTO users (name, role, password_phc, created_at_us) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (name) DO UPDATE
               SET role = excluded.role, password_phc = coalesce(excluded.password_phc, users.password_phc), disabled = 0
               RETURNING user_id";
    let row = (&user.name, user.role.name(), &user.password_phc, now_us);
    connection
        .prepare_cached(sql)?
        .query_row(row, |row| row.get(0))
}

/// Adds a token by its hash; one without an end lives until it is revoked.
pub(crate) fn insert_token(
    connection: &Connection,
    user_id: i64,
    token_hash: ContentHash,
    now_us: i64,
    expires_at_us: Option<i64>,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO tokens (token_hash, user_id, created_at_us, expires_at_us) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((token_hash.as_bytes(), user_id, now_us, expires_at_us))?;
    Ok(())
}

/// Ends a token.
pub(crate) fn revoke_token(
    connection: &Connection,
    token_hash: ContentHash,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at_us = ?2 WHERE token_hash = ?1 AND revoked_at_us IS NULL",
        )?
        .execute((token_hash.as_bytes(), now_us))?;
    Ok(())
}

/// The account of a live token.
pub(crate) fn account_by_token(
    connection: &Connection,
    token_hash: ContentHash,
    now_us: i64,
) -> Result<Option<Account>, DbError> {
    let sql = "SELECT u.user_id, u.name, u.role FROM tokens t JOIN users u ON u.user_id = t.user_id
               WHERE t.token_hash = ?1 AND t.revoked_at_us IS NULL AND u.disabled = 0
                 AND (t.expires_at_us IS NULL OR t.expires_at_us > ?2)";
    connection
        .prepare_cached(sql)?
        .query_row((token_hash.as_bytes(), now_us), account)
        .optional()
}

/// The account `user_id`, which a row refers to; one that is closed by now as well.
pub(crate) fn account_by_id(connection: &Connection, user_id: i64) -> Result<Account, DbError> {
    let sql = "SELECT user_id, name, role FROM users WHERE user_id = ?1";
    connection
        .prepare_cached(sql)?
        .query_row([user_id], account)
}

fn account(row: &Row<'_>) -> Result<Account, DbError> {
    let role: String = row.get(2)?;
    Ok(Account {
        user_id: row.get(0)?,
        name: row.get(1)?,
        role: role
            .parse()
            .map_err(|_| DbError::DamagedRow { what: "account" })?,
    })
}

/// Account number and password hash of `name`, for signing in.
pub(crate) fn password_of(
    connection: &Connection,
    name: &str,
) -> Result<Option<(i64, Option<String>)>, DbError> {
    let sql = "SELECT user_id, password_phc FROM users WHERE name = ?1 AND disabled = 0";
    connection
        .prepare_cached(sql)?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}
