//! The default model, part of the binary: segmentation works with no file beside it.

use std::sync::LazyLock;

use fovea_annotation::ContentHash;

/// The weights, f16.
pub(super) const WEIGHTS: &[u8] =
    include_bytes!("../../../../assets/models/fovea-oct-layers.safetensors");

/// The card.
pub(super) const CARD: &str = include_str!("../../../../assets/models/fovea-oct-layers.json");

/// SHA-256 of the weights that this program carries: what [`crate::Model::digest`] says of the built-in model, without
/// loading it.
pub fn built_in_digest() -> ContentHash {
    static DIGEST: LazyLock<ContentHash> = LazyLock::new(|| ContentHash::of(WEIGHTS));
    *DIGEST
}
