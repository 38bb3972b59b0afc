//! The index of blobs: which digests the object store holds.

use fovea_annotation::ContentHash;

use super::{Account, Connection, DbError, OptionalExtension as _, Row, columns, may_see_blob};

/// One blob of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlobRow {
    /// SHA-256 of the bytes.
    pub(crate) sha256: ContentHash,
    /// Their number.
    pub(crate) len: u64,
    /// True when the stored bytes were found damaged; the blob then counts as missing until it is sent again.
    pub(crate) damaged: bool,
}

fn row(row: &Row<'_>) -> Result<BlobRow, DbError> {
    Ok(BlobRow {
        sha256: columns::hash(row, 0)?,
        len: columns::unsigned(row, 1)?,
        damaged: row.get(2)?,
    })
}

/// The blob `sha256`, damaged or not.
pub(crate) fn blob_row(
    connection: &Connection,
    sha256: ContentHash,
) -> Result<Option<BlobRow>, DbError> {
    let statement =
        connection.prepare_cached("SELECT sha256, len, damaged FROM blobs WHERE sha256 = ?1")?;
    statement.query_row([sha256.as_bytes()], row).optional()
}

/// Those of `asked` that the store does not hold whole, or not for `account`, in the order asked.
pub(crate) fn damaged_or_missing(
    connection: &Connection,
    account: &Account,
    asked: &[ContentHash],
) -> Result<Vec<ContentHash>, DbError> {
    let mut missing = Vec::new();
    for &sha256 in asked {
        let is_whole = blob_row(connection, sha256)?.is_some_and(|row| !row.damaged);
        if !is_whole || !may_see_blob(connection, account, sha256)? {
            missing.push(sha256);
        }
    }
    Ok(missing)
}

/// Adds a blob whose bytes are stored, or heals one that was damaged.
pub(crate) fn insert_blob(
    connection: &Connection,
    sha256: ContentHash,
    len: u64,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO blobs (sha256, len, created_by, created_at_us) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sha256) DO UPDATE SET damaged = 0",
        )?
        .execute((sha256.as_bytes(), len as i64, user_id, now_us))?;
    Ok(())
}

/// Notes that the stored bytes of a blob are not what they were.
pub(crate) fn mark_damaged(connection: &Connection, sha256: ContentHash) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE blobs SET damaged = 1 WHERE sha256 = ?1")?
        .execute([sha256.as_bytes()])?;
    Ok(())
}

/// Notes that the stored bytes of a blob are what they should be, after all.
pub(crate) fn mark_whole(connection: &Connection, sha256: ContentHash) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE blobs SET damaged = 0 WHERE sha256 = ?1")?
        .execute([sha256.as_bytes()])?;
    Ok(())
}

/// Up to `limit` blobs with a digest above `after`, in order.
pub(crate) fn list_blobs(
    connection: &Connection,
    after: ContentHash,
    limit: u32,
) -> Result<Vec<BlobRow>, DbError> {
    let sql = "SELECT sha256, len, damaged FROM blobs WHERE sha256 > ?1 ORDER BY sha256 LIMIT ?2";
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((after.as_bytes(), limit), row)?;
    Ok(rows)
}
