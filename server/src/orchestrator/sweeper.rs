//! The loop that looks after everything: leases, deadlines, schedules, and its own sign of life.

use std::time::Duration;

use tokio::sync::watch;

use super::lease_clock::LeaseClock;
use super::schedule::{Job, is_schedule_due, take_due};
use super::settle::Moment;
use super::sweep::{is_sweep_due, sweep};
use super::tick;
use super::timing::draw;
use crate::backend::Backend;
use crate::db::{Connection, DbError};
use crate::listen::told_to_stop;
use crate::uploads;

/// Whoever runs it sweeps; several on the same data take turns without knowing of each other.
pub(crate) struct Sweeper {
    backend: Backend,
    clock: LeaseClock,
}

impl Sweeper {
    pub(crate) fn new(backend: Backend) -> Self {
        let clock = LeaseClock::new(backend.clock.clone());
        Self { backend, clock }
    }

    /// Sweeps until it is told to stop.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<bool>) {
        let pause = Duration::from_millis(u64::from(self.backend.timing.sweep_ms));
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "runs could not be looked after; they are when the database answers again");
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = told_to_stop(&mut stopped) => return,
            }
        }
    }

    /// One look. Writes only when there is something to write.
    pub(crate) async fn look(&self) -> Result<(), DbError> {
        let (clock, timing) = (self.clock.clone(), self.backend.timing);
        let is_due = self.backend.db.read(move |connection| {
            let now_us = clock.now_us(connection)?;
            let timing = &timing;
            Ok(tick::is_tick_due(connection, now_us)?
                || is_sweep_due(connection, Moment { now_us, timing })?
                || is_schedule_due(connection, now_us)?)
        });
        if !is_due.await? {
            return Ok(());
        }
        let (clock, drawn) = (self.clock.clone(), draw());
        let look = move |connection: &Connection| {
            let now_us = clock.now_us(connection)?;
            tick::write(connection, now_us)?;
            let timing = &timing;
            let changed = sweep(connection, drawn, Moment { now_us, timing })?;
            Ok((changed, take_due(connection, now_us)?))
        };
        let (changed, jobs) = self.backend.db.write(look).await?;
        if changed > 0 {
            tracing::info!(changed, "steps or runs changed hands or came to an end");
            self.backend.db.announce_changes();
        }
        for job in jobs {
            self.carry_out(job).await;
        }
        Ok(())
    }

    async fn carry_out(&self, job: Job) {
        let done = match job {
            Job::UploadsExpiry => uploads::drop_expired(&self.backend).await,
        };
        match done {
            Ok(()) => tracing::debug!(?job, "a recurring job is done"),
            Err(problem) => {
                tracing::warn!(
                    ?job,
                    code = problem.code,
                    "a recurring job failed; it comes again"
                );
            }
        }
    }
}
