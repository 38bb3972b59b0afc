//! One tile with all that is needed to show it.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::case::{SizePxSchema, SpacingUmSchema};
use crate::{LabelRecord, PredictionOffer, Sha256};

/// Where the bytes of a picture are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlobRef {
    /// SHA-256 of the bytes.
    #[schema(value_type = Sha256)]
    pub sha256: ContentHash,
    /// Path on this server; the bytes never change, so a cache may keep them for ever.
    pub href: String,
    /// Media type of the bytes.
    pub media_type: String,
}

/// Answer of `GET /v1/tiles/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TileView {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Its case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Size of the picture.
    #[schema(value_type = SizePxSchema)]
    pub size: SizePx,
    /// Physical size of a pixel.
    #[schema(value_type = Option<SpacingUmSchema>)]
    pub spacing_um: Option<SpacingUm>,
    /// The raw picture.
    pub raw_img: BlobRef,
    /// The mask to start from: that of the newest head, or the predicted one.
    pub mask_img: Option<BlobRef>,
    /// The uncertainty map of the prediction.
    pub uncertainty_map: Option<BlobRef>,
    /// What the model said.
    pub prediction: Option<PredictionOffer>,
    /// Heads of the version graph; more than one is a fork.
    pub heads: Vec<LabelRecord>,
}
