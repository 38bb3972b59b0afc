//! Cases and their tiles.

use fovea_annotation::CaseId;
use fovea_geometry::{SizePx, SpacingUm};
use fovea_protocol::{CaseMeta, CaseRecord, TileMeta};

use super::case_access::{add_case_blob, add_case_member, new_cases_are_restricted, sees_all};
use super::{Account, Connection, DbError, OptionalExtension as _, PROJECT, Row, columns};

const COLUMNS: &str = "case_no, case_id, format, laterality, spacing_um, tile_count, created_at_us";
/// Whether account `?5` may see the case `c`, as one that is named or as everybody.
const SEEN_BY_5: &str = "c.restricted = 0 OR EXISTS (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?5)";

/// Adds a case with its tiles; the caller has checked both.
pub(crate) fn insert_case(
    connection: &Connection,
    case: &CaseMeta,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    let restricted = new_cases_are_restricted(connection)?;
    let spacing = case
        .spacing_um
        .and_then(|spacing| serde_json::to_string(&spacing).ok());
    connection
        .prepare_cached(
            "INSERT INTO cases (case_id, project_id, format, laterality, spacing_um, tile_count, created_by, created_at_us, restricted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            case.case_id.0.as_bytes(),
            PROJECT,
            &case.format,
            &case.laterality,
            spacing,
            case.tiles.len() as i64,
            user_id,
            now_us,
            restricted,
        ))?;
    add_case_member(connection, case.case_id, user_id)?;
    let insert = connection.prepare_cached(
        "INSERT INTO tiles (tile_id, case_id, bscan_index, width, height, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for tile in &case.tiles {
        let (width, height) = (tile.size.width, tile.size.height);
        let case_id = case.case_id.0;
        insert.execute((
            tile.tile_id.0.as_bytes(),
            case_id.as_bytes(),
            tile.bscan_index,
            width,
            height,
            tile.raw.as_bytes(),
        ))?;
        add_case_blob(connection, case.case_id, tile.raw)?;
    }
    Ok(())
}

/// The case without its tiles.
pub(crate) fn case_by_id(
    connection: &Connection,
    case_id: CaseId,
) -> Result<Option<CaseRecord>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM cases WHERE case_id = ?1");
    let statement = connection.prepare_cached(&sql)?;
    statement
        .query_row([case_id.0.as_bytes()], |row| {
            record(row).map(|(_, case)| case)
        })
        .optional()
}

/// Up to `limit` cases that `account` may see and that were accepted after number `after`, each with its number, without tiles.
pub(crate) fn list_cases(
    connection: &Connection,
    account: &Account,
    after: i64,
    limit: u32,
) -> Result<Vec<(u64, CaseRecord)>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cases c WHERE project_id = ?1 AND case_no > ?2 AND (?4 = 1 OR {SEEN_BY_5})
         ORDER BY case_no LIMIT ?3"
    );
    let statement = connection.prepare_cached(&sql)?;
    // Beyond SQLite's integers there is no case, which the largest integer says as well.
    let rows = statement.query_map(
        (PROJECT, after, limit, sees_all(account), account.user_id),
        record,
    )?;
    Ok(rows)
}

/// The tiles of a case in order.
pub(crate) fn tiles_of_case(
    connection: &Connection,
    case_id: CaseId,
) -> Result<Vec<TileMeta>, DbError> {
    let sql = "SELECT tile_id, bscan_index, width, height, raw FROM tiles WHERE case_id = ?1 ORDER BY bscan_index";
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([case_id.0.as_bytes()], |row| {
        Ok(TileMeta {
            tile_id: columns::tile_id(row, 0)?,
            bscan_index: row.get(1)?,
            size: SizePx::new(row.get(2)?, row.get(3)?),
            raw: columns::hash(row, 4)?,
        })
    })?;
    Ok(rows)
}

fn record(row: &Row<'_>) -> Result<(u64, CaseRecord), DbError> {
    let spacing: Option<String> = row.get(4)?;
    let case = CaseRecord {
        case_id: columns::case_id(row, 1)?,
        format: row.get(2)?,
        laterality: row.get(3)?,
        spacing_um: spacing.and_then(|text| serde_json::from_str::<SpacingUm>(&text).ok()),
        tile_count: row.get(5)?,
        created_at_us: row.get(6)?,
        tiles: Vec::new(),
    };
    Ok((columns::unsigned(row, 0)?, case))
}
