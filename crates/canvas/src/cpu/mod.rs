//! The same pixels on the processor: the twin that the shaders are tested against, and a way to make a picture on a
//! machine with no adapter.

mod compose;
mod overlay;
mod tensor;

pub use tensor::{classes_cpu, unit_cpu};

use crate::lines::segments;
use crate::uniforms::{ComposeParams, OverlayParams, compose_flags};
use crate::{CanvasContent, CanvasFrame};

/// The viewport's pixels, row by row: straight from the blending, premultiplied and sRGB-encoded RGBA. Transparent
/// where there is no picture.
///
/// Layers that are only on the adapter are drawn as if every value were 0.
pub fn compose_cpu(content: &CanvasContent, frame: &CanvasFrame) -> Vec<u8> {
    let (width, height) = (frame.viewport.width_px, frame.viewport.height_px);
    let compose = compose::Compose {
        params: ComposeParams::new(content, frame),
        flags: compose_flags(content, frame, false),
        content,
    };
    let overlay = overlay::Overlay {
        params: OverlayParams::new(frame, false),
    };
    let segments = if frame.lines.is_visible {
        segments(&content.lines)
    } else {
        Vec::new()
    };
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let point_in_view = [x as f32 + 0.5, y as f32 + 0.5];
            let mut target = Target::default();
            if content.image.is_some() {
                target.blend(compose.pixel(point_in_view));
            }
            for segment in &segments {
                target.blend(overlay.line(segment, point_in_view));
            }
            if frame.cursor.is_some() {
                target.blend(overlay.cursor(point_in_view));
            }
            pixels.extend_from_slice(&target.0);
        }
    }
    pixels
}

/// A pixel of an 8-bit target: every blending is rounded, as the adapter rounds it.
#[derive(Clone, Copy, Debug, Default)]
struct Target([u8; 4]);

impl Target {
    /// Blends a straight colour over what is there.
    fn blend(&mut self, [r, g, b, alpha]: [f32; 4]) {
        if alpha <= 0.0 {
            return;
        }
        for (channel, value) in self
            .0
            .iter_mut()
            .zip([r * alpha, g * alpha, b * alpha, alpha])
        {
            let blended = value + f32::from(*channel) / 255.0 * (1.0 - alpha);
            *channel = (blended.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    }
}
