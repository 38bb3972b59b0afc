//! From a B-scan to mask, uncertainty and score.

mod device_pictures;
mod join;
mod maps;
mod result;
mod run;
mod tiling;

pub use device_pictures::{DeviceBuffer, DevicePictures};
pub use result::{SegmentError, Segmentation};
pub use run::TILE_SIDE_PX_MAX;
pub use tiling::TileShape;
