//! burn: models, weight loading, tiling, uncertainty, training; one pinned worker thread.
//!
//! [`Model`] is a network with its card, loaded from checked bytes onto one device; [`Model::segment`] turns a B-scan
//! into mask, uncertainty and score. [`Segmenter`] runs a model on its own thread behind a bounded queue, which is how
//! the application uses it. [`preflight()`] says what this machine can do. [`train`] makes the default model.
//!
//! Where inference runs is decided by `fovea-gpu`'s report on the adapter; results computed on the shared graphics
//! device are handed to the canvas as buffers ([`DevicePictures`]) without a way through main memory.

mod device;
mod fused;
mod input;
mod kernels;
mod model;
mod net;
mod predict;
mod preflight;
mod segment;
mod segmenter;
mod threads;
pub mod train;
mod weights;

pub use device::{ComputeDevice, choose_device, cpu_device, gpu_device};
pub use input::InputScale;
pub use model::{
    ClassFigure, Figures, Model, ModelCard, TrainingRecord, WEIGHT_FILE_BYTES_MAX, built_in_digest,
};
pub use net::{Architecture, ArchitectureError, OctUnet};
pub use preflight::{PreflightReport, preflight};
pub use segment::{
    DeviceBuffer, DevicePictures, SegmentError, Segmentation, TILE_SIDE_PX_MAX, TileShape,
};
pub use segmenter::{ModelSource, SEGMENTER_QUEUE_MAX, Segmenter, SegmenterEvent, SubmitError};
pub use threads::limit_threads;
pub use weights::LoadError;
