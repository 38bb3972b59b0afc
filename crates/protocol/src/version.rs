//! Label versions on the wire.

use fovea_annotation::{ContentHash, LabelVersion, MaskDiff, TileId, VersionId, VersionKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DiffRecord, Sha256};

/// How a version came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// A model's prediction.
    Model,
    /// A person's work.
    Edit,
    /// A return to earlier content.
    Rollback,
}

impl From<VersionKind> for LabelKind {
    fn from(kind: VersionKind) -> Self {
        match kind {
            VersionKind::Model => Self::Model,
            VersionKind::Edit => Self::Edit,
            VersionKind::Rollback => Self::Rollback,
        }
    }
}

impl From<LabelKind> for VersionKind {
    fn from(kind: LabelKind) -> Self {
        match kind {
            LabelKind::Model => Self::Model,
            LabelKind::Edit => Self::Edit,
            LabelKind::Rollback => Self::Rollback,
        }
    }
}

/// A version as its author made it. The diff is absent: the server counts it from the blobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionOffer {
    /// Hash of every other field; the server checks it.
    #[schema(value_type = Sha256)]
    pub id: VersionId,
    /// The tile it labels.
    #[schema(value_type = Sha256)]
    pub tile_id: TileId,
    /// Position in the tile's line of versions as its author saw it, from 1.
    pub number: u32,
    /// Versions it builds on.
    #[schema(value_type = Vec<Sha256>, max_items = 2)]
    pub parents: Vec<VersionId>,
    /// Who made it, as its machine knew the person; or `model:<digest>`.
    #[schema(max_length = 200)]
    pub author: String,
    /// Label schema of the class indices.
    pub schema: String,
    /// Blob of the mask payload.
    #[schema(value_type = Sha256)]
    pub payload: ContentHash,
    /// How it came about.
    pub kind: LabelKind,
    /// What its author wrote about it.
    #[schema(max_length = 4000)]
    pub comment: String,
    /// Clock of the author's machine.
    pub client_time_us: i64,
    /// Hybrid logical clock.
    pub hlc: u64,
}

impl From<&LabelVersion> for VersionOffer {
    fn from(version: &LabelVersion) -> Self {
        Self {
            id: version.id,
            tile_id: version.tile,
            number: version.number,
            parents: version.parents.clone(),
            author: version.author.clone(),
            schema: version.schema.clone(),
            payload: version.payload,
            kind: version.kind.into(),
            comment: version.comment.clone(),
            client_time_us: version.client_time_us,
            hlc: version.hlc,
        }
    }
}

impl VersionOffer {
    /// The version with its diff. The id is taken as it is: [`LabelVersion::verify`] says whether it holds.
    pub fn into_version(self, diff: MaskDiff) -> LabelVersion {
        LabelVersion {
            id: self.id,
            tile: self.tile_id,
            number: self.number,
            parents: self.parents,
            author: self.author,
            schema: self.schema,
            payload: self.payload,
            kind: self.kind.into(),
            comment: self.comment,
            client_time_us: self.client_time_us,
            hlc: self.hlc,
            diff,
        }
    }
}

/// A version that the server holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelRecord {
    /// What its author made.
    pub version: VersionOffer,
    /// Against the first parent, or an empty mask when there is none; counted by the server.
    pub diff: DiffRecord,
    /// Account that sent it.
    pub pushed_by: String,
    /// When the server accepted it.
    pub accepted_at_us: i64,
}

impl LabelRecord {
    /// The version with the server's diff.
    pub fn to_version(&self) -> LabelVersion {
        self.version
            .clone()
            .into_version(MaskDiff::from(&self.diff))
    }
}
