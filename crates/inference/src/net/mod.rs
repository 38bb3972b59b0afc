//! The segmentation network: a U-Net that works at half resolution.
//!
//! A B-scan enters as its four 2×2 phases (space to depth), so nothing of it is lost and every convolution sees a
//! quarter of the pixels; the head answers with the logits of the four phases, which are laid out again to full
//! resolution (sub-pixel convolution, Shi et al. 2016, arXiv 1609.05158). The body is a U-Net (Ronneberger et al.
//! 2015, arXiv 1505.04597) with batch normalisation and repetition in place of transposed convolution.
//!
//! Why so: the default model is trained on two processor cores. A U-Net of 16 channels at full resolution costs 1.5 s per
//! step and 256² crop there with the backend's general gradients; this one, with the operations of [`crate::fused`], a
//! fifth of a second, and learns the seven layers from some ten thousand crops. Layers are told apart by the texture and
//! order of what lies around them, so the reach of three poolings (116 px) matters more than width.

mod arch;
mod unet;

pub use arch::{Architecture, ArchitectureError};
pub use unet::OctUnet;
