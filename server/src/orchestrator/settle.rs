//! Writing down what became of a step, and of its run with it.

use fovea_protocol::{RunError, RunState};
use serde_json::json;

use super::run_state::run_state;
use super::step::{AttemptEnd, Decision, Event, Step};
use super::timing::Timing;
use crate::audit::{self, Action, Line};
use crate::db::{self, Connection, DbError, LogLine, RunRow, StepRow};

/// Who did it, where nobody asked for it.
const ACTOR: &str = "orchestrator";

/// The time of a change and the times that it goes by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) now_us: i64,
    pub(crate) timing: &'a Timing,
}

/// What `event` did to a step.
pub(super) enum Outcome {
    Stayed,
    Fenced,
    /// The step as it is now, written down.
    Became(StepRow, Option<AttemptEnd>),
}

/// Lets `event` happen to a step that was read in this transaction, and writes down the step and the attempt that ended.
pub(super) fn happen(
    connection: &Connection,
    run: &RunRow,
    before: &StepRow,
    event: Event,
    at: Moment<'_>,
) -> Result<Outcome, DbError> {
    let (step, ended) = match before.step.after(event, at.now_us, at.timing) {
        Decision::Stay => return Ok(Outcome::Stayed),
        Decision::Fenced => return Ok(Outcome::Fenced),
        Decision::Become(step, ended) => (step, ended),
    };
    let row = StepRow {
        step,
        finished_at_us: step.state.is_final().then_some(at.now_us),
        ..before.clone()
    };
    db::save_step(connection, &row)?;
    if let Some(ended) = ended {
        db::insert_attempt(connection, before, run.round, ended, at.now_us)?;
    }
    Ok(Outcome::Became(row, ended))
}

/// Adds a line about a step to the log of its run.
pub(super) fn log(
    connection: &Connection,
    row: &StepRow,
    attempt: u32,
    line: String,
    now_us: i64,
) -> Result<(), DbError> {
    let line = LogLine {
        at_us: now_us,
        step: Some((row.kind, attempt)),
        line,
    };
    db::append_run_log(connection, row.run_no, &line)
}

/// Writes down how far a run is, from its steps as they are now; its end is a line of the audit log. A failed run needs
/// the reason.
pub(super) fn settle(
    connection: &Connection,
    run: &RunRow,
    error: Option<RunError>,
    at: Moment<'_>,
) -> Result<RunState, DbError> {
    let steps = db::steps_of_run(connection, run.run_no)?;
    let steps: Vec<Step> = steps.iter().map(|row| row.step).collect();
    let state = run_state(&steps);
    db::set_run_state(connection, run.run_no, state, error.as_ref(), at.now_us)?;
    if state.is_final() && !run.state.is_final() {
        let artifacts = db::artifacts_of_run(connection, run.run_no)?;
        let artifacts: serde_json::Map<_, _> = artifacts
            .into_iter()
            .map(|artifact| (artifact.name, artifact.sha256.to_hex().into()))
            .collect();
        let line = Line {
            actor: ACTOR,
            action: Action::RunFinish,
            subject: run.run_id.to_string(),
            detail: json!({
                "state": state.name(),
                "error": error.map(|error| error.code),
                "artifacts": artifacts,
            }),
        };
        audit::append(connection, line, at.now_us)?;
    }
    Ok(state)
}
