//! What was written down about the data once and for all: values of the table `meta`.

use super::{Connection, DbError, OptionalExtension as _};

/// The value of `key`, where one was written down.
pub(crate) fn pinned(connection: &Connection, key: &str) -> Result<Option<String>, DbError> {
    let statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    statement.query_row([key], |row| row.get(0)).optional()
}

/// Writes `value` down in place of what was there: for the few values that an administrator's command changes.
pub(crate) fn repin(connection: &Connection, key: &str, value: &str) -> Result<(), DbError> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection.execute(sql, (key, value)).map(drop)
}

/// Forgets the value of `key`.
pub(crate) fn unpin(connection: &Connection, key: &str) -> Result<(), DbError> {
    connection
        .execute("DELETE FROM meta WHERE key = ?1", [key])
        .map(drop)
}

/// Writes `value` down unless there is one; returns the one that counts.
pub(crate) fn pin(connection: &Connection, key: &str, value: &str) -> Result<String, DbError> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
        (key, value),
    )?;
    pinned(connection, key)?.ok_or(DbError::NoRow)
}
