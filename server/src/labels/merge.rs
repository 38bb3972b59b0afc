//! `POST /v1/labels/merge`: two heads whose pixels do not contradict each other join by themselves.

use axum::http::StatusCode;
use base64::Engine as _;
use fovea_annotation::{
    ContentHash, Lineage, Mask, MaskMerge, VersionId, VersionKind, mask_to_payload,
};
use fovea_imaging::encode_png_index;
use fovea_protocol::{LabelCreated, LabelMerge, MergePreview, VersionOffer};

use super::adjudicate::{check_heads, created};
use super::decide::decide;
use super::draft::{Draft, record, tile};
use crate::audit::Action;
use crate::backend::Backend;
use crate::busy_work;
use crate::db::{self, Account, DbError, TileRow};
use crate::ops::{Applied, apply_joined, diff_of_masks, mask_of};
use crate::problem::Problem;

/// Two versions of a tile, what they went apart at, and what becomes of them together.
struct Joined {
    sides: [VersionOffer; 2],
    tile: TileRow,
    base: Option<VersionId>,
    merge: MaskMerge,
}

/// Shows what two versions would become.
pub(crate) async fn preview_merge(
    backend: &Backend,
    account: &Account,
    sides: [VersionId; 2],
) -> Result<MergePreview, Problem> {
    let joined = join(backend, account, sides).await?;
    let contradicting_px = joined.merge.contradictions.len() as u64;
    let encode = move || encode_png_index(&joined.merge.mask);
    let png = busy_work::off_thread(encode).await.map_err(DbError::from)?;
    let png = png.map_err(|error| Problem::unprocessable("mask_invalid", error.to_string()))?;
    Ok(MergePreview {
        base: joined.base,
        contradicting_px,
        png_base64: base64::engine::general_purpose::STANDARD.encode(png),
    })
}

/// Adds a version that joins two heads, if their pixels do not contradict each other.
pub(crate) async fn merge_heads(
    backend: &Backend,
    by: Applied,
    ask: LabelMerge,
) -> Result<LabelCreated, Problem> {
    let joined = join(backend, &by.account, ask.parents).await?;
    let [first, second] = &joined.sides;
    if first.tile_id != ask.tile_id {
        let detail = "a parent of this label labels another tile";
        return Err(Problem::unprocessable("parent_of_other_tile", detail));
    }
    let contradicting_px = joined.merge.contradictions.len();
    if contradicting_px > 0 {
        let detail = format!(
            "the two heads contradict each other in {contradicting_px} px; ask a reviewer to join them"
        );
        return Err(Problem::refused(
            StatusCode::CONFLICT,
            "contradictions",
            detail,
        ));
    }
    let mask = joined.merge.mask;
    let encode = move || mask_to_payload(&mask).map(|payload| (mask, payload));
    let payload = busy_work::off_thread(encode).await.map_err(DbError::from)?;
    let (mask, payload) =
        payload.map_err(|error| Problem::unprocessable("mask_invalid", error.to_string()))?;
    let sha256 = ContentHash::of(&payload);
    let blob = backend
        .made(sha256, payload.into(), by.account.user_id)
        .await?;
    let draft = Draft {
        tile_id: ask.tile_id,
        parents: vec![first, second],
        author: by.account.name.clone(),
        payload: sha256,
        kind: VersionKind::Edit,
        comment: ask.comment,
        at_us: by.now_us,
    };
    let version = draft.seal()?;
    let before = mask_of(backend, first.payload, joined.tile.size).await?;
    let diff = diff_of_masks(Some(before), mask).await?;
    let created = created(&version, &diff);
    let heads = decide(backend, move |connection| {
        check_heads(connection, &version)?;
        blob.write_down(connection)?;
        Ok(apply_joined(connection, &by, Action::LabelMerge, &version, &diff)?.1)
    });
    Ok(LabelCreated {
        heads: heads.await?,
        ..created
    })
}

async fn join(
    backend: &Backend,
    account: &Account,
    [first, second]: [VersionId; 2],
) -> Result<Joined, Problem> {
    if first == second {
        let detail = "two versions are joined and these are the same; name both";
        return Err(Problem::unprocessable("parents_equal", detail));
    }
    let first = record(backend, account, first).await?.version;
    let second = record(backend, account, second).await?.version;
    if first.tile_id != second.tile_id {
        let detail = "the two label versions belong to different tiles";
        return Err(Problem::unprocessable("other_tile", detail));
    }
    let tile = tile(backend, account, first.tile_id).await?;
    let tile_id = first.tile_id;
    let all = backend
        .db
        .read(move |connection| db::records_of_tile(connection, tile_id))
        .await?;
    let lineage = all.iter().map(|record| {
        let version = &record.version;
        (version.id, version.parents.clone())
    });
    let base = Lineage::of(lineage).fork_of(first.id, second.id);
    let base_payload = all
        .iter()
        .find(|record| Some(record.version.id) == base)
        .map(|record| record.version.payload);
    let before = match base_payload {
        Some(payload) => Some(mask_of(backend, payload, tile.size).await?),
        None => None,
    };
    let ours = mask_of(backend, first.payload, tile.size).await?;
    let theirs = mask_of(backend, second.payload, tile.size).await?;
    let merged = busy_work::off_thread(move || merge(before, &ours, &theirs)).await;
    let merge = merged.map_err(DbError::from)??;
    Ok(Joined {
        sides: [first, second],
        tile,
        base,
        merge,
    })
}

/// Without anything in common every difference is a contradiction.
fn merge(before: Option<Mask>, ours: &Mask, theirs: &Mask) -> Result<MaskMerge, Problem> {
    let merge = match &before {
        Some(before) => MaskMerge::of(before, ours, theirs),
        None => MaskMerge::without_base(ours, theirs),
    };
    merge.map_err(|error| Problem::unprocessable("payload_size", error.to_string()))
}
