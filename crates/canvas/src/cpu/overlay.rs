//! Twin of lines.wgsl and cursor.wgsl.

use crate::lines::Segment;
use crate::uniforms::OverlayParams;

/// Width in physical px of the rim on either side of the cursor's ring.
const RIM_PX: f32 = 1.0;

/// What the overlay shaders see.
pub(super) struct Overlay {
    pub(super) params: OverlayParams,
}

impl Overlay {
    /// Straight colour of a segment at a point of the viewport.
    pub(super) fn line(&self, segment: &Segment, point_in_view: [f32; 2]) -> [f32; 4] {
        let start = self.view_from_image(segment.start_in_image);
        let end = self.view_from_image(segment.end_in_image);
        let half_width = segment.half_width_points * self.params.style[3];
        let covered = capsule_coverage(point_in_view, start, end, half_width);
        let [r, g, b, a] = segment.colour.map(|v| f32::from(v) / 255.0);
        [r, g, b, a * covered * self.params.style[0]]
    }

    /// Straight colour of the brush cursor at a point of the viewport.
    pub(super) fn cursor(&self, point_in_view: [f32; 2]) -> [f32; 4] {
        let distance = self.distance_to_border(point_in_view).abs();
        let half_width = self.params.style[2];
        let ring = (half_width + 0.5 - distance).clamp(0.0, 1.0) * self.params.cursor_colour[3];
        let rim =
            (half_width + RIM_PX + 0.5 - distance).clamp(0.0, 1.0) * self.params.cursor_rim[3];
        let alpha = ring + rim * (1.0 - ring);
        if alpha <= 0.0 {
            return [0.0; 4];
        }
        let channel = |i: usize| {
            (self.params.cursor_colour[i] * ring + self.params.cursor_rim[i] * rim * (1.0 - ring))
                / alpha
        };
        [channel(0), channel(1), channel(2), alpha]
    }

    fn view_from_image(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [scale_x, scale_y, offset_x, offset_y] = self.params.scale_and_offset;
        [x * scale_x + offset_x, y * scale_y + offset_y]
    }

    fn distance_to_border(&self, point_in_view: [f32; 2]) -> f32 {
        let [scale_x, scale_y, ..] = self.params.scale_and_offset;
        let [centre_x, centre_y, brush_radius, _] = self.params.cursor;
        let centre = self.view_from_image([centre_x, centre_y]);
        let (x, y) = (
            (point_in_view[0] - centre[0]) / scale_x,
            (point_in_view[1] - centre[1]) / scale_y,
        );
        let radius = x.hypot(y);
        if radius < 1e-6 {
            return -brush_radius * scale_x.min(scale_y);
        }
        (radius - brush_radius) / (x / (radius * scale_x)).hypot(y / (radius * scale_y))
    }
}

fn capsule_coverage(point: [f32; 2], start: [f32; 2], end: [f32; 2], half_width: f32) -> f32 {
    let along = [end[0] - start[0], end[1] - start[1]];
    let from_start = [point[0] - start[0], point[1] - start[1]];
    let length_squared = (along[0] * along[0] + along[1] * along[1]).max(1e-12);
    let t =
        ((from_start[0] * along[0] + from_start[1] * along[1]) / length_squared).clamp(0.0, 1.0);
    let distance = (from_start[0] - along[0] * t).hypot(from_start[1] - along[1] * t);
    (half_width + 0.5 - distance).clamp(0.0, 1.0)
}
