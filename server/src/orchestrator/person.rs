//! What people do to runs: stop one, have one tried again. Each in the caller's transaction.

use fovea_protocol::StepState;

use super::settle::{Moment, happen, settle};
use super::step::Event;
use crate::db::{self, Connection, DbError, LogLine, RunRow};

/// Of a run whose artifacts are damaged nothing can be used again.
const STARTS_OVER: &str = "artifact_damaged";

/// Stops a run that is not at its end.
pub(crate) fn cancel(connection: &Connection, run: &RunRow, at: Moment<'_>) -> Result<(), DbError> {
    for row in db::steps_of_run(connection, run.run_no)? {
        happen(connection, run, &row, Event::Cancel, at)?;
    }
    say(connection, run, "cancelled", at)?;
    settle(connection, run, None, at)?;
    Ok(())
}

/// Begins a failed or cancelled run again at the step that was not done, with new attempts and a new deadline.
pub(crate) fn retry(connection: &Connection, run: &RunRow, at: Moment<'_>) -> Result<(), DbError> {
    let starts_over = run.error.as_ref().is_some_and(|e| e.code == STARTS_OVER);
    db::begin_run_round(connection, run.run_no)?;
    db::set_run_deadline(connection, run.run_no, at.now_us + at.timing.deadline_us())?;
    let mut event = Event::Retry;
    for row in db::steps_of_run(connection, run.run_no)? {
        if row.step.state == StepState::Succeeded && !starts_over {
            continue;
        }
        happen(connection, run, &row, event, at)?;
        event = Event::Rewind;
    }
    say(connection, run, "tried again", at)?;
    settle(connection, run, None, at)?;
    Ok(())
}

fn say(connection: &Connection, run: &RunRow, line: &str, at: Moment<'_>) -> Result<(), DbError> {
    let line = LogLine {
        at_us: at.now_us,
        step: None,
        line: line.to_owned(),
    };
    db::append_run_log(connection, run.run_no, &line)
}
