//! Ids and digests as 32-byte columns.

use fovea_annotation::{CaseId, ContentHash, TileId, VersionId};
use rusqlite::Row;

/// The digest in column `at`.
pub(crate) fn hash(row: &Row<'_>, at: usize) -> rusqlite::Result<ContentHash> {
    row.get::<_, [u8; 32]>(at).map(ContentHash::from_bytes)
}

/// The number in column `at`, which no code path makes negative.
pub(crate) fn unsigned(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(at)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

/// The case id in column `at`.
pub(crate) fn case_id(row: &Row<'_>, at: usize) -> rusqlite::Result<CaseId> {
    hash(row, at).map(CaseId)
}

/// The tile id in column `at`.
pub(crate) fn tile_id(row: &Row<'_>, at: usize) -> rusqlite::Result<TileId> {
    hash(row, at).map(TileId)
}

/// The version id in column `at`.
pub(crate) fn version_id(row: &Row<'_>, at: usize) -> rusqlite::Result<VersionId> {
    hash(row, at).map(VersionId)
}
