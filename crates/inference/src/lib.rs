//! burn: models, weight loading, tiling, uncertainty, training; one pinned worker thread.

mod fused;
mod input;
mod kernels;
mod net;
mod predict;
pub mod train;
mod weights;

pub use input::InputScale;
pub use net::{Architecture, ArchitectureError, OctUnet};
pub use weights::LoadError;
