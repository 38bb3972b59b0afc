//! Labels edited straight on the server: create, roll back, compare.

use fovea_annotation::{ContentHash, TileId, VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DiffRecord, LabelRecord, ReviewRecord, Sha256};

/// Where the edited mask is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaskSource {
    /// A blob that the server holds: a mask payload.
    #[schema(value_type = Sha256)]
    Blob(ContentHash),
    /// An 8-bit PNG of class indices in standard base64.
    PngBase64(String),
}

/// Body of `POST /v1/labels`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelCreate {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// The version that was edited. Without one the edit builds on the tile's only head, or on the prediction.
    #[serde(default)]
    #[schema(value_type = Option<Sha256>)]
    pub parent: Option<VersionId>,
    /// The edited mask.
    pub mask: MaskSource,
    /// What its author says about it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// Answer of `POST /v1/labels` with status 201.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelCreated {
    /// Id of the new version.
    #[schema(value_type = Sha256)]
    pub label_id: VersionId,
    /// Its number: 2 for "v2".
    pub version: u32,
    /// What changed against the parent.
    pub diff: DiffRecord,
    /// One line for a person: "Saved v2, diff: +12px -5px".
    pub diff_preview: String,
    /// Heads of the tile; more than one is a fork.
    #[schema(value_type = Vec<Sha256>)]
    pub heads: Vec<VersionId>,
}

/// Body of `POST /v1/labels/rollback`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelRollback {
    /// The version to go back from.
    #[schema(value_type = Sha256)]
    pub label_id: VersionId,
    /// Number of the earlier version, in the line of `label_id`, whose content is restored.
    pub target_version: u32,
    /// What its author says about it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// Answer of `POST /v1/labels/rollback` with status 200.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelRolledBack {
    /// Id of the new version with the old content.
    #[schema(value_type = Sha256)]
    pub restored_label_id: VersionId,
    /// Its number: a rollback of v2 to v1 is v3.
    pub version: u32,
    /// What changed against the version that was left.
    pub diff: DiffRecord,
    /// Heads of the tile; more than one is a fork.
    #[schema(value_type = Vec<Sha256>)]
    pub heads: Vec<VersionId>,
}

/// Answer of `GET /v1/tiles/{id}/versions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VersionGraph {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Every version, in the order of acceptance.
    pub versions: Vec<LabelRecord>,
    /// Versions that no other builds on.
    #[schema(value_type = Vec<Sha256>)]
    pub heads: Vec<VersionId>,
    /// The version that a reviewer approved last.
    #[serde(default)]
    #[schema(value_type = Option<Sha256>)]
    pub approved: Option<VersionId>,
    /// Reviews of these versions, the oldest first.
    #[serde(default)]
    pub reviews: Vec<ReviewRecord>,
    /// Heads that were rejected: they wait for their author.
    #[serde(default)]
    #[schema(value_type = Vec<Sha256>)]
    pub returned: Vec<VersionId>,
}

/// Answer of `GET /v1/labels/{a}/diff/{b}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DiffResponse {
    /// The older one.
    #[schema(value_type = Sha256)]
    pub from: VersionId,
    /// The newer one.
    #[schema(value_type = Sha256)]
    pub to: VersionId,
    /// What changed.
    pub diff: DiffRecord,
}
