//! Asking which blobs the server lacks.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Sha256;

/// Body of `POST /v1/sync/have`: at most [`crate::Limits::have_hashes_max`] hashes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HaveRequest {
    /// SHA-256 of the blobs that the client could send.
    #[schema(value_type = Vec<Sha256>, max_items = 1000)]
    pub blobs: Vec<ContentHash>,
}

/// Its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HaveResponse {
    /// Those of the asked blobs that the server does not hold, in the order asked.
    #[schema(value_type = Vec<Sha256>)]
    pub missing: Vec<ContentHash>,
}
