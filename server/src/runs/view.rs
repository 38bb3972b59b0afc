//! A run as it goes over the wire.

use fovea_protocol::{RunEvent, RunRecord, RunStep, StepState};

use crate::db::{self, Connection, DbError, RunRow, StepRow};
use crate::orchestrator::ATTEMPTS_MAX;

/// A run with its steps and artifacts.
pub(crate) fn record(connection: &Connection, run: RunRow) -> Result<RunRecord, DbError> {
    let artifacts = db::artifacts_of_run(connection, run.run_no)?;
    Ok(RunRecord {
        artifacts,
        ..record_in_list(connection, run)?
    })
}

/// A run with its steps.
pub(crate) fn record_in_list(connection: &Connection, run: RunRow) -> Result<RunRecord, DbError> {
    Ok(RunRecord {
        run_id: run.run_id,
        case_id: run.case_id,
        state: run.state,
        manifest: run.manifest,
        manifest_sha256: run.manifest_sha256,
        steps: steps(connection, run.run_no)?,
        artifacts: Vec::new(),
        error: run.error,
        created_at_us: run.created_at_us,
        deadline_at_us: run.deadline_at_us,
        updated_at_us: run.updated_at_us,
    })
}

/// What those who watch a run are told.
pub(crate) fn event(connection: &Connection, run: RunRow) -> Result<RunEvent, DbError> {
    Ok(RunEvent {
        run_id: run.run_id,
        state: run.state,
        steps: steps(connection, run.run_no)?,
        error: run.error,
        updated_at_us: run.updated_at_us,
    })
}

fn steps(connection: &Connection, run_no: i64) -> Result<Vec<RunStep>, DbError> {
    let steps = db::steps_of_run(connection, run_no)?;
    Ok(steps.into_iter().map(step).collect())
}

fn step(row: StepRow) -> RunStep {
    let is_in_pause = row.step.state == StepState::Queued && row.step.attempt > 0;
    RunStep {
        step: row.kind,
        state: row.step.state,
        attempt: row.step.attempt,
        attempts_max: ATTEMPTS_MAX,
        progress_done: row.progress.done,
        progress_of: row.progress.of,
        next_at_us: is_in_pause.then_some(row.step.next_at_us),
        started_at_us: row.started_at_us,
        finished_at_us: row.finished_at_us,
    }
}
