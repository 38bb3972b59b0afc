//! The state of the data and of those who work on it, all of one moment.

use fovea_protocol::{WorkerStatus, WorkerStep};

use super::Health;
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, HeldStep, Totals};
use crate::orchestrator::{LeaseClock, SILENT_AFTER_US};

/// What metrics and the status page both show.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) health: Health,
    pub(crate) totals: Totals,
    pub(crate) workers: Vec<WorkerStatus>,
}

impl Seen {
    /// Looks.
    pub(crate) async fn now(backend: &Backend) -> Result<Self, DbError> {
        let health = Health::examine(backend).await;
        let clock = LeaseClock::new(backend.clock.clone());
        let now_us = backend.clock.now_us();
        let read = move |connection: &Connection| {
            let lease_now_us = clock.now_us(connection)?;
            let totals = db::totals(connection, now_us, lease_now_us)?;
            Ok((totals, workers(connection, lease_now_us)?))
        };
        let (totals, workers) = backend.db.read(read).await?;
        Ok(Self {
            health,
            totals,
            workers,
        })
    }
}

/// Workers that gave a sign of life, and those that have a step.
fn workers(connection: &Connection, now_us: i64) -> Result<Vec<WorkerStatus>, DbError> {
    let signs = db::worker_signs(connection, now_us - SILENT_AFTER_US)?;
    let mut held = db::held_steps(connection)?;
    let mut workers = Vec::new();
    for (name, at_us) in signs {
        let at = held.iter().position(|step| step.worker == name);
        workers.push(WorkerStatus {
            seen_ms_ago: Some((now_us - at_us).max(0) as u64 / 1_000),
            step: at.map(|at| step_of(&held.swap_remove(at))),
            name,
        });
    }
    // Their lease runs still: it is taken from them when it is over.
    workers.extend(held.into_iter().map(|step| WorkerStatus {
        seen_ms_ago: None,
        step: Some(step_of(&step)),
        name: step.worker,
    }));
    Ok(workers)
}

fn step_of(held: &HeldStep) -> WorkerStep {
    WorkerStep {
        run_id: held.run_id,
        step: held.kind,
        progress_done: held.progress.done,
        progress_of: held.progress.of,
    }
}
