//! A worker: takes one step at a time, keeps its lease while it works, and says how it ended.
//!
//! The work of a step, its heartbeat and the wish to stop race each other; whichever comes first decides. A lease that
//! was lost, or a stop, drops the work where it stands: what it has stored is named by content and harms nobody.

mod end;
mod heartbeat;
mod presence;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::backend::Backend;
use crate::db::{self, Connection, DbError, Progress};
use crate::listen::told_to_stop;
use crate::orchestrator::{Claim, LeaseClock, Moment, claim};
use crate::pipeline::{ModelRunner, StepContext, run_step};

pub(crate) use end::End;

/// A worker of this process.
pub(crate) struct Worker {
    backend: Backend,
    clock: LeaseClock,
    /// Names it in the lease table; says nothing about the machine.
    name: String,
    model: ModelRunner,
}

impl Worker {
    pub(crate) fn new(backend: Backend) -> Self {
        let clock = LeaseClock::new(backend.clock.clone());
        Self {
            backend,
            clock,
            name: Uuid::new_v4().simple().to_string(),
            model: ModelRunner::default(),
        }
    }

    /// Works until it is told to stop; a step in hand is then given back.
    pub(crate) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        tracing::info!(worker = self.name, "ready for steps");
        // Ends with this worker, also when it panics.
        let mut presence = JoinSet::new();
        let (backend, clock) = (self.backend.clone(), self.clock.clone());
        presence.spawn(presence::show(backend, clock, self.name.clone()));
        loop {
            let claim = tokio::select! {
                claim = self.next_claim() => claim,
                () = told_to_stop(&mut stopped) => break,
            };
            let end = self.work_on(claim.clone(), &mut stopped).await;
            if !matches!(end, End::Done(..)) {
                self.model.cancel();
            }
            end::tell(&self.backend, &self.clock, &claim, end).await;
        }
        presence.shutdown().await;
        presence::end(&self.backend, self.name).await;
        // The inference thread ends after the picture in hand; nobody should wait for that on an async thread.
        let model = self.model;
        let _ = tokio::task::spawn_blocking(move || drop(model)).await;
    }

    async fn work_on(&mut self, claim: Claim, stopped: &mut watch::Receiver<bool>) -> End {
        let (step, attempt) = (claim.kind.name(), claim.attempt);
        tracing::info!(run = %claim.run.run_id, step, attempt, "step begins");
        let (progress, seen) = watch::channel(Progress::default());
        let context = StepContext {
            backend: self.backend.clone(),
            claim: claim.clone(),
            progress,
        };
        tokio::select! {
            done = run_step(&context, &mut self.model) => {
                End::of(done, *context.progress.borrow())
            }
            () = heartbeat::until_lost(&self.backend, &self.clock, &claim, seen) => End::Lost,
            () = told_to_stop(stopped) => End::Stopped,
        }
    }

    /// The next step, as soon as there is one.
    async fn next_claim(&self) -> Claim {
        let pause = Duration::from_millis(u64::from(self.backend.timing.poll_ms));
        // Watched before the first look, so that a run that comes in between look and wait is not slept through.
        let mut changed = self.backend.db.watch_changes();
        loop {
            changed.mark_unchanged();
            match self.try_claim().await {
                Ok(Some(claim)) => return claim,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "no step could be asked for; it is tried again")
                }
            }
            // An error does not make a loop without a pause: changes are announced by those who could write.
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn try_claim(&self) -> Result<Option<Claim>, DbError> {
        let clock = self.clock.clone();
        let is_due = self.backend.db.read(move |connection| {
            let now_us = clock.now_us(connection)?;
            Ok(db::due_step(connection, now_us)?.is_some())
        });
        if !is_due.await? {
            return Ok(None);
        }
        let (clock, timing, name) = (self.clock.clone(), self.backend.timing, self.name.clone());
        let take = move |connection: &Connection| {
            let now_us = clock.now_us(connection)?;
            let timing = &timing;
            claim(connection, &name, Moment { now_us, timing })
        };
        self.backend.db.write(take).await
    }
}
