//! Looking after steps whose worker fell silent and runs whose time is over.

use fovea_protocol::RunError;

use super::lease::after_attempt;
use super::settle::{Moment, Outcome, happen, log, settle};
use super::step::{AttemptEnd, Event};
use super::timing::jitter;
use crate::db::{self, Connection, DbError, RunRow};

/// Rows of one sweep; what is left over waits for the next.
const ROWS_MAX: u32 = 200;

/// True when a sweep at `at` would change something; costs no transaction that writes.
pub(crate) fn is_sweep_due(connection: &Connection, at: Moment<'_>) -> Result<bool, DbError> {
    let Moment { now_us, timing } = at;
    let steps = db::steps_to_sweep(
        connection,
        now_us,
        timing.lease_us(),
        timing.backoff_max_us(),
        1,
    )?;
    let runs = db::runs_out_of_time(connection, now_us, timing.deadline_us(), 1)?;
    Ok(!steps.is_empty() || !runs.is_empty())
}

/// Takes steps from workers that fell silent and gives up runs whose time is over. `drawn` is a random number for the
/// pauses. Returns how many steps and runs it changed.
pub(crate) fn sweep(connection: &Connection, drawn: u64, at: Moment<'_>) -> Result<u32, DbError> {
    let Moment { now_us, timing } = at;
    let mut changed = 0;
    // Runs first: a step of a run that is given up is not tried again.
    for run in db::runs_out_of_time(connection, now_us, timing.deadline_us(), ROWS_MAX)? {
        changed += 1;
        match run.deadline_at_us <= now_us {
            true => give_up(connection, &run, at)?,
            // The clock was set back since.
            false => db::set_run_deadline(connection, run.run_no, now_us + timing.deadline_us())?,
        }
    }
    let steps = db::steps_to_sweep(
        connection,
        now_us,
        timing.lease_us(),
        timing.backoff_max_us(),
        ROWS_MAX,
    )?;
    for row in steps {
        let run = db::run_by_no(connection, row.run_no)?;
        let event = Event::Sweep {
            jitter: jitter(drawn, row.step_no),
        };
        let Outcome::Became(after, ended) = happen(connection, &run, &row, event, at)? else {
            continue;
        };
        changed += 1;
        if ended == Some(AttemptEnd::WorkerLost) {
            let line = "the worker fell silent".to_owned();
            log(connection, &after, row.step.attempt, line, now_us)?;
            let detail =
                "every attempt ended with its worker; see the log of the run, then ask for a retry";
            after_attempt(connection, &run, &after, "worker_lost", detail, at)?;
        }
    }
    Ok(changed)
}

fn give_up(connection: &Connection, run: &RunRow, at: Moment<'_>) -> Result<(), DbError> {
    let steps = db::steps_of_run(connection, run.run_no)?;
    let Some(row) = steps.iter().find(|row| !row.step.state.is_final()) else {
        return Ok(());
    };
    happen(connection, run, row, Event::Expire, at)?;
    let seconds = at.timing.deadline_us() / 1_000_000;
    let detail =
        format!("the run was not done within {seconds} s; see its log, then ask for a retry");
    log(
        connection,
        row,
        row.step.attempt,
        format!("given up: {detail}"),
        at.now_us,
    )?;
    let error = RunError {
        code: "deadline".to_owned(),
        detail,
        step: row.kind,
    };
    settle(connection, run, Some(error), at)?;
    Ok(())
}
