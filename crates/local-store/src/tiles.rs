//! Tiles: the B-scans of a case, the unit of labelling.

use fovea_annotation::{CaseId, ContentHash, SaveState, TileId};
use fovea_geometry::SizePx;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::{Result, Store, StoreError, save_state, sql, versions};

/// A tile as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileSummary {
    /// Its id.
    pub tile_id: TileId,
    /// Its case.
    pub case_id: CaseId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Size of the picture.
    pub size: SizePx,
    /// Blob of the raw picture.
    pub raw: ContentHash,
    /// Score of the newest prediction.
    pub score: Option<f32>,
    /// Number of the version that is worked on.
    pub version_number: Option<u32>,
    /// How safe the newest work on it is.
    pub save_state: SaveState,
}

impl Store {
    /// The tiles of a case, in order.
    pub fn case_tiles(&self, case_id: CaseId) -> Result<Vec<TileSummary>> {
        self.read(|conn| {
            tiles_of(conn, case_id)?
                .into_iter()
                .map(|tile| with_state(conn, tile))
                .collect()
        })
    }

    /// One tile.
    pub fn tile(&self, tile_id: TileId) -> Result<TileSummary> {
        self.read(|conn| with_state(conn, require_tile(conn, tile_id)?))
    }
}

/// A tile without what changes about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileRow {
    pub(crate) tile_id: TileId,
    pub(crate) case_id: CaseId,
    pub(crate) bscan_index: u32,
    pub(crate) size: SizePx,
    pub(crate) raw: ContentHash,
}

const TILE_SQL: &str =
    "SELECT tile_id, case_id, bscan_index, width_px, height_px, raw_sha256 FROM tiles";

fn tile_row(row: &Row<'_>) -> rusqlite::Result<TileRow> {
    Ok(TileRow {
        tile_id: sql::tile_id(row, 0)?,
        case_id: sql::case_id(row, 1)?,
        bscan_index: row.get(2)?,
        size: SizePx::new(row.get(3)?, row.get(4)?),
        raw: sql::hash(row, 5)?,
    })
}

pub(crate) fn tiles_of(conn: &Connection, case_id: CaseId) -> Result<Vec<TileRow>> {
    let mut statement = conn.prepare_cached(&format!(
        "{TILE_SQL} WHERE case_id = ?1 ORDER BY bscan_index"
    ))?;
    let rows = statement.query_map([case_id.0.as_bytes()], tile_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn find_tile(conn: &Connection, tile_id: TileId) -> Result<Option<TileRow>> {
    let mut statement = conn.prepare_cached(&format!("{TILE_SQL} WHERE tile_id = ?1"))?;
    Ok(statement
        .query_row([tile_id.0.as_bytes()], tile_row)
        .optional()?)
}

pub(crate) fn require_tile(conn: &Connection, tile_id: TileId) -> Result<TileRow> {
    find_tile(conn, tile_id)?.ok_or_else(|| StoreError::missing("tile", tile_id))
}

pub(crate) fn with_state(conn: &Connection, tile: TileRow) -> Result<TileSummary> {
    let score = conn
        .prepare_cached(
            "SELECT score FROM predictions WHERE tile_id = ?1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([tile.tile_id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(TileSummary {
        tile_id: tile.tile_id,
        case_id: tile.case_id,
        bscan_index: tile.bscan_index,
        size: tile.size,
        raw: tile.raw,
        score,
        version_number: versions::working(conn, tile.tile_id)?
            .map(|working| working.version.number),
        save_state: save_state::of_tile(conn, tile.tile_id, tile.case_id)?,
    })
}
