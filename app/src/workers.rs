//! What the interface needs from the workers behind it, as a port.

use fovea_annotation::TileId;
use fovea_editor::{Effect, Event};
use fovea_inference::DevicePictures;

/// Store, sync and inference, seen from the window's thread. Neither call may block.
pub trait Workers {
    /// Takes work. What comes of it arrives as events.
    fn run(&mut self, effect: Effect);
    /// The next report, if one has arrived.
    fn next_event(&mut self) -> Option<Event>;
    /// Mask and uncertainty of a tile that was just segmented on the graphics device, to be shown without reading them
    /// back. Given once; `None` when the model ran on the processor.
    fn take_device_pictures(&mut self, tile: TileId) -> Option<DevicePictures>;
}
