//! Operations of the outbox: what a client wants the server to hold.

use fovea_annotation::VersionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{CaseMeta, PredictionOffer, Sha256, VersionOffer};

/// One operation. Blobs that it names are sent before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Op {
    /// Chosen once by the client: sending the same operation again changes nothing.
    #[schema(value_type = String, format = "uuid")]
    pub op_id: Uuid,
    /// What to do.
    pub body: OpBody,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum OpBody {
    /// Make a case and its tiles known.
    RegisterCase(CaseMeta),
    /// Make known what a model said about a tile.
    RegisterPrediction(PredictionOffer),
    /// Add a label version.
    PushVersion(VersionOffer),
}

/// Body of `POST /v1/sync/push`: at most [`crate::Limits::push_ops_max`] operations, applied in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// The operations.
    #[schema(max_items = 100)]
    pub ops: Vec<Op>,
}

/// Its answer: one result per operation, in order. What is `accepted`, `duplicate` or `forked` is durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PushResponse {
    /// The results.
    pub results: Vec<OpResult>,
}

/// What became of one operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OpResult {
    /// The operation.
    #[schema(value_type = String, format = "uuid")]
    pub op_id: Uuid,
    /// Its fate.
    #[serde(flatten)]
    pub outcome: OpOutcome,
}

/// Fate of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum OpOutcome {
    /// The server holds it now.
    Accepted,
    /// The server held it already.
    Duplicate,
    /// The server holds it, and its parent was no longer a head: all heads stay, the tile needs adjudication.
    Forked {
        /// Every head of the tile, this version among them.
        #[schema(value_type = Vec<Sha256>)]
        heads: Vec<VersionId>,
    },
    /// The server does not hold it.
    Rejected {
        /// Stable name of the reason, such as `blob_missing`.
        code: String,
        /// One sentence for the person who reads the parking lot.
        detail: String,
        /// True when sending it again may succeed.
        retryable: bool,
    },
}
