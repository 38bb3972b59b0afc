//! The active-learning queue.

use fovea_annotation::{CaseId, ContentHash, TileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Sha256;

/// Why a tile has its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueSlot {
    /// Its score is above the threshold.
    Ranked,
    /// Drawn at random, whatever its score: the unbiased sample for figures about the model.
    Random,
}

/// One tile that waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueueItem {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Its case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Uncertainty of the tile in 0..=1.
    pub score: f32,
    /// How the score was computed.
    pub method: String,
    /// Why a person should look.
    pub reason: String,
    /// Model that was unsure.
    #[schema(value_type = Sha256)]
    pub model_digest: ContentHash,
    /// Ranked or random.
    pub slot: QueueSlot,
    /// Until then the tile is shown to nobody else.
    pub lease_until_us: i64,
}

/// Answer of `GET /v1/active-learning/queue`: at most 50 tiles, at most 5 of a case, highest score first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueuePage {
    /// The tiles in order.
    pub tiles: Vec<QueueItem>,
    /// The threshold that was used.
    pub uncertainty_threshold: f32,
    /// The server's clock, to count the leases down.
    pub server_time_us: i64,
}

/// A lease that a person holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeaseRecord {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Why it was handed out.
    pub slot: QueueSlot,
    /// Until then the tile is shown to nobody else.
    pub lease_until_us: i64,
}

/// Answer of `GET /v1/active-learning/leases`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeasesPage {
    /// Leases of the caller, by tile.
    pub leases: Vec<LeaseRecord>,
    /// The server's clock, to count the leases down.
    pub server_time_us: i64,
}
