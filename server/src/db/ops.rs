//! Operations that were applied, so that each is applied once.

use fovea_annotation::ContentHash;
use uuid::Uuid;

use super::{Connection, DbError, OptionalExtension as _, columns};

/// An operation that the server holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpRecord {
    /// Name that the client gave it.
    pub(crate) op_id: Uuid,
    /// Hash of its body.
    pub(crate) body_hash: ContentHash,
}

/// The body hash under which `op_id` was applied.
pub(crate) fn find_op(
    connection: &Connection,
    op_id: Uuid,
) -> Result<Option<ContentHash>, DbError> {
    let statement = connection.prepare_cached("SELECT body_hash FROM ops WHERE op_id = ?1")?;
    statement
        .query_row([op_id.as_bytes()], |row| columns::hash(row, 0))
        .optional()
}

/// Notes that an operation was applied.
pub(crate) fn insert_op(
    connection: &Connection,
    op: OpRecord,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO ops (op_id, user_id, body_hash, at_us) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            op.op_id.as_bytes(),
            user_id,
            op.body_hash.as_bytes(),
            now_us,
        ))?;
    Ok(())
}
