//! Single tiles, and the figures by which the queue finds them.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::SizePx;

use super::{Connection, DbError, OptionalExtension as _, columns};

/// Writes down what the queue needs to know of the open tiles of some cases.
macro_rules! refresh_tops {
    ($which:literal) => {
        concat!(
            "UPDATE cases SET
               (top_open_score, top_open_tile, top_open_bscan, top_open_prediction, top_open_method) =
                 (SELECT t.open_score, t.tile_id, t.bscan_index, t.prediction_id, t.open_method FROM tiles t
                  WHERE t.case_id = cases.case_id AND t.open_score IS NOT NULL
                  ORDER BY t.open_score DESC, t.tile_id LIMIT 1),
               next_open_score =
                 (SELECT t.open_score FROM tiles t WHERE t.case_id = cases.case_id AND t.open_score IS NOT NULL
                  ORDER BY t.open_score DESC, t.tile_id LIMIT 1 OFFSET 1)
             WHERE ",
            $which
        )
    };
}
/// Copies it for the members of those of them that are restricted.
macro_rules! refresh_members {
    ($which:literal) => {
        concat!(
            "UPDATE case_members SET (top_open_score, top_open_tile) =
               (SELECT c.top_open_score, c.top_open_tile FROM cases c WHERE c.case_id = case_members.case_id)
             WHERE case_id IN (SELECT case_id FROM cases WHERE restricted = 1 AND ",
            $which,
            ")"
        )
    };
}

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
        .prepare_cached(
            "UPDATE tiles SET labelled = 1, open_score = NULL, open_method = NULL WHERE tile_id = ?1",
        )?
        .execute([tile_id.0.as_bytes()])?;
    refresh_case_top(connection, case_of_tile(connection, tile_id)?)
}

/// Writes down the best open tile of each case, in the transaction that changed one of its tiles.
pub(super) fn refresh_case_top(connection: &Connection, case_id: CaseId) -> Result<(), DbError> {
    for sql in [
        refresh_tops!("case_id = ?1"),
        refresh_members!("case_id = ?1"),
    ] {
        connection.prepare_cached(sql)?.execute([case_id.0])?;
    }
    Ok(())
}

/// The same for all cases with numbers after `after` up to `to`.
pub(super) fn refresh_case_tops(
    connection: &Connection,
    after: i64,
    to: i64,
) -> Result<(), DbError> {
    for sql in [
        refresh_tops!("case_no > ?1 AND case_no <= ?2"),
        refresh_members!("case_no > ?1 AND case_no <= ?2"),
    ] {
        connection.prepare_cached(sql)?.execute((after, to))?;
    }
    Ok(())
}
