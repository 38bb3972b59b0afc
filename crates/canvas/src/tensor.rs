//! Results that inference left on the adapter.

use crate::CanvasError;
use fovea_geometry::SizePx;
use fovea_gpu::wgpu;
use std::any::Any;
use std::sync::Arc;

/// A row-major tensor of 4-byte elements in a buffer of the shared device.
///
/// The commands that fill the buffer must have been submitted to the shared queue before this is handed over
/// (burn: flush the client). Then the queue's order is all the synchronisation there is need of.
#[derive(Clone, Debug)]
pub struct TensorBuffer {
    /// The buffer, usable as `STORAGE`. It may be a page that holds other tensors too.
    pub buffer: wgpu::Buffer,
    /// Where the tensor begins, in bytes; a multiple of 4.
    pub offset_bytes: u64,
    /// Elements from one row to the next; at least the picture's width.
    pub row_stride: u32,
    /// Keeps the memory from being given to another tensor. Dropped after the copy was submitted.
    pub keep_alive: Arc<dyn Any + Send + Sync>,
}

impl TensorBuffer {
    /// Checks that a picture of `size` can be read from the buffer by a shader.
    pub(crate) fn check(&self, name: &'static str, size: SizePx) -> Result<(), CanvasError> {
        let elements = u64::from(self.row_stride) * u64::from(size.height.saturating_sub(1))
            + u64::from(size.width);
        let end = elements
            .checked_mul(4)
            .and_then(|bytes| bytes.checked_add(self.offset_bytes));
        let is_usable = self.offset_bytes.is_multiple_of(4)
            && self.row_stride >= size.width
            && end.is_some_and(|end| end <= self.buffer.size())
            && self.buffer.usage().contains(wgpu::BufferUsages::STORAGE);
        if is_usable {
            Ok(())
        } else {
            Err(CanvasError::UnusableTensor(name))
        }
    }
}

/// One tile's results. A picture that is `None` leaves its layer as it is.
#[derive(Clone, Debug, Default)]
pub struct TensorPictures {
    /// Class indices, `i32` or `u32`.
    pub classes: Option<TensorBuffer>,
    /// Uncertainty, `f32` from 0 to 1.
    pub uncertainty: Option<TensorBuffer>,
}
