//! What one step tells the next, as JSON in the object store.

use fovea_annotation::{CaseId, ContentHash, TileId};
use fovea_geometry::{SizePx, SpacingUm};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{StepContext, StepError};
use crate::db::{self, Artifact};

pub(super) const JSON: &str = "application/json";

/// A document and its place among the artifacts.
pub(super) trait Document: Serialize {
    /// Name of the artifact.
    const NAME: &'static str;
    /// Kind of the artifact.
    const KIND: &'static str;
}

/// Written by preproc: the pictures of the case, each read and checked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TilesDocument {
    pub(super) format: String,
    pub(super) case_id: CaseId,
    pub(super) spacing_um: Option<SpacingUm>,
    pub(super) tiles: Vec<CheckedTile>,
}

impl TilesDocument {
    pub(super) const FORMAT: &'static str = "fovea.run-tiles/1";
}

impl Document for TilesDocument {
    const NAME: &'static str = "tiles.json";
    const KIND: &'static str = "tiles";
}

/// A picture that can be segmented, and what is to be known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CheckedTile {
    pub(super) tile_id: TileId,
    pub(super) bscan_index: u32,
    pub(super) size: SizePx,
    pub(super) raw: ContentHash,
    /// Mean display value, 0..=255.
    pub(super) mean: f64,
    /// Pixels at the largest display value.
    pub(super) saturated_px: u64,
    /// Every pixel has the same value: there is nothing to see.
    pub(super) is_blank: bool,
}

/// Written by segment: what the model said about each picture.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SegmentationDocument {
    pub(super) format: String,
    pub(super) case_id: CaseId,
    pub(super) spacing_um: Option<SpacingUm>,
    pub(super) model_digest: ContentHash,
    /// Label schema of the masks.
    pub(super) schema: String,
    pub(super) tiles: Vec<SegmentedTile>,
}

impl SegmentationDocument {
    pub(super) const FORMAT: &'static str = "fovea.run-segmentation/1";
}

impl Document for SegmentationDocument {
    const NAME: &'static str = "segmentation.json";
    const KIND: &'static str = "segmentation";
}

/// The model's answer for one picture; the pictures are blobs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SegmentedTile {
    pub(super) tile_id: TileId,
    pub(super) bscan_index: u32,
    /// A mask payload.
    pub(super) mask: ContentHash,
    /// An 8-bit gray PNG, 0..=255 for 0..=1.
    pub(super) uncertainty: ContentHash,
    pub(super) score: f32,
    pub(super) method: String,
    pub(super) reason: String,
}

/// Stores `document` and returns it as an artifact.
pub(super) async fn write<D: Document>(
    context: &StepContext,
    document: &D,
) -> Result<Artifact, StepError> {
    let mut bytes = serde_json::to_vec(document).map_err(|_| {
        StepError::for_good(
            "internal",
            "a document of the run could not be written; tell who runs the server",
        )
    })?;
    bytes.push(b'\n');
    store(context, D::NAME, D::KIND, JSON, bytes).await
}

/// Stores `bytes` as an artifact.
pub(super) async fn store(
    context: &StepContext,
    name: &'static str,
    kind: &'static str,
    media_type: &'static str,
    bytes: Vec<u8>,
) -> Result<Artifact, StepError> {
    let len = bytes.len() as u64;
    Ok(Artifact {
        name,
        kind,
        media_type,
        sha256: context.store(bytes).await?,
        len,
    })
}

/// The document that an earlier step of this run wrote.
pub(super) async fn read<D: Document + DeserializeOwned>(
    context: &StepContext,
) -> Result<D, StepError> {
    let run_no = context.claim.run.run_no;
    let artifacts = context
        .backend
        .db
        .read(move |connection| db::artifacts_of_run(connection, run_no))
        .await?;
    let damaged = || {
        let detail = format!(
            "{} of this run is damaged or gone; ask for a retry, which makes it anew",
            D::NAME
        );
        StepError::for_good("artifact_damaged", detail)
    };
    let artifact = artifacts
        .into_iter()
        .find(|artifact| artifact.name == D::NAME);
    let sha256 = artifact.ok_or_else(damaged)?.sha256;
    let bytes = context.blob(sha256, "artifact_damaged", D::NAME).await?;
    serde_json::from_slice(&bytes).map_err(|_| damaged())
}
