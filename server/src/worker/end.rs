//! Telling the database how a step ended.

use std::time::Duration;

use tokio::time::Instant;

use crate::backend::Backend;
use crate::db::{Artifact, Connection, DbError, Progress};
use crate::orchestrator::{
    Claim, Failure, Hold, LeaseClock, Moment, draw, fail, give_back, succeed,
};
use crate::pipeline::StepError;

/// Between two tries to tell it.
const PAUSE: Duration = Duration::from_millis(500);

/// How the work on a step ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// With these artifacts, so far.
    Done(Vec<Artifact>, Progress),
    /// In failure.
    Failed(Failure),
    /// The lease was lost: there is nothing to tell.
    Lost,
    /// The worker is to stop.
    Stopped,
}

impl End {
    pub(super) fn of(done: Result<Vec<Artifact>, StepError>, progress: Progress) -> Self {
        match done {
            Ok(artifacts) => Self::Done(artifacts, progress),
            Err(StepError::Failed(failure)) => Self::Failed(failure),
            Err(StepError::Lost) => Self::Lost,
        }
    }
}

/// Writes the end down. While the database does not answer it is tried again for as long as the lease may last; after
/// that somebody else has the step, or will.
pub(super) async fn tell(backend: &Backend, clock: &LeaseClock, claim: &Claim, end: End) {
    let until = Instant::now() + Duration::from_millis(u64::from(backend.timing.lease_ms));
    loop {
        match write(backend, clock, claim, end.clone()).await {
            Ok(hold) => {
                backend.db.announce_changes();
                let (run, step, ended) = (claim.run.run_id, claim.kind.name(), end.name());
                // Said here, because it may be noticed by a beat, by the step's own writing or only now.
                match hold {
                    Hold::Held => tracing::info!(%run, step, ended, "step ended"),
                    Hold::Lost => {
                        tracing::warn!(%run, step, ended, "a step was taken away from this worker");
                    }
                }
                return;
            }
            Err(error) if Instant::now() < until => {
                tracing::warn!(%error, "the end of a step could not be written; it is tried again");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, "the end of a step could not be written; its lease runs out");
                return;
            }
        }
    }
}

async fn write(
    backend: &Backend,
    clock: &LeaseClock,
    claim: &Claim,
    end: End,
) -> Result<Hold, DbError> {
    let (clock, claim, timing) = (clock.clone(), claim.clone(), backend.timing);
    let drawn = draw();
    let work = move |connection: &Connection| {
        let now_us = clock.now_us(connection)?;
        let at = Moment {
            now_us,
            timing: &timing,
        };
        match &end {
            End::Done(artifacts, progress) => succeed(connection, &claim, artifacts, *progress, at),
            End::Failed(failure) => fail(connection, &claim, failure, drawn, at),
            End::Stopped => give_back(connection, &claim, at),
            End::Lost => Ok(Hold::Lost),
        }
    };
    backend.db.write(work).await
}

impl End {
    const fn name(&self) -> &'static str {
        match self {
            Self::Done(..) => "done",
            Self::Failed(_) => "failed",
            Self::Lost => "lost",
            Self::Stopped => "stopped",
        }
    }
}
