//! Keys that clients give their wishes for runs, so that a wish sent twice is one run.

use fovea_annotation::ContentHash;

use super::{Connection, DbError, OptionalExtension as _, columns};

/// What a key stood for: the hash of the wish, and the run that came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunKey {
    pub(crate) request_sha256: ContentHash,
    pub(crate) run_no: i64,
}

/// What `key_sha256` of this account stands for.
pub(crate) fn find_run_key(
    connection: &Connection,
    user_id: i64,
    key_sha256: ContentHash,
) -> Result<Option<RunKey>, DbError> {
    let sql = "SELECT request_sha256, run_no FROM run_keys WHERE user_id = ?1 AND key_sha256 = ?2";
    connection
        .prepare_cached(sql)?
        .query_row((user_id, key_sha256), |row| {
            Ok(RunKey {
                request_sha256: columns::hash(row, 0)?,
                run_no: row.get(1)?,
            })
        })
        .optional()
}

/// Remembers a key.
pub(crate) fn insert_run_key(
    connection: &Connection,
    user_id: i64,
    key_sha256: ContentHash,
    key: RunKey,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO run_keys (user_id, key_sha256, request_sha256, run_no, created_at_us) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((user_id, key_sha256, key.request_sha256, key.run_no, now_us))?;
    Ok(())
}
