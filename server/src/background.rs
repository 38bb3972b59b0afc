//! What a process does beside answering requests: look after runs, and work on their steps.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::active_learning;
use crate::backend::Backend;
use crate::db::DbError;
use crate::listen::told_to_stop;
use crate::orchestrator::Sweeper;
use crate::worker::Worker;

/// Before a part that failed begins again.
const PAUSE: Duration = Duration::from_secs(1);

/// What a process does beside answering requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Looks after leases, deadlines and schedules. Several processes may.
    pub orchestrator: bool,
    /// Works on steps of runs, one at a time.
    pub worker: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self {
        orchestrator: true,
        worker: true,
    };
    /// Nothing: the process answers requests only.
    pub const NONE: Self = Self {
        orchestrator: false,
        worker: false,
    };
}

/// Starts the parts; they end after `stopped` says so. Once this returns the orchestrator has given a sign of life.
pub(crate) async fn start(
    backend: &Backend,
    parts: Parts,
    stopped: &watch::Receiver<bool>,
) -> Result<Vec<JoinHandle<()>>, DbError> {
    let mut tasks = Vec::new();
    if parts.orchestrator {
        Sweeper::new(backend.clone()).look().await?;
        // What a process before this one left undone.
        let recompute = active_learning::go_on(backend.clone(), stopped.clone());
        tasks.push(tokio::spawn(recompute));
        let backend = backend.clone();
        let sweep = move |stopped| Sweeper::new(backend.clone()).run(stopped);
        tasks.push(keep_up("orchestrator", sweep, stopped.clone()));
    }
    if parts.worker {
        let backend = backend.clone();
        let work = move |stopped| Worker::new(backend.clone()).run(stopped);
        tasks.push(keep_up("worker", work, stopped.clone()));
    }
    Ok(tasks)
}

/// Runs a part, and runs it again when it panicked: the others, and the API, go on meanwhile.
fn keep_up<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    part: impl Fn(watch::Receiver<bool>) -> F + Send + 'static,
    mut stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        while tokio::spawn(part(stopped.clone())).await.is_err() {
            tracing::error!(
                name,
                "a part of this process stopped unexpectedly and begins again"
            );
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = told_to_stop(&mut stopped) => return,
            }
        }
    })
}
