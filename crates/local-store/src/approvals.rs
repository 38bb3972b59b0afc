//! Which version of a tile a reviewer chose: the approved one.

use fovea_annotation::{TileId, VersionId};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{Result, sql};

/// An approval that the server told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteApproval {
    /// The tile.
    pub tile_id: TileId,
    /// Its version that is approved.
    pub version_id: VersionId,
    /// What the reviewer said about it.
    pub comment: String,
    /// Account of the reviewer.
    pub approver: String,
    /// When, µs since 1970 UTC by the server's clock.
    pub approved_at_us: i64,
}

/// Adds an approval; `false` where it is here already.
pub(crate) fn insert(tx: &Connection, approval: &RemoteApproval) -> Result<bool> {
    let sql = "INSERT INTO approvals (tile_id, version_id, comment, approver, approved_at_us) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (version_id, approver, approved_at_us) DO NOTHING";
    let added = tx.prepare_cached(sql)?.execute(params![
        approval.tile_id.0.as_bytes(),
        approval.version_id.0.as_bytes(),
        approval.comment,
        approval.approver,
        approval.approved_at_us
    ])?;
    Ok(added > 0)
}

/// The approval of a tile that counts: the last that the server told of.
pub(crate) fn of_tile(conn: &Connection, tile_id: TileId) -> Result<Option<RemoteApproval>> {
    let sql =
        "SELECT version_id, comment, approver, approved_at_us FROM approvals WHERE tile_id = ?1
               ORDER BY seq DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_row([tile_id.0.as_bytes()], |row| {
        Ok(RemoteApproval {
            tile_id,
            version_id: sql::version_id(row, 0)?,
            comment: row.get(1)?,
            approver: row.get(2)?,
            approved_at_us: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}
