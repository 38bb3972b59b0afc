//! Sign-ins that failed, by the name that was given: known to every process, and over a restart.

use fovea_annotation::ContentHash;

use super::{Connection, DbError, OptionalExtension as _};

/// What is known of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FailureRow {
    /// Attempts since the last one that succeeded.
    pub(crate) failures: u32,
    /// When the last of them was.
    pub(crate) last_at_us: i64,
    /// Until when no other is heard.
    pub(crate) until_us: i64,
}

/// What is known of `name`.
pub(crate) fn failure_row(
    connection: &Connection,
    name: &str,
) -> Result<Option<FailureRow>, DbError> {
    let sql = "SELECT failures, last_at_us, until_us FROM sign_in_failures WHERE name_sha256 = ?1";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([key(name)], |row| {
        Ok(FailureRow {
            failures: row.get(0)?,
            last_at_us: row.get(1)?,
            until_us: row.get(2)?,
        })
    });
    found.optional()
}

/// Writes down what is known of `name`, and forgets names whose last attempt was before `forget_before_us`.
pub(crate) fn put_failure_row(
    connection: &Connection,
    name: &str,
    row: FailureRow,
    forget_before_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM sign_in_failures WHERE last_at_us < ?1")?
        .execute([forget_before_us])?;
    connection
        .prepare_cached(
            "INSERT INTO sign_in_failures (name_sha256, failures, last_at_us, until_us) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name_sha256) DO UPDATE
             SET failures = excluded.failures, last_at_us = excluded.last_at_us, until_us = excluded.until_us",
        )?
        .execute((key(name), row.failures, row.last_at_us, row.until_us))?;
    Ok(())
}

/// Forgets the failures of `name`.
pub(crate) fn drop_failures(connection: &Connection, name: &str) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM sign_in_failures WHERE name_sha256 = ?1")?
        .execute([key(name)])?;
    Ok(())
}

fn key(name: &str) -> ContentHash {
    ContentHash::of_parts(&[b"fovea.sign-in/1", name.as_bytes()])
}
