//! Label versions, heads, and the version that is worked on.

use fovea_annotation::{
    ContentHash, LabelVersion, Mask, TileId, VersionId, VersionKind, mask_from_payload,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, StoreError, blobs, settings, sql};

/// Where a version was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Local,
    Server,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Server => "server",
        }
    }
}

/// What the next save builds on.
#[derive(Clone, Debug)]
pub(crate) struct Working {
    pub(crate) version: LabelVersion,
    /// Journal entries up to this number are part of `version`.
    pub(crate) saved_seq: u64,
}

impl Store {
    /// Every version of a tile, in the order in which they came to this machine.
    pub fn versions(&self, tile_id: TileId) -> Result<Vec<LabelVersion>> {
        of_tile(self.conn(), tile_id)
    }

    /// One version.
    pub fn version(&self, version_id: VersionId) -> Result<LabelVersion> {
        require(self.conn(), version_id)
    }

    /// The mask of a version.
    pub fn version_mask(&self, version_id: VersionId) -> Result<Mask> {
        self.read(|conn| mask_of(conn, &require(conn, version_id)?))
    }

    /// The mask of the version that is worked on; `None` for a tile without a version. Unsaved strokes are not in it.
    pub fn working_mask(&self, tile_id: TileId) -> Result<Option<Mask>> {
        self.read(|conn| {
            let working = working(conn, tile_id)?;
            working
                .map(|working| mask_of(conn, &working.version))
                .transpose()
        })
    }

    /// The version of a tile that is worked on, and that the next save builds on.
    pub fn working_version(&self, tile_id: TileId) -> Result<Option<VersionId>> {
        let working = self.read(|conn| working(conn, tile_id))?;
        Ok(working.map(|working| working.version.id))
    }

    /// Versions of a tile that the server holds: made elsewhere, or acknowledged.
    pub fn versions_on_server(&self, tile_id: TileId) -> Result<Vec<VersionId>> {
        on_server(self.conn(), tile_id)
    }

    /// Versions of a tile that no other builds on; more than one is a fork.
    pub fn heads(&self, tile_id: TileId) -> Result<Vec<VersionId>> {
        heads(self.conn(), tile_id)
    }
}

/// Adds a version and moves the heads. One that is here already is left alone; `false` says so.
pub(crate) fn insert(
    tx: &Connection,
    version: &LabelVersion,
    origin: Origin,
    now_us: i64,
) -> Result<bool> {
    let record =
        serde_json::to_string(version).map_err(|e| StoreError::refused("label version", e))?;
    let sql =
        "INSERT INTO label_versions (version_id, tile_id, payload_sha256, kind, record, origin,
                 stored_at_us)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (version_id) DO NOTHING";
    let added = tx.prepare_cached(sql)?.execute(params![
        version.id.0.as_bytes(),
        version.tile.0.as_bytes(),
        version.payload.as_bytes(),
        kind_text(version.kind),
        record,
        origin.as_str(),
        now_us
    ])?;
    if added == 0 {
        return Ok(false);
    }
    settings::witness_hlc(tx, version.hlc)?;
    move_heads(tx, version)?;
    Ok(true)
}

fn kind_text(kind: VersionKind) -> &'static str {
    match kind {
        VersionKind::Model => "model",
        VersionKind::Edit => "edit",
        VersionKind::Rollback => "rollback",
    }
}

fn move_heads(tx: &Connection, version: &LabelVersion) -> Result<()> {
    let tile = version.tile.0;
    for parent in &version.parents {
        tx.prepare_cached("DELETE FROM heads WHERE tile_id = ?1 AND version_id = ?2")?
            .execute(params![tile.as_bytes(), parent.0.as_bytes()])?;
    }
    // Versions may arrive out of order: one that a known version already builds on is no head.
    let built_upon = "SELECT 1 FROM label_versions, json_each(record, '$.parents')
                      WHERE tile_id = ?1 AND json_each.value = ?2";
    if !tx
        .prepare_cached(built_upon)?
        .exists(params![tile.as_bytes(), version.id.to_string()])?
    {
        tx.prepare_cached("INSERT INTO heads (tile_id, version_id) VALUES (?1, ?2)")?
            .execute(params![tile.as_bytes(), version.id.0.as_bytes()])?;
    }
    Ok(())
}

pub(crate) fn require(conn: &Connection, version_id: VersionId) -> Result<LabelVersion> {
    find(conn, version_id)?.ok_or_else(|| StoreError::missing("label version", version_id))
}

pub(crate) fn find(conn: &Connection, version_id: VersionId) -> Result<Option<LabelVersion>> {
    let record: Option<String> = conn
        .prepare_cached("SELECT record FROM label_versions WHERE version_id = ?1")?
        .query_row([version_id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    record.as_deref().map(sql::version_record).transpose()
}

pub(crate) fn of_tile(conn: &Connection, tile_id: TileId) -> Result<Vec<LabelVersion>> {
    let mut statement =
        conn.prepare_cached("SELECT record FROM label_versions WHERE tile_id = ?1 ORDER BY seq")?;
    let rows = statement.query_map([tile_id.0.as_bytes()], |row| row.get::<_, String>(0))?;
    rows.map(|record| sql::version_record(&record?)).collect()
}

pub(crate) fn heads(conn: &Connection, tile_id: TileId) -> Result<Vec<VersionId>> {
    let mut statement =
        conn.prepare_cached("SELECT version_id FROM heads WHERE tile_id = ?1 ORDER BY version_id")?;
    let rows = statement.query_map([tile_id.0.as_bytes()], |row| sql::version_id(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn mask_of(conn: &Connection, version: &LabelVersion) -> Result<Mask> {
    payload_mask(conn, version.payload)
}

pub(crate) fn payload_mask(conn: &Connection, payload: ContentHash) -> Result<Mask> {
    mask_from_payload(&blobs::get(conn, payload)?)
        .map_err(|error| StoreError::unreadable("mask", error))
}

pub(crate) fn working(conn: &Connection, tile_id: TileId) -> Result<Option<Working>> {
    let sql = "SELECT record, saved_seq FROM working JOIN label_versions USING (version_id) WHERE working.tile_id = ?1";
    let found: Option<(String, u64)> = conn
        .prepare_cached(sql)?
        .query_row([tile_id.0.as_bytes()], |row| {
            Ok((row.get(0)?, sql::count(row, 1)?))
        })
        .optional()?;
    let Some((record, saved_seq)) = found else {
        return Ok(None);
    };
    Ok(Some(Working {
        version: sql::version_record(&record)?,
        saved_seq,
    }))
}

pub(crate) fn set_working(
    tx: &Connection,
    tile_id: TileId,
    version_id: VersionId,
    saved_seq: u64,
) -> Result<()> {
    let sql = "INSERT INTO working (tile_id, version_id, saved_seq) VALUES (?1, ?2, ?3)
               ON CONFLICT (tile_id) DO UPDATE SET version_id = excluded.version_id, saved_seq = excluded.saved_seq";
    tx.prepare_cached(sql)?.execute(params![
        tile_id.0.as_bytes(),
        version_id.0.as_bytes(),
        saved_seq.cast_signed()
    ])?;
    Ok(())
}

/// Number of the last journal entry that a version holds; 0 when there is no version.
pub(crate) fn saved_seq(conn: &Connection, tile_id: TileId) -> Result<u64> {
    let mut statement = conn.prepare_cached("SELECT saved_seq FROM working WHERE tile_id = ?1")?;
    Ok(statement
        .query_row([tile_id.0.as_bytes()], |row| sql::count(row, 0))
        .optional()?
        .unwrap_or(0))
}

pub(crate) fn on_server(conn: &Connection, tile_id: TileId) -> Result<Vec<VersionId>> {
    let sql = "SELECT version_id FROM label_versions AS version WHERE tile_id = ?1
               AND (origin = 'server' OR EXISTS
                 (SELECT 1 FROM acks WHERE acks.kind = 'version' AND acks.subject = version.version_id))";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([tile_id.0.as_bytes()], |row| sql::version_id(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
