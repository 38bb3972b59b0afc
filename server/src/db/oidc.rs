//! Sign-ins at the site's identity provider.

use fovea_annotation::ContentHash;

use super::users::account;
use super::{Account, Connection, DbError, OptionalExtension as _};

/// Sign-ins that may be under way: anybody can begin one.
const ATTEMPTS_MAX: u64 = 1_000;

/// A sign-in that begins.
#[derive(Clone, Debug)]
pub(crate) struct NewOidcAttempt {
    pub(crate) attempt: ContentHash,
    pub(crate) kind: &'static str,
    pub(crate) detail: String,
    pub(crate) next_at_us: i64,
    pub(crate) expires_at_us: i64,
}

/// Writes a sign-in down, and forgets those that are over; false when too many are under way.
pub(crate) fn insert_oidc_attempt(
    connection: &Connection,
    new: &NewOidcAttempt,
    now_us: i64,
) -> Result<bool, DbError> {
    connection.execute(
        "DELETE FROM oidc_attempts WHERE expires_at_us <= ?1",
        [now_us],
    )?;
    let sql = "SELECT count(*) FROM oidc_attempts";
    if connection.query_row(sql, (), |row| row.get::<u64>(0))? >= ATTEMPTS_MAX {
        return Ok(false);
    }
    connection.execute(
        "INSERT INTO oidc_attempts (attempt_sha256, kind, detail, next_at_us, expires_at_us) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            new.attempt,
            new.kind,
            &new.detail,
            new.next_at_us,
            new.expires_at_us,
        ),
    )?;
    Ok(true)
}

/// Takes a sign-in out: it is ended once, whatever comes of it.
pub(crate) fn take_oidc_attempt(
    connection: &Connection,
    attempt: ContentHash,
    kind: &str,
    now_us: i64,
) -> Result<Option<String>, DbError> {
    let sql = "DELETE FROM oidc_attempts WHERE attempt_sha256 = ?1 AND kind = ?2 AND expires_at_us > ?3 RETURNING detail";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((attempt, kind, now_us), |row| row.get(0));
    found.optional()
}

/// What is known of a sign-in under way, and when the provider may be asked about it.
pub(crate) fn oidc_attempt_row(
    connection: &Connection,
    attempt: ContentHash,
    kind: &str,
    now_us: i64,
) -> Result<Option<(String, i64)>, DbError> {
    let sql = "SELECT detail, next_at_us FROM oidc_attempts WHERE attempt_sha256 = ?1 AND kind = ?2 AND expires_at_us > ?3";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((attempt, kind, now_us), |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    found.optional()
}

/// The provider is not asked about a sign-in before `next_at_us`.
pub(crate) fn postpone_oidc_attempt(
    connection: &Connection,
    attempt: ContentHash,
    next_at_us: i64,
) -> Result<(), DbError> {
    connection.execute(
        "UPDATE oidc_attempts SET next_at_us = ?2 WHERE attempt_sha256 = ?1",
        (attempt, next_at_us),
    )?;
    Ok(())
}

/// The account of a person at the provider, and whether it is closed.
pub(crate) fn account_of_person(
    connection: &Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<(Account, bool)>, DbError> {
    let sql = "SELECT u.user_id, u.name, u.role, u.disabled FROM oidc_people p JOIN users u ON u.user_id = p.user_id
               WHERE p.issuer = ?1 AND p.subject = ?2";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((issuer, subject), |row| Ok((account(row)?, row.get(3)?)));
    found.optional()
}

/// Notes which account a person at the provider has.
pub(crate) fn insert_person(
    connection: &Connection,
    issuer: &str,
    subject: &str,
    user_id: i64,
) -> Result<(), DbError> {
    connection.execute(
        "INSERT INTO oidc_people (issuer, subject, user_id) VALUES (?1, ?2, ?3)",
        (issuer, subject, user_id),
    )?;
    Ok(())
}
