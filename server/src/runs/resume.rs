//! Stopping a run, and having one tried again.

use axum::http::StatusCode;
use fovea_protocol::RunState;
use serde_json::json;
use uuid::Uuid;

use super::submit::orchestrator_silent;
use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, RunRow};
use crate::ops::Applied;
use crate::orchestrator::{self, LeaseClock, Moment, tick_age_us};
use crate::problem::Problem;

/// What a person does to a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Cancel,
    Retry,
}

/// What came of it.
enum Outcome {
    Unknown,
    Silent,
    /// There is nothing to stop, or to try again, in this state.
    Refused(RunState),
    Done,
}

/// Stops a run; one that was stopped already stays so.
pub(crate) async fn cancel(backend: &Backend, by: Applied, run_id: Uuid) -> Result<(), Problem> {
    act(backend, by, run_id, Act::Cancel).await
}

/// Has a failed or cancelled run tried again.
pub(crate) async fn retry(backend: &Backend, by: Applied, run_id: Uuid) -> Result<(), Problem> {
    act(backend, by, run_id, Act::Retry).await
}

async fn act(backend: &Backend, by: Applied, run_id: Uuid, act: Act) -> Result<(), Problem> {
    let (clock, timing) = (LeaseClock::new(backend.clock.clone()), backend.timing);
    let work = move |connection: &Connection| {
        let now_us = clock.now_us(connection)?;
        let at = Moment {
            now_us,
            timing: &timing,
        };
        let Some(run) = db::run_by_id(connection, run_id)? else {
            return Ok(Outcome::Unknown);
        };
        match (act, run.state) {
            (Act::Cancel, RunState::Cancelled) => return Ok(Outcome::Done),
            (Act::Cancel, RunState::Queued | RunState::Running) => {
                audit_line(connection, &by, &run, Action::RunCancel, now_us)?;
                orchestrator::cancel(connection, &run, at)?;
            }
            (Act::Retry, RunState::Failed | RunState::Cancelled) => {
                if tick_age_us(connection, now_us)?.is_none() {
                    return Ok(Outcome::Silent);
                }
                audit_line(connection, &by, &run, Action::RunRetry, now_us)?;
                orchestrator::retry(connection, &run, at)?;
            }
            (_, state) => return Ok(Outcome::Refused(state)),
        }
        Ok(Outcome::Done)
    };
    match backend.db.write(work).await? {
        Outcome::Done => {
            backend.db.announce_changes();
            Ok(())
        }
        Outcome::Unknown => Err(run_unknown()),
        Outcome::Silent => Err(orchestrator_silent()),
        Outcome::Refused(state) => Err(refused(act, state)),
    }
}

fn audit_line(
    connection: &Connection,
    by: &Applied,
    run: &RunRow,
    action: Action,
    now_us: i64,
) -> Result<(), DbError> {
    let line = Line {
        actor: &by.account.name,
        action,
        subject: run.run_id.to_string(),
        detail: json!({ "was": run.state.name() }),
    };
    audit::append(connection, line, now_us)
}

fn refused(act: Act, state: RunState) -> Problem {
    let detail = match act {
        Act::Cancel => format!("the run is {} and cannot be stopped any more", state.name()),
        Act::Retry => format!(
            "the run is {}; only one that failed or was cancelled can be tried again",
            state.name()
        ),
    };
    Problem::refused(StatusCode::CONFLICT, "run_state", detail)
}

pub(crate) fn run_unknown() -> Problem {
    Problem::not_found(
        "run_unknown",
        "the server does not know this run; see GET /v1/runs",
    )
}
