//! What a scan says of itself beside pixels and spacing: pattern, device, place on the fundus, quality, layer lines.

use fovea_annotation::{CaseId, TileId};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::{NewCase, Result, Store, StoreError};

/// What a source says of a whole scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScanFacts {
    /// `line`, `circle`, `raster`, `radial`, `en_face` or `unknown`.
    pub pattern: String,
    /// Maker and model of the device.
    pub device: Option<String>,
    /// Size of a pixel of the fundus picture in µm, `[x, y]`.
    pub slo_spacing_um: Option<[f64; 2]>,
}

impl Default for ScanFacts {
    fn default() -> Self {
        Self {
            pattern: "unknown".to_owned(),
            device: None,
            slo_spacing_um: None,
        }
    }
}

/// What a source says of one B-scan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TileFacts {
    /// First and last A-scan on the fundus picture, `[x, y, x, y]` in mm from its top left corner.
    pub position_mm: Option<[f64; 4]>,
    /// The device's own figure of signal quality.
    pub quality: Option<f32>,
    /// Layer lines as the device drew them; names are unique.
    pub lines: Vec<DeviceLine>,
}

/// One boundary across a B-scan.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceLine {
    /// The field's name of the boundary.
    pub name: String,
    /// Height in px from the top edge, one per A-scan; NaN where it is absent.
    pub y_px: Vec<f32>,
}

impl Store {
    /// What the source said of one B-scan.
    pub fn tile_facts(&self, tile_id: TileId) -> Result<TileFacts> {
        self.read(|conn| {
            let sql = "SELECT start_x_mm, start_y_mm, end_x_mm, end_y_mm, quality FROM tiles WHERE tile_id = ?1";
            let mut statement = conn.prepare_cached(sql)?;
            let (at, quality) = statement.query_row([tile_id.0.as_bytes()], |row| {
                let at: [Option<f64>; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok((at, row.get::<_, Option<f64>>(4)?))
            })?;
            let position_mm = match at {
                [Some(x0), Some(y0), Some(x1), Some(y1)] => Some([x0, y0, x1, y1]),
                _ => None,
            };
            Ok(TileFacts {
                position_mm,
                quality: quality.map(|quality| quality as f32),
                lines: lines_of(conn, tile_id)?,
            })
        })
    }
}

fn lines_of(conn: &Connection, tile_id: TileId) -> Result<Vec<DeviceLine>> {
    let sql = "SELECT name, heights FROM device_lines WHERE tile_id = ?1 ORDER BY position";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([tile_id.0.as_bytes()], |row| {
        Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut lines = Vec::new();
    for row in rows {
        let (name, bytes) = row?;
        let (heights, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(StoreError::unreadable("layer line", "it is cut off"));
        }
        let y_px = heights.iter().map(|four| f32::from_le_bytes(*four));
        lines.push(DeviceLine {
            name,
            y_px: y_px.collect(),
        });
    }
    Ok(lines)
}

/// Adds what `case` says of itself where the store knows nothing yet: a case of an older schema learns it when the
/// same scan is imported again.
pub(crate) fn fill_in(tx: &Connection, case: &NewCase) -> Result<()> {
    let facts = &case.facts;
    let sql = "UPDATE cases SET pattern = ?2, device = ?3, slo_spacing_x_um = ?4, slo_spacing_y_um = ?5
               WHERE case_id = ?1 AND pattern = 'unknown' AND device IS NULL AND slo_spacing_x_um IS NULL";
    tx.prepare_cached(sql)?.execute(params![
        case.case_id.0.as_bytes(),
        facts.pattern,
        facts.device,
        facts.slo_spacing_um.map(|um| um[0]),
        facts.slo_spacing_um.map(|um| um[1]),
    ])?;
    for (index, tile) in (0_u32..).zip(&case.tiles) {
        fill_in_tile(tx, case.case_id, index, &tile.facts)?;
    }
    Ok(())
}

fn fill_in_tile(tx: &Connection, case_id: CaseId, index: u32, facts: &TileFacts) -> Result<()> {
    let tile_id = TileId::of(case_id, index);
    if let Some([x0, y0, x1, y1]) = facts.position_mm {
        let sql = "UPDATE tiles SET start_x_mm = ?2, start_y_mm = ?3, end_x_mm = ?4, end_y_mm = ?5
                   WHERE tile_id = ?1 AND start_x_mm IS NULL";
        tx.prepare_cached(sql)?
            .execute(params![tile_id.0.as_bytes(), x0, y0, x1, y1])?;
    }
    if let Some(quality) = facts.quality {
        let sql = "UPDATE tiles SET quality = ?2 WHERE tile_id = ?1 AND quality IS NULL";
        tx.prepare_cached(sql)?
            .execute(params![tile_id.0.as_bytes(), f64::from(quality)])?;
    }
    let sql = "INSERT INTO device_lines (tile_id, position, name, heights) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    for (position, line) in (0_u32..).zip(&facts.lines) {
        let heights: Vec<u8> = line.y_px.iter().flat_map(|y| y.to_le_bytes()).collect();
        tx.prepare_cached(sql)?.execute(params![
            tile_id.0.as_bytes(),
            position,
            line.name,
            heights
        ])?;
    }
    Ok(())
}
