//! Objects that are small enough to be kept in the database, as they would lie in the store.
//!
//! They are no rows of a backup or of a move: there they are objects like any other.

use fovea_annotation::ContentHash;

use super::{Connection, DbError, OptionalExtension as _, columns};

/// Their table.
pub(super) const TABLE: &str = "small_objects";

/// A small object in the order in which they came.
pub(crate) struct SmallObject {
    pub(crate) object_no: i64,
    pub(crate) sha256: ContentHash,
    pub(crate) sealed: Vec<u8>,
}

/// Keeps a small object; one of the same name is replaced, since it may be damaged.
pub(crate) fn keep_small_object(
    connection: &Connection,
    sha256: ContentHash,
    sealed: &[u8],
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO small_objects (sha256, sealed) VALUES (?1, ?2)
             ON CONFLICT (sha256) DO UPDATE SET sealed = excluded.sealed",
        )?
        .execute((sha256, sealed))?;
    Ok(())
}

/// The sealed bytes of a small object.
pub(crate) fn small_object(
    connection: &Connection,
    sha256: ContentHash,
) -> Result<Option<Vec<u8>>, DbError> {
    let sql = "SELECT sealed FROM small_objects WHERE sha256 = ?1";
    let statement = connection.prepare_cached(sql)?;
    statement.query_row([sha256], |row| row.get(0)).optional()
}

/// Up to `limit` small objects after the one with the number `after`.
pub(crate) fn small_objects_after(
    connection: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<SmallObject>, DbError> {
    let sql = "SELECT object_no, sha256, sealed FROM small_objects WHERE object_no > ?1 ORDER BY object_no LIMIT ?2";
    let statement = connection.prepare_cached(sql)?;
    statement.query_map((after, limit), |row| {
        Ok(SmallObject {
            object_no: row.get(0)?,
            sha256: columns::hash(row, 1)?,
            sealed: row.get(2)?,
        })
    })
}
