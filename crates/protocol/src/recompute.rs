//! Scoring the tiles of the queue again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecomputeState {
    /// Under way.
    Running,
    /// Every open tile was looked at.
    Done,
}

/// Answer of `POST` and `GET /v1/active-learning/recompute`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecomputeRecord {
    /// Counts the recomputations of this server.
    pub recompute_no: u64,
    /// How far it is.
    pub state: RecomputeState,
    /// Tiles that were open when it began.
    pub total: u64,
    /// Tiles looked at.
    pub done: u64,
    /// Tiles of them that have another score now.
    pub changed: u64,
    /// Tiles of them whose mask or uncertainty could not be read; they keep their score.
    pub unreadable: u64,
    /// Account that asked for it.
    pub started_by: String,
    /// By the server's clock.
    pub started_at_us: i64,
    /// By the server's clock; null while it is under way.
    pub finished_at_us: Option<i64>,
}
