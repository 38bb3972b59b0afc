//! The state of the server.

use fovea_protocol::*;

use super::NOW_US;
use super::runs::run_event;

pub(crate) fn server_status() -> ServerStatus {
    let event = run_event();
    ServerStatus {
        server_version: "0.1.0".into(),
        code_ref: "0.1.0+0123456789ab".into(),
        server_time_us: NOW_US,
        started_at_us: NOW_US - 7_000_000,
        health: vec![HealthPart {
            name: "orchestrator".into(),
            is_well: false,
            detail: "Nobody looks after runs; start a worker.".into(),
        }],
        database: DatabaseStatus {
            engine: "sqlite".into(),
            schema_version: 3,
            writes_waiting: 2,
        },
        object_store: ObjectStoreStatus {
            kind: "folder".into(),
            blobs: 12,
            bytes: 34_567,
            damaged: 1,
        },
        queue: QueueStatus {
            open: 50,
            leased: 9,
        },
        uploads_open: 1,
        connections_open: 4,
        workers: vec![WorkerStatus {
            name: "9f86d081884c4d659a2feaa0c55ad015".into(),
            seen_ms_ago: Some(812),
            step: Some(WorkerStep {
                run_id: event.run_id,
                step: StepKind::Segment,
                progress_done: 3,
                progress_of: 49,
            }),
        }],
        steps: StepCounts {
            due: 5,
            paused: 1,
            leased: 1,
        },
        runs: RunState::ALL
            .into_iter()
            .zip(0..)
            .map(|(state, count)| RunCount { state, count })
            .collect(),
        recent_runs: vec![event],
    }
}
