//! What content the canvas refuses.

use fovea_geometry::{RectPx, SizePx};

/// Why content was refused. The content shown before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanvasError {
    /// The number of bytes is not the number of pixels.
    #[error(
        "A {layer} of {width} x {height} pixels needs {expected} bytes but came with {actual}: give one byte per pixel."
    )]
    WrongLength {
        /// Which layer.
        layer: &'static str,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that such a size needs.
        expected: usize,
        /// Bytes that came.
        actual: usize,
    },
    /// A layer does not cover the picture exactly.
    #[error(
        "The {layer} is {size:?} but the picture under it is {image:?}: they must be the same."
    )]
    SizeMismatch {
        /// Which layer.
        layer: &'static str,
        /// Its size.
        size: SizePx,
        /// The picture's size.
        image: SizePx,
    },
    /// There is nothing to show, or more than a texture can hold.
    #[error("A picture of {0:?} cannot be shown: each side must have between 1 and {max} pixels.", max = crate::layer::SIDE_MAX_PX)]
    UnusableSize(SizePx),
    /// A layer came before the picture it belongs to.
    #[error("The {0} came before a picture was set: set the picture first.")]
    NoImage(&'static str),
    /// A part of the mask changed, but its whole is not known here.
    #[error("A part of the mask changed but the whole mask was never set: set it first.")]
    NoMask,
    /// A changed part lies outside the mask.
    #[error("The changed part {rect:?} lies outside a mask of {size:?}.")]
    OutsideMask {
        /// What changed.
        rect: RectPx,
        /// The mask's size.
        size: SizePx,
    },
    /// A tensor's buffer is smaller than its layout says, or may not be read by a shader.
    #[error("The tensor for the {0} does not fit into its buffer or cannot be read by a shader.")]
    UnusableTensor(&'static str),
}
