//! Decisions about labels: reviews, approvals, adjudications.

use fovea_annotation::{CaseId, TileId, VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{MaskSource, Sha256};

/// What a reviewer thinks of a label version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is right.
    Accept,
    /// It goes back to its author.
    Reject,
}

/// Body of `POST /v1/labels/{label_id}/reviews`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewCreate {
    /// What the reviewer thinks.
    pub verdict: Verdict,
    /// Why; a rejection needs it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// A review. Several of one label stay side by side; the last one counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewRecord {
    /// The version that was looked at.
    #[schema(value_type = Sha256)]
    pub label_id: VersionId,
    /// Its tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// What the reviewer thinks.
    pub verdict: Verdict,
    /// Why.
    pub comment: String,
    /// Account of the reviewer.
    pub reviewed_by: String,
    /// By the server's clock.
    pub reviewed_at_us: i64,
}

/// Answer of `GET /v1/labels/{label_id}/reviews`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewsPage {
    /// Reviews of the version, the oldest first.
    pub reviews: Vec<ReviewRecord>,
}

/// Body of `POST /v1/labels/{label_id}/approve`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelApprove {
    /// The version that was approved when the reviewer looked; null when there was none. Nothing changes when it is
    /// another one by now. It must be there, so that nobody leaves it out by mistake.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<Sha256>, required = true)]
    pub expected_approved: Option<VersionId>,
    /// What the reviewer says about it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// An approval. The last one of a tile counts; the earlier ones stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRecord {
    /// The version that is approved.
    #[schema(value_type = Sha256)]
    pub label_id: VersionId,
    /// Its tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// The version that was approved before.
    #[schema(value_type = Option<Sha256>)]
    pub previous: Option<VersionId>,
    /// What the reviewer says about it.
    pub comment: String,
    /// Account of the reviewer.
    pub approved_by: String,
    /// By the server's clock.
    pub approved_at_us: i64,
}

/// Body of `POST /v1/labels/adjudicate`: a version that joins two heads of a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelAdjudicate {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// The two heads that were looked at. The difference is counted against the first.
    #[schema(value_type = Vec<Sha256>, min_items = 2, max_items = 2)]
    pub parents: [VersionId; 2],
    /// The mask that stands from now on.
    pub mask: MaskSource,
    /// Why it is so.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// Body of `POST /v1/labels/merge`: two heads whose pixels do not contradict each other become one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelMerge {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// The two heads. The difference is counted against the first.
    #[schema(value_type = Vec<Sha256>, min_items = 2, max_items = 2)]
    pub parents: [VersionId; 2],
    /// What its author says about it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub comment: String,
}

/// Answer of `GET /v1/labels/{from}/merge/{to}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MergePreview {
    /// The version at which the two went apart. Without one every difference is a contradiction.
    #[schema(value_type = Option<Sha256>)]
    pub base: Option<VersionId>,
    /// Pixels that both changed, each to another class. With none the two join by themselves.
    pub contradicting_px: u64,
    /// The two joined, as an 8-bit PNG of class indices in standard base64; where they contradict each other it is as
    /// the first has it.
    pub png_base64: String,
}

/// A tile that has several heads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Disagreement {
    /// The tile.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Its case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Its heads, in the order of acceptance.
    #[schema(value_type = Vec<Sha256>)]
    pub heads: Vec<VersionId>,
    /// Since when they disagree, by the server's clock.
    pub since_us: i64,
}

/// Answer of `GET /v1/labels/disagreements`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DisagreementsPage {
    /// The tiles, those that have waited longest first.
    pub tiles: Vec<Disagreement>,
    /// Give it as `after` to get the next page; absent on the last.
    pub next: Option<u64>,
}
