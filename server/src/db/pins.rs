//! What was written down about the data once and for all: values of the table `meta`.

use super::{Connection, DbError, OptionalExtension as _};

/// The value of `key`, where one was written down.
pub(crate) fn pinned(connection: &Connection, key: &str) -> Result<Option<String>, DbError> {
    let statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    statement.query_row([key], |row| row.get(0)).optional()
}

/// Writes `value` down unless there is one; returns the one that counts.
pub(crate) fn pin(connection: &Connection, key: &str, value: &str) -> Result<String, DbError> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
        (key, value),
    )?;
    pinned(connection, key)?.ok_or(DbError::NoRow)
}
