//! Label versions and the heads of their graph.

use fovea_annotation::{TileId, VersionId};
use fovea_protocol::LabelRecord;

use super::case_access::add_case_blob;
use super::disagreements::follow_heads;
use super::tiles::case_of_tile;
use super::{Connection, DbError, OptionalExtension as _, columns};

/// Adds a version and moves the heads of its tile. Returns the heads after it, and whether it forked: a parent was
/// no head any more, or it has no parent and the tile had a head.
pub(crate) fn insert_version(
    connection: &Connection,
    record: &LabelRecord,
    user_id: i64,
) -> Result<(Vec<VersionId>, bool), DbError> {
    let version = &record.version;
    let text = serde_json::to_string(record).map_err(|_| DbError::DamagedRow {
        what: "label version",
    })?;
    let kind = fovea_annotation::VersionKind::from(version.kind);
    connection
        .prepare_cached(
            "INSERT INTO label_versions
               (version_id, tile_id, number, payload, kind, hlc, record, pushed_by, accepted_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            version.id.0.as_bytes(),
            version.tile_id.0.as_bytes(),
            version.number,
            version.payload.as_bytes(),
            format!("{kind:?}").to_lowercase(),
            // Bits are kept; the column is never compared.
            version.hlc as i64,
            text,
            user_id,
            record.accepted_at_us,
        ))?;
    let case_id = case_of_tile(connection, version.tile_id)?;
    add_case_blob(connection, case_id, version.payload)?;
    let before = heads_of(connection, version.tile_id)?;
    let forked = match version.parents.is_empty() {
        true => !before.is_empty(),
        false => version
            .parents
            .iter()
            .any(|parent| !before.contains(parent)),
    };
    let tile = version.tile_id.0;
    for parent in &version.parents {
        connection
            .prepare_cached("DELETE FROM heads WHERE tile_id = ?1 AND version_id = ?2")?
            .execute((tile.as_bytes(), parent.0.as_bytes()))?;
    }
    connection
        .prepare_cached("INSERT INTO heads (tile_id, version_id) VALUES (?1, ?2)")?
        .execute((tile.as_bytes(), version.id.0.as_bytes()))?;
    let heads = heads_of(connection, version.tile_id)?;
    follow_heads(
        connection,
        version.tile_id,
        heads.len(),
        record.accepted_at_us,
    )?;
    Ok((heads, forked))
}

/// Versions of the tile that no other builds on, in the order of acceptance.
pub(crate) fn heads_of(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Vec<VersionId>, DbError> {
    let sql =
        "SELECT h.version_id FROM heads h JOIN label_versions v ON v.version_id = h.version_id
               WHERE h.tile_id = ?1 ORDER BY v.accept_no";
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([tile_id.0.as_bytes()], |row| columns::version_id(row, 0))?;
    Ok(rows)
}

/// The version `version_id`.
pub(crate) fn record_of(
    connection: &Connection,
    version_id: VersionId,
) -> Result<Option<LabelRecord>, DbError> {
    let statement =
        connection.prepare_cached("SELECT record FROM label_versions WHERE version_id = ?1")?;
    let text: Option<String> = statement
        .query_row([version_id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    text.map(|text| parse(&text)).transpose()
}

/// Every version of a tile in the order of acceptance.
pub(crate) fn records_of_tile(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Vec<LabelRecord>, DbError> {
    let sql = "SELECT record FROM label_versions WHERE tile_id = ?1 ORDER BY accept_no";
    let statement = connection.prepare_cached(sql)?;
    let texts = statement.query_map([tile_id.0.as_bytes()], |row| row.get::<String>(0))?;
    texts.iter().map(|text| parse(text)).collect()
}

fn parse(text: &str) -> Result<LabelRecord, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::DamagedRow {
        what: "label version",
    })
}
