//! What a model said about a tile.

use fovea_annotation::{ContentHash, TileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Sha256;

/// Offer of a prediction. The latest accepted one of a tile counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PredictionOffer {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// SHA-256 of the model file.
    #[schema(value_type = Sha256)]
    pub model_digest: ContentHash,
    /// Blob of the predicted mask, as a mask payload.
    #[schema(value_type = Sha256)]
    pub mask: ContentHash,
    /// Blob of the uncertainty map, an 8-bit gray PNG: 0..=255 for 0..=1.
    #[schema(value_type = Sha256)]
    pub uncertainty: ContentHash,
    /// Tile score in 0..=1.
    #[schema(minimum = 0, maximum = 1)]
    pub score: f32,
    /// How the score was computed.
    #[schema(max_length = 64)]
    pub method: String,
    /// Why a person should look, in words: "entropy p95 0.61, 3 blobs".
    #[schema(max_length = 200)]
    pub reason: String,
}
