//! Between rows and domain types.

use fovea_annotation::{CaseId, ContentHash, LabelVersion, TileId, VersionId};
use rusqlite::Row;
use uuid::Uuid;

use crate::{Result, StoreError};

/// Column `index` as a digest.
pub(crate) fn hash(row: &Row<'_>, index: usize) -> rusqlite::Result<ContentHash> {
    row.get(index).map(ContentHash::from_bytes)
}

/// Column `index` as a digest that may be absent.
pub(crate) fn optional_hash(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<ContentHash>> {
    Ok(row
        .get::<_, Option<[u8; 32]>>(index)?
        .map(ContentHash::from_bytes))
}

/// Column `index` as a case id.
pub(crate) fn case_id(row: &Row<'_>, index: usize) -> rusqlite::Result<CaseId> {
    hash(row, index).map(CaseId)
}

/// Column `index` as a tile id.
pub(crate) fn tile_id(row: &Row<'_>, index: usize) -> rusqlite::Result<TileId> {
    hash(row, index).map(TileId)
}

/// Column `index` as a version id.
pub(crate) fn version_id(row: &Row<'_>, index: usize) -> rusqlite::Result<VersionId> {
    hash(row, index).map(VersionId)
}

/// A version record as its column holds it.
pub(crate) fn version_record(text: &str) -> Result<LabelVersion> {
    serde_json::from_str(text).map_err(|error| StoreError::unreadable("label version", error))
}

/// An operation id or server id as its column holds it.
pub(crate) fn uuid(text: &str) -> Result<Uuid> {
    Uuid::parse_str(text).map_err(|error| StoreError::unreadable("identifier", error))
}

/// Column `index` as a count; the schema holds none below zero.
pub(crate) fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).map(i64::cast_unsigned)
}
