//! The model's newest result where the model left it on the graphics device, on its way from the store thread to the
//! canvas. One place, so a whole case that is segmented in the background holds one pair of pictures at most.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fovea_annotation::TileId;
use fovea_inference::DevicePictures;

/// Shared by the store thread, which fills it, and the window, which empties it.
#[derive(Clone, Default)]
pub(super) struct DeviceSlot(Arc<Mutex<Option<(TileId, DevicePictures)>>>);

impl DeviceSlot {
    /// Puts a result in place of the one before; without pictures (the model ran on the processor) the place is empty.
    pub(super) fn put(&self, tile: TileId, pictures: Option<DevicePictures>) {
        *self.lock() = pictures.map(|pictures| (tile, pictures));
    }

    /// The pictures of a tile, once.
    pub(super) fn take(&self, wanted: TileId) -> Option<DevicePictures> {
        let (_, pictures) = self.lock().take_if(|(tile, _)| *tile == wanted)?;
        Some(pictures)
    }

    /// A panic while the lock was held leaves a whole value: it is only ever replaced.
    fn lock(&self) -> MutexGuard<'_, Option<(TileId, DevicePictures)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
