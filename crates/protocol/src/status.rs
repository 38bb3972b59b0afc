//! The state of the server, for administrators.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RunEvent, RunState, StepKind};

/// Answer of `GET /v1/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerStatus {
    /// Version of the server's program.
    pub server_version: String,
    /// The code it was built from, as the manifests of runs name it.
    pub code_ref: String,
    /// Now, by the server's clock, in µs.
    pub server_time_us: i64,
    /// When this process began to answer, in µs.
    pub started_at_us: i64,
    /// What must be well for work to go on, each part with what is the matter.
    pub health: Vec<HealthPart>,
    /// The metadata database.
    pub database: DatabaseStatus,
    /// The object store.
    pub object_store: ObjectStoreStatus,
    /// Tiles that wait for people.
    pub queue: QueueStatus,
    /// Uploads under way.
    pub uploads_open: u64,
    /// Connections of clients to this process.
    pub connections_open: u64,
    /// Who works on steps.
    pub workers: Vec<WorkerStatus>,
    /// Steps of runs by what they wait for.
    pub steps: StepCounts,
    /// Runs by state; every state is named.
    pub runs: Vec<RunCount>,
    /// The runs that were asked for last, newest first.
    pub recent_runs: Vec<RunEvent>,
}

/// One thing that must be well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthPart {
    /// `database`, `migrations`, `object_store` or `orchestrator`.
    pub name: String,
    /// True when it is.
    pub is_well: bool,
    /// One sentence for people.
    pub detail: String,
}

/// The metadata database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatabaseStatus {
    /// `sqlite` or `postgresql`.
    pub engine: String,
    /// Version of its schema.
    pub schema_version: u32,
    /// Writes of this process that wait for their turn.
    pub writes_waiting: u64,
}

/// The object store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectStoreStatus {
    /// `folder` or `s3`.
    pub kind: String,
    /// Objects.
    pub blobs: u64,
    /// Their bytes, before they are sealed.
    pub bytes: u64,
    /// Objects that were found damaged and wait to be sent again.
    pub damaged: u64,
}

/// Tiles that wait for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueStatus {
    /// All of them.
    pub open: u64,
    /// Those that somebody has in hand.
    pub leased: u64,
}

/// One worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkerStatus {
    /// Its name in the lease table.
    pub name: String,
    /// How long ago it gave its last sign of life, in ms; absent when only its step speaks for it.
    pub seen_ms_ago: Option<u64>,
    /// What it works on.
    pub step: Option<WorkerStep>,
}

/// What a worker works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkerStep {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run_id: Uuid,
    /// Its step.
    pub step: StepKind,
    /// Pictures done.
    pub progress_done: u32,
    /// Pictures in all; 0 while that is not known.
    pub progress_of: u32,
}

/// Steps of runs by what they wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepCounts {
    /// Wait for a worker.
    pub due: u64,
    /// Wait out the pause after a failure.
    pub paused: u64,
    /// A worker has them.
    pub leased: u64,
}

/// How many runs are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunCount {
    /// The state.
    pub state: RunState,
    /// How many.
    pub count: u64,
}
