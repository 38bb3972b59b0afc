//! Single tiles, and the figures by which the queue finds them.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::SizePx;

use super::case_access::copy_top_to_members;
use super::{Connection, DbError, OptionalExtension as _, columns};

/// One tile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileRow {
    pub(crate) case_id: CaseId,
    pub(crate) bscan_index: u32,
    pub(crate) size: SizePx,
    pub(crate) raw: ContentHash,
}

/// The tile `tile_id`.
pub(crate) fn tile_row(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Option<TileRow>, DbError> {
    let sql = "SELECT case_id, bscan_index, width, height, raw FROM tiles WHERE tile_id = ?1";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([tile_id.0.as_bytes()], |row| {
        Ok(TileRow {
            case_id: columns::case_id(row, 0)?,
            bscan_index: row.get(1)?,
            size: SizePx::new(row.get(2)?, row.get(3)?),
            raw: columns::hash(row, 4)?,
        })
    });
    found.optional()
}

/// The case of a tile that exists.
pub(super) fn case_of_tile(connection: &Connection, tile_id: TileId) -> Result<CaseId, DbError> {
    connection
        .prepare_cached("SELECT case_id FROM tiles WHERE tile_id = ?1")?
        .query_row([tile_id.0.as_bytes()], |row| columns::case_id(row, 0))
}

/// Takes a tile out of the queue for good: a person has labelled it.
pub(crate) fn close_tile(connection: &Connection, tile_id: TileId) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE tiles SET labelled = 1, open_score = NULL WHERE tile_id = ?1")?
        .execute([tile_id.0.as_bytes()])?;
    refresh_case_top(connection, tile_id)
}

/// Writes down the best open tile of the case of `tile_id`, in the transaction that changed it.
pub(super) fn refresh_case_top(connection: &Connection, tile_id: TileId) -> Result<(), DbError> {
    let case_id = case_of_tile(connection, tile_id)?;
    let top: Option<(f64, [u8; 32])> = connection
        .prepare_cached(
            "SELECT open_score, tile_id FROM tiles WHERE case_id = ?1 AND open_score IS NOT NULL
             ORDER BY open_score DESC, tile_id LIMIT 1",
        )?
        .query_row([case_id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (score, tile) = top.unzip();
    let restricted: bool = connection
        .prepare_cached(
            "UPDATE cases SET top_open_score = ?2, top_open_tile = ?3 WHERE case_id = ?1 RETURNING restricted",
        )?
        .query_row((case_id.0, score, tile), |row| row.get(0))?;
    match restricted {
        true => copy_top_to_members(connection, case_id),
        false => Ok(()),
    }
}
