//! The segmentation network: a U-Net that works at half resolution.
//!
//! A B-scan enters as its four 2×2 phases (space to depth), so nothing of it is lost and every convolution sees a
//! quarter of the pixels; the head answers with the logits of the four phases, which are laid out again to full
//! resolution (sub-pixel convolution, Shi et al. 2016, arXiv 1609.05158). The body is a U-Net (Ronneberger et al.
//! 2015, arXiv 1505.04597) with batch normalisation and repetition in place of transposed convolution.

mod arch;
mod unet;

pub use arch::{Architecture, ArchitectureError};
pub use unet::OctUnet;
