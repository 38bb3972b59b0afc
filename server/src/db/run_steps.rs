//! The lease table: who works on which step, and how long its word counts.

use fovea_protocol::{StepKind, StepState};

use super::{Connection, DbError, Row, columns};
use crate::orchestrator::{AttemptEnd, Step};

const COLUMNS: &str = "step_no, run_no, kind, state, attempt, epoch, lease_until_us, next_at_us, worker, started_at_us,
  finished_at_us, progress_done, progress_of";

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepRow {
    pub(crate) step_no: i64,
    pub(crate) run_no: i64,
    pub(crate) kind: StepKind,
    pub(crate) step: Step,
    /// Who has it, or had it last.
    pub(crate) worker: Option<String>,
    pub(crate) started_at_us: Option<i64>,
    pub(crate) finished_at_us: Option<i64>,
    pub(crate) progress: Progress,
}

/// Pictures done, of pictures in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) done: u32,
    pub(crate) of: u32,
}

/// Adds the steps of a new run; the first may be taken at once.
pub(crate) fn insert_steps(
    connection: &Connection,
    run_no: i64,
    now_us: i64,
) -> Result<(), DbError> {
    let insert = connection.prepare_cached(
        "INSERT INTO run_steps (run_no, kind, position, state, attempt, epoch, next_at_us, progress_done, progress_of)
         VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, 0, 0)",
    )?;
    for (position, kind) in (0_u32..).zip(StepKind::ALL) {
        let step = Step::new(position == 0, now_us);
        insert.execute((
            run_no,
            kind.name(),
            position,
            step.state.name(),
            step.next_at_us,
        ))?;
    }
    Ok(())
}

/// The steps of a run in order.
pub(crate) fn steps_of_run(connection: &Connection, run_no: i64) -> Result<Vec<StepRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM run_steps WHERE run_no = ?1 ORDER BY position");
    connection.prepare_cached(&sql)?.query_map([run_no], row)
}

/// The step `step_no`.
pub(crate) fn step_by_no(connection: &Connection, step_no: i64) -> Result<StepRow, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM run_steps WHERE step_no = ?1");
    connection.prepare_cached(&sql)?.query_row([step_no], row)
}

/// The step that has waited longest, if one may be taken now.
pub(crate) fn due_step(connection: &Connection, now_us: i64) -> Result<Option<StepRow>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM run_steps WHERE state = 'QUEUED' AND next_at_us <= ?1 ORDER BY next_at_us, step_no LIMIT 1"
    );
    let found = connection.prepare_cached(&sql)?.query_map([now_us], row)?;
    Ok(found.into_iter().next())
}

/// Steps whose lease has run out or is longer than any, and steps that wait longer than any has to.
pub(crate) fn steps_to_sweep(
    connection: &Connection,
    now_us: i64,
    lease_us: i64,
    pause_us: i64,
    limit: u32,
) -> Result<Vec<StepRow>, DbError> {
    let held = format!(
        "SELECT {COLUMNS} FROM run_steps WHERE state = 'RUNNING' AND (lease_until_us <= ?1 OR lease_until_us > ?2)
         ORDER BY lease_until_us, step_no LIMIT ?3"
    );
    let queued = format!(
        "SELECT {COLUMNS} FROM run_steps WHERE state = 'QUEUED' AND next_at_us > ?1 ORDER BY next_at_us DESC, step_no LIMIT ?2"
    );
    let mut steps = connection
        .prepare_cached(&held)?
        .query_map((now_us, now_us + lease_us, limit), row)?;
    let queued = connection
        .prepare_cached(&queued)?
        .query_map((now_us + pause_us, limit), row)?;
    steps.extend(queued);
    Ok(steps)
}

/// Writes a step down as it has become. The caller read it in the same transaction.
pub(crate) fn save_step(connection: &Connection, row: &StepRow) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE run_steps SET state = ?2, attempt = ?3, epoch = ?4, lease_until_us = ?5, next_at_us = ?6, worker = ?7,
               started_at_us = ?8, finished_at_us = ?9, progress_done = ?10, progress_of = ?11 WHERE step_no = ?1",
        )?
        .execute((
            row.step_no,
            row.step.state.name(),
            row.step.attempt,
            row.step.epoch as i64,
            row.step.lease_until_us,
            row.step.next_at_us,
            &row.worker,
            row.started_at_us,
            row.finished_at_us,
            row.progress.done,
            row.progress.of,
        ))?;
    Ok(())
}

/// Notes how the attempt ended that `before` was in.
pub(crate) fn insert_attempt(
    connection: &Connection,
    before: &StepRow,
    round: u32,
    ended: AttemptEnd,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO run_attempts (step_no, epoch, round, attempt, worker, ended, at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            before.step_no,
            before.step.epoch as i64,
            round,
            before.step.attempt,
            before.worker.as_deref().unwrap_or_default(),
            ended.name(),
            now_us,
        ))?;
    Ok(())
}

fn row(row: &Row<'_>) -> Result<StepRow, DbError> {
    let (kind, state): (String, String) = (row.get(2)?, row.get(3)?);
    let kind = StepKind::ALL.into_iter().find(|k| k.name() == kind);
    let state = StepState::ALL.into_iter().find(|s| s.name() == state);
    let (Some(kind), Some(state)) = (kind, state) else {
        return Err(DbError::DamagedRow { what: "step" });
    };
    Ok(StepRow {
        step_no: row.get(0)?,
        run_no: row.get(1)?,
        kind,
        step: Step {
            state,
            attempt: row.get(4)?,
            epoch: columns::unsigned(row, 5)?,
            lease_until_us: row.get(6)?,
            next_at_us: row.get(7)?,
        },
        worker: row.get(8)?,
        started_at_us: row.get(9)?,
        finished_at_us: row.get(10)?,
        progress: Progress {
            done: row.get(11)?,
            of: row.get(12)?,
        },
    })
}
