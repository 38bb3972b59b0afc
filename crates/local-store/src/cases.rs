//! Cases: imported scans.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::{SizePx, SpacingUm};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::outbox::{self, Subject};
use crate::{
    NewIntake, Result, ScanFacts, Store, StoreError, TileFacts, blobs, facts, intakes, sql,
};

/// A case to be imported, its pictures already encoded.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// Hash of pixels and geometry.
    pub case_id: CaseId,
    /// What the person calls it; stays on this machine.
    pub title: String,
    /// Source format.
    pub format: String,
    /// `right`, `left` or `unknown`.
    pub laterality: String,
    /// Physical size of a pixel, where the source says it.
    pub spacing_um: Option<SpacingUm>,
    /// The B-scans, in order.
    pub tiles: Vec<NewTile>,
    /// Fundus picture as PNG.
    pub slo_png: Option<Vec<u8>>,
    /// What the source says of the whole scan.
    pub facts: ScanFacts,
    /// How it comes in; absent for a case that the program itself made.
    pub intake: Option<NewIntake>,
    /// What a person should know about this import.
    pub warnings: Vec<String>,
}

/// One B-scan of a case to be imported.
#[derive(Clone, Debug)]
pub struct NewTile {
    /// Size of the picture.
    pub size: SizePx,
    /// The picture as an 8-bit gray PNG.
    pub raw_png: Vec<u8>,
    /// What the source says of it.
    pub facts: TileFacts,
}

/// A case as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// Its id.
    pub case_id: CaseId,
    /// What the person calls it.
    pub title: String,
    /// Source format.
    pub format: String,
    /// `right`, `left` or `unknown`.
    pub laterality: String,
    /// Physical size of a pixel.
    pub spacing_um: Option<SpacingUm>,
    /// Blob of the fundus picture.
    pub slo: Option<ContentHash>,
    /// What the source says of it.
    pub facts: ScanFacts,
    /// What a person should know about the import.
    pub warnings: Vec<String>,
    /// Number of B-scans.
    pub tile_count: u32,
    /// Size of the B-scans.
    pub tile_size: SizePx,
    /// Layer lines that the device drew, in all B-scans together.
    pub device_line_count: u32,
    /// Number of B-scans with a prediction.
    pub segmented_count: u32,
    /// Number of B-scans with a label that a person saved.
    pub labelled_count: u32,
    /// When it was imported.
    pub imported_at_us: i64,
}

impl Store {
    /// Imports a case in one transaction. The same content again is the same case: it keeps its title, and gains
    /// only what was not known of it, and the way in which it came.
    pub fn import_case(&mut self, case: &NewCase) -> Result<CaseSummary> {
        if case.tiles.is_empty() {
            return Err(StoreError::refused(
                "case",
                "it has no B-scan; choose another file",
            ));
        }
        let now_us = self.now_us();
        self.write(|tx| {
            if find(tx, case.case_id)?.is_none() {
                insert(tx, case, now_us)?;
            }
            facts::fill_in(tx, case)?;
            if let Some(intake) = &case.intake {
                intakes::record(tx, case.case_id, intake, now_us)?;
            }
            require(tx, case.case_id)
        })
    }

    /// All cases, the newest import first.
    pub fn list_cases(&self) -> Result<Vec<CaseSummary>> {
        let mut statement = self
            .conn()
            .prepare_cached(&format!("{CASE_SQL} ORDER BY seq DESC"))?;
        let rows = statement
            .query_map([], case_row)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(CaseRow::into_summary).collect()
    }

    /// One case.
    pub fn case(&self, case_id: CaseId) -> Result<CaseSummary> {
        require(self.conn(), case_id)
    }
}

fn insert(tx: &Connection, case: &NewCase, now_us: i64) -> Result<()> {
    let slo = case
        .slo_png
        .as_deref()
        .map(|png| blobs::put(tx, png))
        .transpose()?;
    let warnings =
        serde_json::to_string(&case.warnings).map_err(|e| StoreError::refused("case", e))?;
    let spacing = case.spacing_um;
    tx.execute(
        "INSERT INTO cases (case_id, title, format, laterality, spacing_x_um, spacing_y_um, spacing_z_um, slo_sha256,
           warnings, imported_at_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            case.case_id.0.as_bytes(),
            case.title,
            case.format,
            case.laterality,
            spacing.map(|s| s.x),
            spacing.map(|s| s.y),
            spacing.map(|s| s.z),
            slo.as_ref().map(ContentHash::as_bytes),
            warnings,
            now_us
        ],
    )?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO tiles (tile_id, case_id, bscan_index, width_px, height_px, raw_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (index, tile) in (0_u32..).zip(&case.tiles) {
        let raw = blobs::put(tx, &tile.raw_png)?;
        let tile_id = TileId::of(case.case_id, index);
        statement.execute(params![
            tile_id.0.as_bytes(),
            case.case_id.0.as_bytes(),
            index,
            tile.size.width,
            tile.size.height,
            raw.as_bytes()
        ])?;
    }
    outbox::enqueue(tx, Subject::Case(case.case_id))
}

const CASE_SQL: &str = "SELECT case_id, title, format, laterality, spacing_x_um, spacing_y_um, spacing_z_um, slo_sha256,
      warnings,
      (SELECT count(*) FROM tiles WHERE tiles.case_id = cases.case_id),
      (SELECT max(width_px) FROM tiles WHERE tiles.case_id = cases.case_id),
      (SELECT max(height_px) FROM tiles WHERE tiles.case_id = cases.case_id),
      (SELECT count(DISTINCT tile_id) FROM tiles JOIN predictions USING (tile_id) WHERE tiles.case_id = cases.case_id),
      (SELECT count(DISTINCT tile_id) FROM tiles JOIN label_versions USING (tile_id)
       WHERE tiles.case_id = cases.case_id AND kind <> 'model'),
      imported_at_us, pattern, device, slo_spacing_x_um, slo_spacing_y_um,
      (SELECT count(*) FROM tiles JOIN device_lines USING (tile_id) WHERE tiles.case_id = cases.case_id)
    FROM cases";

/// A row whose warnings are still JSON.
struct CaseRow(CaseSummary, String);

impl CaseRow {
    fn into_summary(self) -> Result<CaseSummary> {
        let warnings =
            serde_json::from_str(&self.1).map_err(|e| StoreError::unreadable("case", e))?;
        Ok(CaseSummary { warnings, ..self.0 })
    }
}

fn case_row(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    let spacing: (Option<f64>, Option<f64>, Option<f64>) = (row.get(4)?, row.get(5)?, row.get(6)?);
    let summary = CaseSummary {
        case_id: sql::case_id(row, 0)?,
        title: row.get(1)?,
        format: row.get(2)?,
        laterality: row.get(3)?,
        spacing_um: match spacing {
            (Some(x), Some(y), Some(z)) => SpacingUm::new(x, y, z),
            _ => None,
        },
        slo: sql::optional_hash(row, 7)?,
        facts: ScanFacts {
            pattern: row.get(15)?,
            device: row.get(16)?,
            slo_spacing_um: match (row.get(17)?, row.get(18)?) {
                (Some(x), Some(y)) => Some([x, y]),
                _ => None,
            },
        },
        warnings: Vec::new(),
        device_line_count: row.get(19)?,
        tile_count: row.get(9)?,
        tile_size: SizePx::new(row.get(10)?, row.get(11)?),
        segmented_count: row.get(12)?,
        labelled_count: row.get(13)?,
        imported_at_us: row.get(14)?,
    };
    Ok(CaseRow(summary, row.get(8)?))
}

fn find(conn: &Connection, case_id: CaseId) -> Result<Option<CaseSummary>> {
    conn.prepare_cached(&format!("{CASE_SQL} WHERE case_id = ?1"))?
        .query_row([case_id.0.as_bytes()], case_row)
        .optional()?
        .map(CaseRow::into_summary)
        .transpose()
}

pub(crate) fn require(conn: &Connection, case_id: CaseId) -> Result<CaseSummary> {
    find(conn, case_id)?.ok_or_else(|| StoreError::missing("case", case_id))
}
