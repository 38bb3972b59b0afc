//! Small cases, predictions and versions.

use fovea_annotation::{
    CaseId, ContentHash, LabelSchema, LabelVersion, Mask, MaskDiff, TileId, VersionId, VersionKind,
    mask_to_payload,
};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::encode_png_gray8;
use fovea_protocol::{CaseMeta, OpBody, OpOutcome, PredictionOffer, TileMeta, VersionOffer};

use crate::client::Client;

pub(crate) const SIZE: SizePx = SizePx::new(16, 8);

pub(crate) fn case_id(name: &str) -> CaseId {
    CaseId(ContentHash::of(name.as_bytes()))
}

pub(crate) fn tile_id(case: &str, index: u32) -> TileId {
    TileId::of(case_id(case), index)
}

/// A mask whose first `pixels` pixels are of `class`.
pub(crate) fn mask(class: u8, pixels: usize) -> Mask {
    let mut mask = Mask::background(SIZE);
    mask.classes_mut()[..pixels].fill(class);
    mask
}

pub(crate) fn payload(mask: &Mask) -> Vec<u8> {
    mask_to_payload(mask).expect("compresses")
}

pub(crate) fn gray_png(value: u8) -> Vec<u8> {
    encode_png_gray8(SIZE, &vec![value; SIZE.len()]).expect("encodes")
}

/// The operation that registers case `name`, with its blobs sent.
pub(crate) async fn case_op(client: &Client, name: &str, tiles: u32) -> OpBody {
    let raw = client.put_blob(gray_png(9)).await;
    let tile = |index| TileMeta {
        tile_id: tile_id(name, index),
        bscan_index: index,
        size: SIZE,
        raw,
    };
    OpBody::RegisterCase(CaseMeta {
        case_id: case_id(name),
        format: "phantom".into(),
        laterality: "right".into(),
        spacing_um: SpacingUm::new(11.5, 3.87, 120.0),
        tiles: (0..tiles).map(tile).collect(),
    })
}

/// A prediction of `score`, with its blobs sent.
pub(crate) async fn prediction_op(client: &Client, tile_id: TileId, score: f32) -> OpBody {
    OpBody::RegisterPrediction(PredictionOffer {
        tile_id,
        model_digest: ContentHash::of(b"model"),
        mask: client.put_blob(payload(&mask(7, 5))).await,
        uncertainty: client.put_blob(gray_png(80)).await,
        score,
        method: "entropy-top5-retina/1".into(),
        reason: "entropy p95 0.61, 3 blobs".into(),
    })
}

/// A version of `mask`, sealed; its payload is not sent.
pub(crate) fn version(
    tile: TileId,
    number: u32,
    parents: Vec<VersionId>,
    mask: &Mask,
) -> VersionOffer {
    commented_version(tile, number, parents, mask, String::new())
}

/// As [`version`], with a comment.
pub(crate) fn commented_version(
    tile: TileId,
    number: u32,
    parents: Vec<VersionId>,
    mask: &Mask,
    comment: String,
) -> VersionOffer {
    let version = LabelVersion {
        id: VersionId(ContentHash::of(b"unsealed")),
        tile,
        number,
        parents,
        author: "ada".into(),
        schema: LabelSchema::OCT_LAYERS_ID.into(),
        payload: ContentHash::of(&payload(mask)),
        kind: if number == 1 {
            VersionKind::Model
        } else {
            VersionKind::Edit
        },
        comment,
        client_time_us: 1_763_900_000_000_000,
        hlc: u64::from(number),
        diff: MaskDiff::default(),
    };
    VersionOffer::from(&version.sealed())
}

/// A version with its payload sent.
pub(crate) async fn sent_version(
    client: &Client,
    tile: TileId,
    number: u32,
    parents: Vec<VersionId>,
    mask: &Mask,
) -> VersionOffer {
    client.put_blob(payload(mask)).await;
    version(tile, number, parents, mask)
}

/// A registered case, every tile with a prediction of the score given.
pub(crate) async fn predicted_case(client: &Client, name: &str, scores: &[f32]) {
    let mut ops = vec![case_op(client, name, scores.len() as u32).await];
    for (index, &score) in (0_u32..).zip(scores) {
        ops.push(prediction_op(client, tile_id(name, index), score).await);
    }
    for chunk in ops.chunks(100) {
        let outcomes = client.push(chunk.to_vec()).await;
        assert!(
            outcomes
                .iter()
                .all(|outcome| *outcome == OpOutcome::Accepted),
            "{outcomes:?}"
        );
    }
}
