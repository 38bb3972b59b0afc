//! Sizes and points in image pixels.

use serde::{Deserialize, Serialize};

/// Width and height of a picture in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SizePx {
    /// Columns: A-scans of a B-scan.
    pub width: u32,
    /// Rows: depth samples of an A-scan.
    pub height: u32,
}

impl SizePx {
    /// A size of `width` × `height` pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels. `usize` holds it on every supported (64-bit) target.
    pub const fn len(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// True when there is no pixel at all.
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Row-major index of the pixel in column `x`, row `y`; the caller keeps both inside.
    pub const fn index(self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }
}

/// A point in image pixels; the centre of pixel `(x, y)` is `(x + 0.5, y + 0.5)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PointPx {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl PointPx {
    /// The point at `x`, `y`.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The pixel that holds this point, if it lies inside a picture of `size`.
    pub fn pixel_in(self, size: SizePx) -> Option<(u32, u32)> {
        let inside = self.x >= 0.0
            && self.y >= 0.0
            && self.x < size.width as f32
            && self.y < size.height as f32;
        inside.then_some((self.x as u32, self.y as u32))
    }
}
