//! Polylines and the segments they are drawn as.

use crate::Rgba;
use fovea_geometry::PointPx;

/// A connected line, such as a retinal layer border. A gap in a border is two polylines.
#[derive(Clone, Debug, PartialEq)]
pub struct Polyline {
    /// Corners, in image px.
    pub points_in_image: Vec<PointPx>,
    /// Colour.
    pub colour: Rgba,
    /// Width in UI points: it does not grow with the zoom.
    pub width_points: f32,
}

/// One segment as the vertex buffer holds it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct Segment {
    pub(crate) start_in_image: [f32; 2],
    pub(crate) end_in_image: [f32; 2],
    pub(crate) colour: Rgba,
    pub(crate) half_width_points: f32,
}

/// All segments; corners that are not finite numbers are left out together with the segments that meet there.
pub(crate) fn segments(lines: &[Polyline]) -> Vec<Segment> {
    let of_line = |line: &Polyline| {
        let (colour, half_width_points) = (line.colour, line.width_points / 2.0);
        line.points_in_image
            .windows(2)
            .map(move |ends| Segment {
                start_in_image: [ends[0].x, ends[0].y],
                end_in_image: [ends[1].x, ends[1].y],
                colour,
                half_width_points,
            })
            .filter(|segment| {
                segment
                    .start_in_image
                    .iter()
                    .chain(&segment.end_in_image)
                    .all(|v| v.is_finite())
            })
            .collect::<Vec<_>>()
    };
    lines.iter().flat_map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_that_is_no_number_opens_the_line() {
        let points = [
            (0.0, 1.0),
            (1.0, 1.0),
            (f32::NAN, 1.0),
            (3.0, 1.0),
            (4.0, 2.0),
        ];
        let line = Polyline {
            points_in_image: points.map(|(x, y)| PointPx::new(x, y)).to_vec(),
            colour: [1, 2, 3, 4],
            width_points: 3.0,
        };
        let segments = segments(&[line]);
        assert_eq!(segments.len(), 2);
        assert_eq!(segments[1].end_in_image, [4.0, 2.0]);
        assert_eq!(segments[0].half_width_points, 1.5);
    }
}
