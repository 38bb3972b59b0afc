//! One picture of one byte per pixel, and what of it the adapter lacks.

use crate::CanvasError;
use crate::dirty::DirtyRects;
use fovea_geometry::{RectPx, SizePx};

/// Longest side of a picture: every adapter that the UI runs on holds textures of this size.
pub(crate) const SIDE_MAX_PX: u32 = 8192;

/// The pixels are kept after the upload, so that parts can be merged and a lost device can be refilled.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    size: SizePx,
    pixels: Vec<u8>,
    dirty: DirtyRects,
}

impl Layer {
    /// A whole picture, all of it still to be uploaded. `name` is for the error only.
    pub(crate) fn new(
        name: &'static str,
        size: SizePx,
        pixels: &[u8],
    ) -> Result<Self, CanvasError> {
        check_size(size)?;
        if pixels.len() != size.len() {
            return Err(CanvasError::WrongLength {
                layer: name,
                width: size.width,
                height: size.height,
                expected: size.len(),
                actual: pixels.len(),
            });
        }
        let mut layer = Self {
            size,
            pixels: pixels.to_vec(),
            dirty: DirtyRects::default(),
        };
        layer.mark_all();
        Ok(layer)
    }

    pub(crate) fn size(&self) -> SizePx {
        self.size
    }

    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Replaces the pixels of `rect`, given row after row without gaps.
    pub(crate) fn replace(
        &mut self,
        name: &'static str,
        rect: RectPx,
        rows: &[u8],
    ) -> Result<(), CanvasError> {
        if rect.intersect(RectPx::of_size(self.size)) != rect {
            return Err(CanvasError::OutsideMask {
                rect,
                size: self.size,
            });
        }
        let (width, height) = (rect.width(), rect.height());
        let expected = SizePx::new(width, height).len();
        if rows.len() != expected {
            return Err(CanvasError::WrongLength {
                layer: name,
                width,
                height,
                expected,
                actual: rows.len(),
            });
        }
        for (y, row) in (rect.y0..rect.y1).zip(rows.chunks_exact(width.max(1) as usize)) {
            let start = self.size.index(rect.x0, y);
            self.pixels[start..start + row.len()].copy_from_slice(row);
        }
        self.dirty.add(rect);
        Ok(())
    }

    /// Everything has to be uploaded again.
    pub(crate) fn mark_all(&mut self) {
        self.dirty.set_all(RectPx::of_size(self.size));
    }

    /// Gives each part that has to be uploaded to `upload`, with the whole picture's pixels.
    pub(crate) fn drain_dirty(&mut self, mut upload: impl FnMut(RectPx, &[u8])) {
        for rect in self.dirty.take() {
            upload(rect, &self.pixels);
        }
    }
}

/// Refuses sizes that no texture can have.
pub(crate) fn check_size(size: SizePx) -> Result<(), CanvasError> {
    let is_usable = !size.is_empty() && size.width <= SIDE_MAX_PX && size.height <= SIDE_MAX_PX;
    if is_usable {
        Ok(())
    } else {
        Err(CanvasError::UnusableSize(size))
    }
}
