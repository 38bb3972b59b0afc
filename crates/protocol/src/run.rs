//! Runs: a pipeline over one case, from the wish to the artifacts.

use fovea_annotation::{CaseId, ContentHash};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RunManifest, RunStep, Sha256, StepKind};

/// Body of `POST /v1/runs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunCreate {
    /// The case to run over.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// What the pipeline is to do; every field has a default.
    #[serde(default)]
    pub pipeline_config: PipelineConfig,
}

/// What may be chosen about a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineConfig {
    /// SHA-256 of the weights to segment with; the server's default model when it is absent.
    #[serde(default)]
    #[schema(value_type = Option<Sha256>)]
    pub model_digest: Option<ContentHash>,
    /// Seed of everything random in a step. No step draws at random yet: another seed gives another run of equal bytes.
    #[serde(default)]
    pub seed: u32,
}

/// Answer of `POST /v1/runs`: 202 for a new run, 200 for the run of an identical manifest. Also of a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunAccepted {
    /// Names the run.
    #[schema(value_type = String, format = "uuid")]
    pub run_id: Uuid,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunState {
    /// No step has begun.
    Queued,
    /// A step has begun.
    Running,
    /// Every step is done.
    Succeeded,
    /// A step failed for good, or the deadline passed.
    Failed,
    /// A person stopped it.
    Cancelled,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Its name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// True when the run goes no further by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunError {
    /// Stable name for programs, such as `deadline`.
    pub code: String,
    /// One sentence: what happened, what to do.
    pub detail: String,
    /// The step that failed.
    pub step: StepKind,
}

/// A file that a run made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunArtifact {
    /// Name in the run, such as `metrics.json`.
    pub name: String,
    /// What it is: `tiles`, `segmentation` or `metrics`.
    pub kind: String,
    /// The step that made it.
    pub step: StepKind,
    /// Media type of the bytes.
    pub media_type: String,
    /// SHA-256 of the bytes.
    #[schema(value_type = Sha256)]
    pub sha256: ContentHash,
    /// Their number.
    pub bytes: u64,
    /// Path on this server; the bytes never change.
    pub href: String,
}

/// Answer of `GET /v1/runs/{id}/artifacts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArtifactsPage {
    /// In the order of their names.
    pub artifacts: Vec<RunArtifact>,
}

/// A run as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunRecord {
    /// Names the run.
    #[schema(value_type = String, format = "uuid")]
    pub run_id: Uuid,
    /// The case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// How far it is.
    pub state: RunState,
    /// Everything that decides the result.
    pub manifest: RunManifest,
    /// SHA-256 of the manifest's canonical JSON: the identity of the run.
    #[schema(value_type = Sha256)]
    pub manifest_sha256: ContentHash,
    /// The steps in order.
    pub steps: Vec<RunStep>,
    /// What it has made so far; left out in lists.
    #[serde(default)]
    pub artifacts: Vec<RunArtifact>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// When it was accepted.
    pub created_at_us: i64,
    /// When the server gives it up.
    pub deadline_at_us: i64,
    /// When it last changed.
    pub updated_at_us: i64,
}

/// Answer of `GET /v1/runs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunsPage {
    /// Newest first.
    pub runs: Vec<RunRecord>,
    /// Give it as `after` to get the next page; absent on the last.
    pub next: Option<u64>,
}

/// Data of an event of `GET /v1/runs/{id}/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunEvent {
    /// Names the run.
    #[schema(value_type = String, format = "uuid")]
    pub run_id: Uuid,
    /// How far it is.
    pub state: RunState,
    /// The steps in order, with their progress.
    pub steps: Vec<RunStep>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// When it last changed.
    pub updated_at_us: i64,
}
