//! The requests about labels that are reviewed, and tiles that several people labelled at once.

use fovea_annotation::{ContentHash, Mask, TileId, VersionId, mask_from_payload, mask_to_payload};
use fovea_protocol::{
    ApprovalRecord, DisagreementsPage, LabelAdjudicate, LabelApprove, LabelCreated, LabelMerge,
    LabelRecord, MaskSource, MergePreview, ReviewCreate, ReviewRecord, VersionGraph,
};
use reqwest::Method;

use crate::http::{HttpTransport, incompatible};
use crate::transport::{Answer, Transport as _};

/// Two readings of a tile, to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingPair {
    /// The tile.
    pub tile: TileId,
    /// The heads, in the order in which they were asked for.
    pub records: [LabelRecord; 2],
    /// Their masks.
    pub masks: [Mask; 2],
    /// Pixels that both changed, each to another class; with none the two join by themselves.
    pub contradicting_px: u64,
    /// The approved version of the tile.
    pub approved: Option<VersionId>,
}

/// What stands after an adjudication.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// One of the readings, by its payload.
    Reading(ContentHash),
    /// This mask.
    Drawn(Box<Mask>),
}

impl HttpTransport {
    /// `POST /v1/labels/{label_id}/reviews`.
    pub(super) async fn review(
        &self,
        label: VersionId,
        review: &ReviewCreate,
    ) -> Answer<ReviewRecord> {
        let path = format!("/v1/labels/{label}/reviews");
        self.json(self.request(Method::POST, &path)?.json(review))
            .await
    }

    /// `POST /v1/labels/{label_id}/approve`.
    pub(super) async fn approve(
        &self,
        label: VersionId,
        approve: &LabelApprove,
    ) -> Answer<ApprovalRecord> {
        let path = format!("/v1/labels/{label}/approve");
        self.json(self.request(Method::POST, &path)?.json(approve))
            .await
    }

    /// `GET /v1/labels/disagreements`.
    pub(super) async fn disagreements(&self, after: u64) -> Answer<DisagreementsPage> {
        let path = format!("/v1/labels/disagreements?after={after}");
        self.json(self.request(Method::GET, &path)?).await
    }

    /// What it takes to compare two heads.
    pub(super) async fn readings(
        &self,
        tile: TileId,
        heads: [VersionId; 2],
    ) -> Answer<ReadingPair> {
        let [one, other] = heads;
        let path = format!("/v1/tiles/{tile}/versions");
        let graph: VersionGraph = self.json(self.request(Method::GET, &path)?).await?;
        let path = format!("/v1/labels/{one}/merge/{other}");
        let preview: MergePreview = self.json(self.request(Method::GET, &path)?).await?;
        let record = |id| {
            let found = graph.versions.iter().find(|known| known.version.id == id);
            let missing = || incompatible("it does not list a head of the tile".to_owned());
            found.cloned().ok_or_else(missing)
        };
        let records = [record(one)?, record(other)?];
        let masks = [
            self.mask(records[0].version.payload).await?,
            self.mask(records[1].version.payload).await?,
        ];
        Ok(ReadingPair {
            tile,
            records,
            masks,
            contradicting_px: preview.contradicting_px,
            approved: graph.approved,
        })
    }

    async fn mask(&self, payload: ContentHash) -> Answer<Mask> {
        let bytes = self.get_blob(payload).await?;
        let damaged = || incompatible("a mask arrived damaged; try again".to_owned());
        if ContentHash::of(&bytes) != payload {
            return Err(damaged());
        }
        mask_from_payload(&bytes).map_err(|_| damaged())
    }

    /// `POST /v1/labels/merge`.
    pub(super) async fn merge(&self, merge: &LabelMerge) -> Answer<LabelCreated> {
        let request = self.request(Method::POST, "/v1/labels/merge")?;
        self.json(request.json(merge)).await
    }

    /// `POST /v1/labels/adjudicate`; a mask that was drawn is sent first.
    pub(super) async fn adjudicate(
        &self,
        tile_id: TileId,
        parents: [VersionId; 2],
        judgement: Judgement,
        comment: String,
    ) -> Answer<LabelCreated> {
        let payload = match judgement {
            Judgement::Reading(payload) => payload,
            Judgement::Drawn(mask) => {
                let bytes = mask_to_payload(&mask).map_err(|e| incompatible(e.to_string()))?;
                let payload = ContentHash::of(&bytes);
                self.put_blob(payload, bytes).await?;
                payload
            }
        };
        let body = LabelAdjudicate {
            tile_id,
            parents,
            mask: MaskSource::Blob(payload),
            comment,
        };
        let request = self.request(Method::POST, "/v1/labels/adjudicate")?;
        self.json(request.json(&body)).await
    }
}
