//! The feed of changes, ordered by a counter that is incremented in the transaction of the change.

use fovea_annotation::{TileId, VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ApprovalRecord, CaseMeta, LabelRecord, PredictionOffer, ReviewRecord, Sha256};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A case is known.
    CaseRegistered(CaseMeta),
    /// A model said something about a tile.
    PredictionRegistered(PredictionOffer),
    /// A label version was added.
    VersionAdded {
        /// The version.
        record: LabelRecord,
        /// Heads of the tile after it; more than one is a fork.
        #[schema(value_type = Vec<Sha256>)]
        heads: Vec<VersionId>,
    },
    /// A reviewer accepted or rejected a label version.
    LabelReviewed(ReviewRecord),
    /// Another label version of a tile is the approved one now.
    LabelApproved(ApprovalRecord),
    /// Something that only a newer server tells; older clients pass it over.
    #[serde(other)]
    Unknown,
}

impl Change {
    /// The tile that changed; a case has many.
    pub fn tile_id(&self) -> Option<TileId> {
        match self {
            Self::CaseRegistered(_) | Self::Unknown => None,
            Self::PredictionRegistered(prediction) => Some(prediction.tile_id),
            Self::VersionAdded { record, .. } => Some(record.version.tile_id),
            Self::LabelReviewed(review) => Some(review.tile_id),
            Self::LabelApproved(approval) => Some(approval.tile_id),
        }
    }
}

/// A change with its place in the feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeEntry {
    /// Place, from 1, without gaps.
    pub seq: u64,
    /// When the server accepted it.
    pub at_us: i64,
    /// What changed.
    pub change: Change,
}

/// Answer of `GET /v1/sync/changes?cursor=&wait_s=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangesPage {
    /// Incarnation of the data: another one than before makes the client start over.
    #[schema(value_type = String, format = "uuid")]
    pub incarnation: uuid::Uuid,
    /// Changes after the cursor, in order.
    pub changes: Vec<ChangeEntry>,
    /// The cursor to ask with next; store it in the transaction that applies the page.
    pub cursor: u64,
    /// True when more can be had at once.
    pub more: bool,
}
