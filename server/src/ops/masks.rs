//! Mask payloads as the server trusts them: decoded, of the tile's size, with known classes only.

use bytes::Bytes;
use fovea_annotation::{ContentHash, LabelSchema, Mask, MaskDiff, mask_from_payload};
use fovea_geometry::SizePx;

use super::rejection::{Rejection, Stop};
use crate::backend::Backend;
use crate::busy_work;
use crate::db::DbError;
use crate::problem::Problem;

/// The mask of payload `sha256`, which must have `size`.
pub(super) async fn checked_mask(
    backend: &Backend,
    sha256: ContentHash,
    size: SizePx,
) -> Result<Mask, Stop> {
    let bytes = blob_or_rejection(backend, sha256, "mask").await?;
    let decoded = busy_work::by_size(size.len(), move || decode(&bytes, size)).await;
    Ok(decoded.map_err(DbError::from)??)
}

/// The blob `sha256`; that it is missing is a refusal for now.
pub(super) async fn blob_or_rejection(
    backend: &Backend,
    sha256: ContentHash,
    what: &str,
) -> Result<Bytes, Stop> {
    match backend.blob(sha256).await {
        Ok(bytes) => Ok(bytes),
        Err(problem) if problem.code == "blob_missing" => {
            let detail = format!("the {what} is not on the server; send its blob first");
            Err(Rejection::for_now("blob_missing", detail).into())
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The mask that a label names is not there, or not for who names it.
pub(crate) fn mask_missing() -> Problem {
    let detail = "the mask is not on the server; send its blob first";
    Rejection::for_now("blob_missing", detail).into()
}

/// What changed from `old` to `new`; without an old mask, from background.
pub(super) async fn diff(old: Option<Mask>, new: Mask) -> Result<MaskDiff, Stop> {
    let compared = busy_work::by_size(new.size().len(), move || {
        let old = old.unwrap_or_else(|| Mask::background(new.size()));
        MaskDiff::between(&old, &new)
    });
    let diff = compared.await.map_err(DbError::from)?;
    diff.map_err(|error| Rejection::for_good("payload_size", error.to_string()).into())
}

/// The mask of payload `sha256`, which must have `size`.
pub(crate) async fn mask_of(
    backend: &Backend,
    sha256: ContentHash,
    size: SizePx,
) -> Result<Mask, Problem> {
    let mask = checked_mask(backend, sha256, size).await;
    mask.map_err(Stop::into_problem)
}

/// The diff of two payloads of one tile.
pub(crate) async fn diff_of_payloads(
    backend: &Backend,
    from: ContentHash,
    to: ContentHash,
    size: SizePx,
) -> Result<MaskDiff, Problem> {
    let compared = async {
        let old = checked_mask(backend, from, size).await?;
        diff(Some(old), checked_mask(backend, to, size).await?).await
    };
    compared.await.map_err(Stop::into_problem)
}

/// What changed from `old` to `new`; without an old mask, from background.
pub(crate) async fn diff_of_masks(old: Option<Mask>, new: Mask) -> Result<MaskDiff, Problem> {
    diff(old, new).await.map_err(Stop::into_problem)
}

/// A mask of `size` with known classes, or why it is none.
pub(crate) fn checked_size(mask: Mask, size: SizePx) -> Result<Mask, Problem> {
    checked(mask, size).map_err(Into::into)
}

fn decode(bytes: &[u8], size: SizePx) -> Result<Mask, Rejection> {
    let mask = mask_from_payload(bytes)
        .map_err(|error| Rejection::for_good("payload_invalid", error.to_string()))?;
    checked(mask, size)
}

fn checked(mask: Mask, size: SizePx) -> Result<Mask, Rejection> {
    if mask.size() != size {
        let detail = format!(
            "the mask has {} × {} px and its tile has {} × {} px; it belongs to another tile",
            mask.size().width,
            mask.size().height,
            size.width,
            size.height
        );
        return Err(Rejection::for_good("payload_size", detail));
    }
    // The highest one is found at the speed of memory, which the first that is too high is not.
    let highest = mask.classes().iter().copied().fold(0, u8::max);
    match usize::from(highest) < LabelSchema::oct_layers().len() {
        true => Ok(mask),
        false => Err(Rejection::for_good(
            "payload_classes",
            "the mask uses classes that its schema does not have",
        )),
    }
}
