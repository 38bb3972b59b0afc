//! The steps of a run.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a step does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Reads and checks the case's pictures.
    Preproc,
    /// The model's mask and uncertainty of each picture.
    Segment,
    /// Areas, volumes, thickness and doubt.
    Metrics,
}

impl StepKind {
    /// Every step, in order.
    pub const ALL: [Self; 3] = [Self::Preproc, Self::Segment, Self::Metrics];

    /// Its name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preproc => "preproc",
            Self::Segment => "segment",
            Self::Metrics => "metrics",
        }
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepState {
    /// The step before it is not done.
    Waiting,
    /// A worker may take it, from `next_at_us` on.
    Queued,
    /// A worker holds it.
    Running,
    /// Done.
    Succeeded,
    /// Failed for good.
    Failed,
    /// A person stopped it.
    Cancelled,
}

impl StepState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Its name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// True when the step goes no further by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunStep {
    /// What it does.
    pub step: StepKind,
    /// How far it is.
    pub state: StepState,
    /// Attempts begun; an attempt that ended with its worker counts.
    pub attempt: u32,
    /// How many there can be.
    pub attempts_max: u32,
    /// Pictures done in this attempt.
    pub progress_done: u32,
    /// Pictures in all; 0 until that is known.
    pub progress_of: u32,
    /// When a queued step may be taken again, after a failure.
    pub next_at_us: Option<i64>,
    /// When the last attempt began.
    pub started_at_us: Option<i64>,
    /// When the step reached its end.
    pub finished_at_us: Option<i64>,
}
