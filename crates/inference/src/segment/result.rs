//! What segmentation gives, and why it may give nothing.

use fovea_annotation::{ContentHash, Mask, TileFigures, TileScore, UncertaintyMap};
use thiserror::Error;

use super::DevicePictures;

/// The model's answer for one B-scan.
#[derive(Clone, Debug)]
pub struct Segmentation {
    /// Most probable class per pixel.
    pub mask: Mask,
    /// Normalised entropy per pixel.
    pub uncertainty: UncertaintyMap,
    /// What the score follows from.
    pub figures: TileFigures,
    /// How much the scan deserves a look.
    pub score: TileScore,
    /// Identity of the weights.
    pub model_digest: ContentHash,
    /// Wall time in ms.
    pub elapsed_ms: f32,
    /// The same two pictures in buffers of the shared graphics device, when the model ran there.
    pub on_device: Option<DevicePictures>,
}

/// Why a B-scan was not segmented.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// No pixel.
    #[error("The B-scan has no pixels, so there is nothing to segment; import it again.")]
    Empty,
    /// More pixels than the program accepts for one B-scan.
    #[error(
        "The B-scan is {width} × {height} pixels, more than can be segmented; export it at its original size."
    )]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The buffer does not hold what the size says.
    #[error("The B-scan is damaged: its pixels do not fill its size; import it again.")]
    WrongLength,
    /// The user stopped it.
    #[error("Segmentation was stopped.")]
    Cancelled,
    /// The device failed.
    #[error(
        "The model failed on this device ({what}); choose the processor with FOVEA_INFERENCE=cpu and try again."
    )]
    Device {
        /// What the device said.
        what: String,
    },
}
