//! The transform between the picture and the viewport that shows it.

use crate::{PointPx, SizePx};
use serde::{Deserialize, Serialize};

/// `view = image * scale + offset`, with the view measured from the viewport's top left corner.
///
/// `scale_x` and `scale_y` differ when pixels are shown with their physical aspect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewFromImage {
    /// UI points per image px, to the right.
    pub scale_x: f32,
    /// UI points per image px, downwards.
    pub scale_y: f32,
    /// Where the picture's left edge lies, in UI points.
    pub offset_x: f32,
    /// Where the picture's top edge lies, in UI points.
    pub offset_y: f32,
}

/// Smallest and largest scale that zooming can reach, in UI points per image px.
const SCALE_MIN: f32 = 0.02;
const SCALE_MAX: f32 = 64.0;

impl ViewFromImage {
    /// Shows the whole picture, centred; `aspect` is the height of a pixel over its width.
    pub fn fit(image: SizePx, viewport_width: f32, viewport_height: f32, aspect: f32) -> Self {
        let (image_width, image_height) = (
            image.width.max(1) as f32,
            image.height.max(1) as f32 * aspect,
        );
        let scale = (viewport_width / image_width)
            .min(viewport_height / image_height)
            .clamp(SCALE_MIN, SCALE_MAX);
        Self {
            scale_x: scale,
            scale_y: scale * aspect,
            offset_x: (viewport_width - image_width * scale) / 2.0,
            offset_y: (viewport_height - image_height * scale) / 2.0,
        }
    }

    /// Where an image point is seen.
    pub fn view_from_image(self, p: PointPx) -> (f32, f32) {
        (
            p.x * self.scale_x + self.offset_x,
            p.y * self.scale_y + self.offset_y,
        )
    }

    /// Which image point is seen at a view position.
    pub fn image_from_view(self, x: f32, y: f32) -> PointPx {
        PointPx::new(
            (x - self.offset_x) / self.scale_x,
            (y - self.offset_y) / self.scale_y,
        )
    }

    /// Zooms by `factor` so that the image point under `(x, y)` stays there.
    pub fn zoomed_at(self, x: f32, y: f32, factor: f32) -> Self {
        let fixed = self.image_from_view(x, y);
        let factor = factor.clamp(SCALE_MIN / self.scale_x, SCALE_MAX / self.scale_x);
        let (scale_x, scale_y) = (self.scale_x * factor, self.scale_y * factor);
        Self {
            scale_x,
            scale_y,
            offset_x: x - fixed.x * scale_x,
            offset_y: y - fixed.y * scale_y,
        }
    }

    /// Moves the picture by UI points.
    pub fn panned(self, dx: f32, dy: f32) -> Self {
        Self {
            offset_x: self.offset_x + dx,
            offset_y: self.offset_y + dy,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn zoom_keeps_the_point_under_the_pointer(x in 0.0f32..800.0, y in 0.0f32..600.0, factor in 0.2f32..5.0) {
            let view = ViewFromImage::fit(SizePx::new(512, 496), 800.0, 600.0, 1.0);
            let before = view.image_from_view(x, y);
            let after = view.zoomed_at(x, y, factor).image_from_view(x, y);
            prop_assert!((before.x - after.x).abs() < 0.05 && (before.y - after.y).abs() < 0.05);
        }

        #[test]
        fn view_and_image_are_inverse(x in -50.0f32..600.0, y in -50.0f32..600.0) {
            let view = ViewFromImage::fit(SizePx::new(300, 480), 640.0, 480.0, 0.5).panned(3.0, -7.0);
            let (vx, vy) = view.view_from_image(PointPx::new(x, y));
            let back = view.image_from_view(vx, vy);
            prop_assert!((back.x - x).abs() < 0.01 && (back.y - y).abs() < 0.01);
        }
    }
}
