//! What is seen of the server from outside: is it well, how much is there to do, who works.

mod health;
mod seen;

use fovea_protocol::{
    DatabaseStatus, HealthPart, ObjectStoreStatus, QueueStatus, RunCount, RunEvent, RunState,
    ServerStatus, StepCounts,
};

use crate::backend::Backend;
use crate::db::{self, Connection, DbError, RunFilter};
use crate::runs;

pub(crate) use health::Health;
pub(crate) use seen::Seen;

/// Runs that are listed.
const RECENT_RUNS: u32 = 10;

/// Everything for administrators.
pub(crate) async fn server_status(backend: &Backend) -> Result<ServerStatus, DbError> {
    let seen = Seen::now(backend).await?;
    let recent_runs = backend.db.read(recent_runs).await?;
    let (totals, counts) = (&seen.totals, seen.totals.runs);
    let runs = RunState::ALL.into_iter().zip(counts);
    Ok(ServerStatus {
        server_version: env!("CARGO_PKG_VERSION").into(),
        code_ref: runs::code_ref().into(),
        server_time_us: backend.clock.now_us(),
        started_at_us: backend.started_at_us,
        database: DatabaseStatus {
            engine: backend.db.engine().into(),
            schema_version: seen.health.schema_version,
            writes_waiting: backend.db.waiting_writes() as u64,
        },
        object_store: ObjectStoreStatus {
            kind: backend.objects.kind().into(),
            blobs: totals.blobs,
            bytes: totals.blob_bytes,
            damaged: totals.blobs_damaged,
        },
        queue: QueueStatus {
            open: totals.queue_open,
            leased: totals.queue_leased,
        },
        uploads_open: totals.uploads_open,
        connections_open: backend.metrics.connections_open(),
        steps: StepCounts {
            due: totals.steps_due,
            paused: totals.steps_paused,
            leased: totals.steps_leased,
        },
        runs: runs
            .map(|(state, count)| RunCount { state, count })
            .collect(),
        recent_runs,
        health: parts(&seen.health),
        workers: seen.workers,
    })
}

fn parts(health: &Health) -> Vec<HealthPart> {
    let parts = health.parts.iter().map(|part| HealthPart {
        name: part.name.into(),
        is_well: part.is_well,
        detail: part.detail.clone(),
    });
    parts.collect()
}

fn recent_runs(connection: &Connection) -> Result<Vec<RunEvent>, DbError> {
    let rows = db::list_runs(
        connection,
        None,
        RunFilter::default(),
        i64::MAX,
        RECENT_RUNS,
    )?;
    let events = rows.into_iter().map(|row| runs::event(connection, row));
    events.collect()
}
