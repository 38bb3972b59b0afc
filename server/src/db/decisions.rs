//! Reviews and approvals of label versions. Both are insert-only: what was decided before stays beside it.

use fovea_annotation::{TileId, VersionId};
use fovea_protocol::{ApprovalRecord, ReviewRecord};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Connection, DbError, OptionalExtension as _};

/// Reviews of one label that are given out; the newest.
const REVIEWS_MAX: u32 = 1_000;

/// Adds a review.
pub(crate) fn insert_review(
    connection: &Connection,
    review: &ReviewRecord,
    user_id: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO label_reviews (version_id, tile_id, verdict, record, reviewed_by, reviewed_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            review.label_id.0.as_bytes(),
            review.tile_id.0.as_bytes(),
            format!("{:?}", review.verdict).to_lowercase(),
            to_text(review)?,
            user_id,
            review.reviewed_at_us,
        ))?;
    Ok(())
}

/// Reviews of a version, the oldest first.
pub(crate) fn reviews_of_version(
    connection: &Connection,
    version_id: VersionId,
) -> Result<Vec<ReviewRecord>, DbError> {
    let sql =
        "SELECT record FROM label_reviews WHERE version_id = ?1 ORDER BY review_no DESC LIMIT ?2";
    newest(connection, sql, version_id.0.as_bytes())
}

/// Reviews of all versions of a tile, the oldest first.
pub(crate) fn reviews_of_tile(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Vec<ReviewRecord>, DbError> {
    let sql =
        "SELECT record FROM label_reviews WHERE tile_id = ?1 ORDER BY review_no DESC LIMIT ?2";
    newest(connection, sql, tile_id.0.as_bytes())
}

/// The review of a version that counts: the last.
pub(crate) fn last_review(
    connection: &Connection,
    version_id: VersionId,
) -> Result<Option<ReviewRecord>, DbError> {
    let sql =
        "SELECT record FROM label_reviews WHERE version_id = ?1 ORDER BY review_no DESC LIMIT 1";
    let text: Option<String> = connection
        .prepare_cached(sql)?
        .query_row([version_id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    text.map(|text| of_text(&text)).transpose()
}

/// Adds an approval; it is the one of its tile that counts.
pub(crate) fn insert_approval(
    connection: &Connection,
    approval: &ApprovalRecord,
    user_id: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO label_approvals (tile_id, approval_no, version_id, record, approved_by, approved_at_us)
             SELECT ?1, coalesce(max(approval_no), 0) + 1, ?2, ?3, ?4, ?5 FROM label_approvals WHERE tile_id = ?1",
        )?
        .execute((
            approval.tile_id.0.as_bytes(),
            approval.label_id.0.as_bytes(),
            to_text(approval)?,
            user_id,
            approval.approved_at_us,
        ))?;
    Ok(())
}

/// The approval of a tile that counts: the last.
pub(crate) fn last_approval(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Option<ApprovalRecord>, DbError> {
    let sql =
        "SELECT record FROM label_approvals WHERE tile_id = ?1 ORDER BY approval_no DESC LIMIT 1";
    let text: Option<String> = connection
        .prepare_cached(sql)?
        .query_row([tile_id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    text.map(|text| of_text(&text)).transpose()
}

fn newest(connection: &Connection, sql: &str, id: &[u8; 32]) -> Result<Vec<ReviewRecord>, DbError> {
    let statement = connection.prepare_cached(sql)?;
    let texts = statement.query_map((id, REVIEWS_MAX), |row| row.get::<String>(0))?;
    texts.iter().rev().map(|text| of_text(text)).collect()
}

const DAMAGED: DbError = DbError::DamagedRow {
    what: "decision about a label",
};

fn to_text(record: &impl Serialize) -> Result<String, DbError> {
    serde_json::to_string(record).map_err(|_| DAMAGED)
}

fn of_text<T: DeserializeOwned>(text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DAMAGED)
}
