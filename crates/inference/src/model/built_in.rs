//! The default model, part of the binary: segmentation works with no file beside it.

/// The weights, f16.
pub(super) const WEIGHTS: &[u8] =
    include_bytes!("../../../../assets/models/fovea-oct-layers.safetensors");

/// The card.
pub(super) const CARD: &str = include_str!("../../../../assets/models/fovea-oct-layers.json");
