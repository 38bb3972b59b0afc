//! What workers do to steps: take one, keep it, end it, give it back. Each in the caller's transaction.

use fovea_protocol::{RunError, StepKind, StepState};

use super::settle::{Moment, Outcome, happen, log, settle};
use super::step::Event;
use super::timing::{ATTEMPTS_MAX, jitter};
use crate::db::{self, Account, Artifact, Connection, DbError, Progress, RunRow, StepRow};

/// A step in the hands of a worker.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) run: RunRow,
    /// Who asked for the run: what it makes is theirs.
    pub(crate) owner: Account,
    pub(crate) step_no: i64,
    pub(crate) kind: StepKind,
    pub(crate) attempt: u32,
    /// For which its word counts.
    pub(crate) epoch: u64,
}

/// Whether the one who spoke still holds the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// What was said counts.
    Held,
    /// The step was taken away meanwhile; nothing was written.
    Lost,
}

/// Why a step could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// It may go better another time.
    pub(crate) is_transient: bool,
    pub(crate) code: &'static str,
    /// One sentence, with nothing about the patient.
    pub(crate) detail: String,
}

/// Gives the step that has waited longest to `worker`.
pub(crate) fn claim(
    connection: &Connection,
    worker: &str,
    at: Moment<'_>,
) -> Result<Option<Claim>, DbError> {
    let Some(due) = db::due_step(connection, at.now_us)? else {
        return Ok(None);
    };
    let run = db::run_by_no(connection, due.run_no)?;
    let owner = db::account_by_id(connection, run.created_by)?;
    let before = StepRow {
        worker: Some(worker.to_owned()),
        started_at_us: Some(at.now_us),
        progress: Progress::default(),
        ..due
    };
    let Outcome::Became(row, _) = happen(connection, &run, &before, Event::Claim, at)? else {
        return Ok(None);
    };
    let line = format!("attempt {} of {ATTEMPTS_MAX} begins", row.step.attempt);
    log(connection, &row, row.step.attempt, line, at.now_us)?;
    settle(connection, &run, None, at)?;
    Ok(Some(Claim {
        run,
        owner,
        step_no: row.step_no,
        kind: row.kind,
        attempt: row.step.attempt,
        epoch: row.step.epoch,
    }))
}

/// Says that the worker is alive and how far it is.
pub(crate) fn heartbeat(
    connection: &Connection,
    claim: &Claim,
    progress: Progress,
    at: Moment<'_>,
) -> Result<Hold, DbError> {
    let before = db::step_by_no(connection, claim.step_no)?;
    let is_news = before.progress != progress;
    let before = StepRow { progress, ..before };
    let event = Event::Heartbeat { epoch: claim.epoch };
    match happen(connection, &claim.run, &before, event, at)? {
        Outcome::Became(..) if is_news => {
            settle(connection, &claim.run, None, at)?;
            Ok(Hold::Held)
        }
        Outcome::Became(..) => Ok(Hold::Held),
        Outcome::Stayed | Outcome::Fenced => Ok(Hold::Lost),
    }
}

/// Ends a step well: its artifacts are the run's, and the next step may begin.
pub(crate) fn succeed(
    connection: &Connection,
    claim: &Claim,
    artifacts: &[Artifact],
    progress: Progress,
    at: Moment<'_>,
) -> Result<Hold, DbError> {
    let before = StepRow {
        progress,
        ..db::step_by_no(connection, claim.step_no)?
    };
    let event = Event::Succeed { epoch: claim.epoch };
    let Outcome::Became(row, _) = happen(connection, &claim.run, &before, event, at)? else {
        return Ok(Hold::Lost);
    };
    for artifact in artifacts {
        db::put_artifact(
            connection,
            claim.run.run_no,
            claim.kind,
            artifact,
            at.now_us,
        )?;
    }
    log(
        connection,
        &row,
        claim.attempt,
        "done".to_owned(),
        at.now_us,
    )?;
    let steps = db::steps_of_run(connection, row.run_no)?;
    if let Some(next) = steps
        .iter()
        .find(|row| row.step.state == StepState::Waiting)
    {
        happen(connection, &claim.run, next, Event::Unblock, at)?;
    }
    settle(connection, &claim.run, None, at)?;
    Ok(Hold::Held)
}

/// Ends an attempt in failure. `drawn` is a random number for the pause before the next.
pub(crate) fn fail(
    connection: &Connection,
    claim: &Claim,
    failure: &Failure,
    drawn: u64,
    at: Moment<'_>,
) -> Result<Hold, DbError> {
    let before = db::step_by_no(connection, claim.step_no)?;
    let epoch = claim.epoch;
    let event = match failure.is_transient {
        true => Event::FailForNow {
            epoch,
            jitter: jitter(drawn, claim.step_no),
        },
        false => Event::FailForGood { epoch },
    };
    let Outcome::Became(row, _) = happen(connection, &claim.run, &before, event, at)? else {
        return Ok(Hold::Lost);
    };
    let line = format!("failed ({}): {}", failure.code, failure.detail);
    log(connection, &row, claim.attempt, line, at.now_us)?;
    after_attempt(
        connection,
        &claim.run,
        &row,
        failure.code,
        &failure.detail,
        at,
    )?;
    Ok(Hold::Held)
}

/// Gives a step back that was not done, as if it had not been taken.
pub(crate) fn give_back(
    connection: &Connection,
    claim: &Claim,
    at: Moment<'_>,
) -> Result<Hold, DbError> {
    let before = db::step_by_no(connection, claim.step_no)?;
    let event = Event::GiveBack { epoch: claim.epoch };
    let Outcome::Became(row, _) = happen(connection, &claim.run, &before, event, at)? else {
        return Ok(Hold::Lost);
    };
    let line = "given back, because its worker stops".to_owned();
    log(connection, &row, claim.attempt, line, at.now_us)?;
    settle(connection, &claim.run, None, at)?;
    Ok(Hold::Held)
}

/// What follows from an attempt in vain: the end of the run, or a pause.
pub(super) fn after_attempt(
    connection: &Connection,
    run: &RunRow,
    row: &StepRow,
    code: &str,
    detail: &str,
    at: Moment<'_>,
) -> Result<(), DbError> {
    let error = (row.step.state == StepState::Failed).then(|| RunError {
        code: code.to_owned(),
        detail: detail.to_owned(),
        step: row.kind,
    });
    if error.is_none() {
        let pause_ms = (row.step.next_at_us - at.now_us) / 1_000;
        let line = format!("tried again in {pause_ms} ms");
        log(connection, row, row.step.attempt, line, at.now_us)?;
    }
    settle(connection, run, error, at)?;
    Ok(())
}
