//! Uploads that are under way.

use uuid::Uuid;

use super::{Connection, DbError, OptionalExtension as _, columns};

/// An upload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UploadRow {
    pub(crate) upload_id: Uuid,
    pub(crate) user_id: i64,
    /// Bytes of the whole file.
    pub(crate) length: u64,
    /// Bytes that are durable.
    pub(crate) received: u64,
    pub(crate) expires_at_us: i64,
}

/// Adds an upload of which nothing has arrived.
pub(crate) fn insert_upload(
    connection: &Connection,
    row: UploadRow,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO uploads (upload_id, user_id, length, received, created_at_us, expires_at_us)
             VALUES (?1, ?2, ?3, 0, ?4, ?5)",
        )?
        .execute((
            row.upload_id.to_string(),
            row.user_id,
            row.length as i64,
            now_us,
            row.expires_at_us,
        ))?;
    Ok(())
}

/// The upload of this account; another's is as good as none.
pub(crate) fn upload_row(
    connection: &Connection,
    upload_id: Uuid,
    user_id: i64,
    now_us: i64,
) -> Result<Option<UploadRow>, DbError> {
    let sql = "SELECT length, received, expires_at_us FROM uploads WHERE upload_id = ?1 AND user_id = ?2 AND expires_at_us > ?3";
    let statement = connection.prepare_cached(sql)?;
    let row = statement
        .query_row((upload_id.to_string(), user_id, now_us), |row| {
            Ok(UploadRow {
                upload_id,
                user_id,
                length: columns::unsigned(row, 0)?,
                received: columns::unsigned(row, 1)?,
                expires_at_us: row.get(2)?,
            })
        })
        .optional()?;
    Ok(row)
}

/// Notes that `received` bytes are durable.
pub(crate) fn set_upload_received(
    connection: &Connection,
    upload_id: Uuid,
    received: u64,
) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE uploads SET received = ?2 WHERE upload_id = ?1")?
        .execute((upload_id.to_string(), received as i64))?;
    Ok(())
}

/// Forgets an upload.
pub(crate) fn delete_upload(connection: &Connection, upload_id: Uuid) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM uploads WHERE upload_id = ?1")?
        .execute([upload_id.to_string()])?;
    Ok(())
}

/// Forgets uploads whose time has run out.
pub(crate) fn delete_expired_uploads(connection: &Connection, now_us: i64) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM uploads WHERE expires_at_us <= ?1")?
        .execute([now_us])?;
    Ok(())
}

/// Forgets all uploads: what of them had arrived stays behind in another home.
pub(crate) fn delete_uploads(connection: &Connection) -> Result<(), DbError> {
    connection.execute("DELETE FROM uploads", ()).map(drop)
}

/// Ids of all uploads.
pub(crate) fn open_uploads(connection: &Connection) -> Result<Vec<Uuid>, DbError> {
    let statement = connection.prepare_cached("SELECT upload_id FROM uploads")?;
    let ids = statement.query_map((), |row| row.get::<String>(0))?;
    ids.iter()
        .map(|id| {
            id.parse()
                .map_err(|_| DbError::DamagedRow { what: "upload" })
        })
        .collect()
}

/// Uploads whose time has not run out.
pub(crate) fn uploads_under_way(connection: &Connection, now_us: i64) -> Result<u64, DbError> {
    let sql = "SELECT count(*) FROM uploads WHERE expires_at_us > ?1";
    connection.query_row(sql, [now_us], |row| row.get(0))
}

/// Uploads that an account has open.
pub(crate) fn open_uploads_of(connection: &Connection, user_id: i64) -> Result<u32, DbError> {
    let statement = connection.prepare_cached("SELECT count(*) FROM uploads WHERE user_id = ?1")?;
    statement.query_row([user_id], |row| row.get(0))
}
