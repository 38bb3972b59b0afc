//! Recomputations of all scores: how far the one under way is, and what came of the last one.

use fovea_protocol::{RecomputeRecord, RecomputeState};

use super::tiles::refresh_case_tops;
use super::{Connection, DbError, OptionalExtension as _, Row, columns};

/// A recomputation under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recompute {
    pub(crate) recompute_no: i64,
    /// Tiles of cases up to this number have their new scores.
    pub(crate) after_case: i64,
    /// The queue knows of them up to this one.
    pub(crate) queued_case: i64,
    /// The last case there was at the beginning; scores of later ones are as new as this program.
    pub(crate) last_case: i64,
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
    let sql = "SELECT count(*) FROM tiles WHERE labelled = 0 AND prediction_id IS NOT NULL";
    connection.query_row(sql, (), |row| row.get(0))
}

/// The recomputation under way, if there is one.
pub(crate) fn running_recompute(connection: &Connection) -> Result<Option<Recompute>, DbError> {
    let sql = "SELECT recompute_no, after_case, queued_case, last_case FROM recomputes WHERE state = 'RUNNING'";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((), |row| {
        Ok(Recompute {
            recompute_no: row.get(0)?,
            after_case: row.get(1)?,
            queued_case: row.get(2)?,
            last_case: row.get(3)?,
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
                 (state, last_case, total, done, changed, unreadable, started_by, started_at_us)
               VALUES ('RUNNING', (SELECT coalesce(max(case_no), 0) FROM cases), ?1, 0, 0, 0, ?2, ?3)";
    connection
        .prepare_cached(sql)?
        .execute((total, user_id, now_us))?;
    Ok(())
}

/// Moves a recomputation on to case number `to`, in the transaction that wrote the scores up to there.
pub(crate) fn move_recompute(
    connection: &Connection,
    from: Recompute,
    to: i64,
    counts: RecomputeCounts,
) -> Result<(), DbError> {
    let sql = "UPDATE recomputes SET after_case = ?3, done = done + ?4, changed = changed + ?5, unreadable = unreadable + ?6
               WHERE recompute_no = ?1 AND after_case = ?2 AND state = 'RUNNING'";
    connection.prepare_cached(sql)?.execute((
        from.recompute_no,
        from.after_case,
        to,
        counts.done,
        counts.changed,
        counts.unreadable,
    ))?;
    Ok(())
}

/// Lets the queue follow the scores of the next `cases_max` cases, in a transaction of its own: until then it is as it was
/// before, so that it does not change with each step. False when nothing is left of that.
pub(crate) fn follow_scores(
    connection: &Connection,
    from: Recompute,
    cases_max: i64,
) -> Result<bool, DbError> {
    if running_recompute(connection)? != Some(from) {
        return Ok(true);
    }
    let to = from.last_case.min(from.queued_case + cases_max);
    let sql = "UPDATE recomputes SET queued_case = ?2 WHERE recompute_no = ?1 AND changed > 0";
    let changed = connection
        .prepare_cached(sql)?
        .execute((from.recompute_no, to))?;
    if to == from.queued_case || changed == 0 {
        return Ok(false);
    }
    refresh_case_tops(connection, from.queued_case, to)?;
    Ok(true)
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
    let total = columns::unsigned(row, 2)?;
    Ok(RecomputeRecord {
        recompute_no: columns::unsigned(row, 0)?,
        state: match state.as_str() {
            "RUNNING" => RecomputeState::Running,
            _ => RecomputeState::Done,
        },
        total,
        // Predictions that came meanwhile make more of them.
        done: columns::unsigned(row, 3)?.min(total),
        changed: columns::unsigned(row, 4)?,
        unreadable: columns::unsigned(row, 5)?,
        started_by: row.get(6)?,
        started_at_us: row.get(7)?,
        finished_at_us: row.get(8)?,
    })
}
