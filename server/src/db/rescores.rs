//! Scores that were computed again, and how far that is.

use fovea_annotation::{ContentHash, TileId, TileScore};
use fovea_geometry::SizePx;
use fovea_protocol::{RecomputeRecord, RecomputeState};

use super::tiles::refresh_case_top;
use super::{Connection, DbError, OptionalExtension as _, Row, columns};

/// A tile that waits for a person, with what its score follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenTile {
    pub(crate) tile_id: TileId,
    pub(crate) size: SizePx,
    pub(crate) prediction_id: i64,
    pub(crate) mask: ContentHash,
    pub(crate) uncertainty: ContentHash,
}

/// A recomputation under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recompute {
    pub(crate) recompute_no: i64,
    /// Tiles up to this one are done.
    pub(crate) after: TileId,
}

/// What became of some tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecomputeCounts {
    pub(crate) done: i64,
    pub(crate) changed: i64,
    pub(crate) unreadable: i64,
}

/// How many tiles wait for a person.
pub(crate) fn count_open_tiles(connection: &Connection) -> Result<i64, DbError> {
    let sql = "SELECT count(*) FROM tiles WHERE open_score IS NOT NULL";
    connection.query_row(sql, (), |row| row.get(0))
}

/// Up to `limit` tiles that wait for a person after `after`, in the order of their ids.
pub(crate) fn open_tiles_after(
    connection: &Connection,
    after: TileId,
    limit: u32,
) -> Result<Vec<OpenTile>, DbError> {
    let sql = "SELECT t.tile_id, t.width, t.height, t.prediction_id, p.mask, p.uncertainty
               FROM tiles t JOIN predictions p ON p.prediction_id = t.prediction_id
               WHERE t.open_score IS NOT NULL AND t.tile_id > ?1 ORDER BY t.tile_id LIMIT ?2";
    let statement = connection.prepare_cached(sql)?;
    statement.query_map((after.0.as_bytes(), limit), |row| {
        Ok(OpenTile {
            tile_id: columns::tile_id(row, 0)?,
            size: SizePx::new(row.get(1)?, row.get(2)?),
            prediction_id: row.get(3)?,
            mask: columns::hash(row, 4)?,
            uncertainty: columns::hash(row, 5)?,
        })
    })
}

/// Gives a tile its score, unless a newer prediction or a label came meanwhile. True when it has another one now.
pub(crate) fn rescore(
    connection: &Connection,
    tile: &OpenTile,
    score: &TileScore,
    now_us: i64,
) -> Result<bool, DbError> {
    if known_score(connection, tile.prediction_id)? == *score {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "INSERT INTO rescores (prediction_id, score, method, reason, computed_at_us) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (prediction_id) DO UPDATE
             SET score = excluded.score, method = excluded.method, reason = excluded.reason,
                 computed_at_us = excluded.computed_at_us",
        )?
        .execute((
            tile.prediction_id,
            score.score,
            &score.method,
            &score.reason,
            now_us,
        ))?;
    let moved = connection
        .prepare_cached(
            "UPDATE tiles SET open_score = ?3
             WHERE tile_id = ?1 AND prediction_id = ?2 AND open_score IS NOT NULL",
        )?
        .execute((tile.tile_id.0.as_bytes(), tile.prediction_id, score.score))?;
    if moved == 1 {
        refresh_case_top(connection, tile.tile_id)?;
    }
    Ok(moved == 1)
}

/// The score of a prediction as it counts now.
fn known_score(connection: &Connection, prediction_id: i64) -> Result<TileScore, DbError> {
    let sql = "SELECT coalesce(r.score, p.score), coalesce(r.method, p.method), coalesce(r.reason, p.reason)
               FROM predictions p LEFT JOIN rescores r ON r.prediction_id = p.prediction_id
               WHERE p.prediction_id = ?1";
    let statement = connection.prepare_cached(sql)?;
    statement.query_row([prediction_id], |row| {
        Ok(TileScore {
            score: row.get(0)?,
            method: row.get(1)?,
            reason: row.get(2)?,
        })
    })
}

/// The recomputation under way, if there is one.
pub(crate) fn running_recompute(connection: &Connection) -> Result<Option<Recompute>, DbError> {
    let sql = "SELECT recompute_no, after_tile FROM recomputes WHERE state = 'RUNNING'";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((), |row| {
        Ok(Recompute {
            recompute_no: row.get(0)?,
            after: columns::tile_id(row, 1)?,
        })
    });
    found.optional()
}

/// Begins a recomputation; there must be none under way.
pub(crate) fn insert_recompute(
    connection: &Connection,
    total: i64,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    let sql = "INSERT INTO recomputes
                 (state, after_tile, total, done, changed, unreadable, started_by, started_at_us)
               VALUES ('RUNNING', ?1, ?2, 0, 0, 0, ?3, ?4)";
    connection
        .prepare_cached(sql)?
        .execute(([0_u8; 32], total, user_id, now_us))?;
    Ok(())
}

/// Moves a recomputation on to `to`. Nothing happens when somebody else has.
pub(crate) fn move_recompute(
    connection: &Connection,
    from: Recompute,
    to: TileId,
    counts: RecomputeCounts,
) -> Result<(), DbError> {
    let sql = "UPDATE recomputes SET after_tile = ?3, done = done + ?4, changed = changed + ?5, unreadable = unreadable + ?6
               WHERE recompute_no = ?1 AND after_tile = ?2 AND state = 'RUNNING'";
    connection.prepare_cached(sql)?.execute((
        from.recompute_no,
        from.after.0.as_bytes(),
        to.0.as_bytes(),
        counts.done,
        counts.changed,
        counts.unreadable,
    ))?;
    Ok(())
}

/// Ends a recomputation. False when somebody else has.
pub(crate) fn finish_recompute(
    connection: &Connection,
    recompute_no: i64,
    now_us: i64,
) -> Result<bool, DbError> {
    let sql = "UPDATE recomputes SET state = 'DONE', finished_at_us = ?2
               WHERE recompute_no = ?1 AND state = 'RUNNING'";
    let changed = connection
        .prepare_cached(sql)?
        .execute((recompute_no, now_us))?;
    Ok(changed == 1)
}

/// The latest recomputation as it goes over the wire.
pub(crate) fn last_recompute(connection: &Connection) -> Result<Option<RecomputeRecord>, DbError> {
    let sql = "SELECT r.recompute_no, r.state, r.total, r.done, r.changed, r.unreadable, u.name, r.started_at_us, r.finished_at_us
               FROM recomputes r JOIN users u ON u.user_id = r.started_by
               ORDER BY r.recompute_no DESC LIMIT 1";
    connection
        .prepare_cached(sql)?
        .query_row((), record)
        .optional()
}

fn record(row: &Row<'_>) -> Result<RecomputeRecord, DbError> {
    let state: String = row.get(1)?;
    Ok(RecomputeRecord {
        recompute_no: columns::unsigned(row, 0)?,
        state: match state.as_str() {
            "RUNNING" => RecomputeState::Running,
            _ => RecomputeState::Done,
        },
        total: columns::unsigned(row, 2)?,
        done: columns::unsigned(row, 3)?,
        changed: columns::unsigned(row, 4)?,
        unreadable: columns::unsigned(row, 5)?,
        started_by: row.get(6)?,
        started_at_us: row.get(7)?,
        finished_at_us: row.get(8)?,
    })
}
