//! Ids and digests as 32-byte columns.

use fovea_annotation::{CaseId, ContentHash, TileId, VersionId};

use super::engine::{FromColumn, ToValue, Value};
use super::{DbError, Row};

/// The digest in column `at`.
pub(crate) fn hash(row: &Row<'_>, at: usize) -> Result<ContentHash, DbError> {
    row.get(at)
}

/// The number in column `at`, which no code path makes negative.
pub(crate) fn unsigned(row: &Row<'_>, at: usize) -> Result<u64, DbError> {
    row.get(at)
}

/// The case id in column `at`.
pub(crate) fn case_id(row: &Row<'_>, at: usize) -> Result<CaseId, DbError> {
    row.get(at).map(CaseId)
}

/// The tile id in column `at`.
pub(crate) fn tile_id(row: &Row<'_>, at: usize) -> Result<TileId, DbError> {
    row.get(at).map(TileId)
}

/// The version id in column `at`.
pub(crate) fn version_id(row: &Row<'_>, at: usize) -> Result<VersionId, DbError> {
    row.get(at).map(VersionId)
}

impl FromColumn for ContentHash {
    fn from_column(value: Value<'_>) -> Option<Self> {
        <[u8; 32]>::from_column(value).map(Self::from_bytes)
    }
}

impl ToValue for ContentHash {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self.as_bytes())
    }
}
