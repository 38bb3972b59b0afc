//! Checking an offered label version; the diff is counted here, from the blobs.

use fovea_annotation::MaskDiff;
use fovea_protocol::VersionOffer;

use super::known::Known;
use super::masks::{checked_mask, diff};
use super::rejection::{Rejection, Stop};
use crate::backend::Backend;

/// Checks a version and returns its diff against the first parent, or against background when there is none.
pub(super) async fn check_version(
    backend: &Backend,
    known: &Known,
    version: &VersionOffer,
) -> Result<MaskDiff, Stop> {
    let sealed = version.clone().into_version(MaskDiff::default());
    sealed
        .verify()
        .map_err(|error| Rejection::for_good("version_invalid", error.to_string()))?;
    let size = known.tile_size(backend, version.tile_id).await?;
    let mask = checked_mask(backend, version.payload, size).await?;
    let mut parents = Vec::with_capacity(version.parents.len());
    for &parent in &version.parents {
        parents.push(
            known
                .parent_payload(backend, parent, version.tile_id)
                .await?,
        );
    }
    let old = match parents.first() {
        Some(&payload) => Some(checked_mask(backend, payload, size).await?),
        None => None,
    };
    diff(old, mask).await
}
