//! Polygons to pixels.

use std::ops::Range;

use fovea_geometry::SizePx;

use crate::ReadError;

/// Most crossings of an outline with the rows of the picture: far beyond any outline of a picture within the
/// budget, and few enough to sort in a moment.
const CROSSINGS_MAX: usize = 1 << 23;

/// Row-major index ranges of the pixels whose **centres** lie inside the closed polygon through `points`, by the
/// even-odd rule. Points are `[x, y]` in px from the top left corner of the picture; the centre of the first pixel
/// is (0.5, 0.5). A centre exactly on the outline is inside on the left and top sides and outside on the others.
///
/// What lies beyond the picture is cut off. `place` names the polygon when a coordinate is not finite.
pub(crate) fn polygon_ranges(
    points: &[[f64; 2]],
    size: SizePx,
    format: &'static str,
    place: &str,
) -> Result<Vec<Range<usize>>, ReadError> {
    if points.iter().flatten().any(|value| !value.is_finite()) {
        let what = "a coordinate is not a finite number";
        return Err(ReadError::field(format, place, what));
    }
    let mut crossings = Vec::new();
    let next = points.iter().cycle().skip(1);
    for (a, b) in points.iter().zip(next) {
        let rows = rows_crossed(a[1], b[1], size.height);
        if crossings.len() + rows.len() > CROSSINGS_MAX {
            return Err(ReadError::over(
                &format!("The outline at {place}"),
                "more crossings with pixel rows".to_owned(),
                format!("{CROSSINGS_MAX} crossings"),
            ));
        }
        for row in rows {
            crossings.push((row, first_column(*a, *b, row, size.width)));
        }
    }
    crossings.sort_unstable();
    // A closed line crosses each row an even number of times, so neighbours pair up within their row.
    let width = size.width as usize;
    let range = |pair: &[(u32, u32)]| {
        let start = pair[0].0 as usize * width;
        start + pair[0].1 as usize..start + pair[1].1 as usize
    };
    Ok(crossings
        .chunks_exact(2)
        .map(range)
        .filter(|range| !range.is_empty())
        .collect())
}

/// As [`polygon_ranges`], for the pixels whose centres lie in the circle around `centre` through `on_edge`.
pub(crate) fn disc_ranges(
    centre: [f64; 2],
    on_edge: [f64; 2],
    size: SizePx,
    format: &'static str,
    place: &str,
) -> Result<Vec<Range<usize>>, ReadError> {
    let radius = (on_edge[0] - centre[0]).hypot(on_edge[1] - centre[1]);
    if !radius.is_finite() {
        let what = "its circle is not finite";
        return Err(ReadError::field(format, place, what));
    }
    let rows = rows_crossed(centre[1] - radius, centre[1] + radius, size.height);
    let first = |x: f64| ((x - 0.5).ceil() as u32).min(size.width) as usize;
    let range = |row: u32| {
        let apart = f64::from(row) + 0.5 - centre[1];
        let half = ((radius - apart) * (radius + apart)).max(0.0).sqrt();
        let start = row as usize * size.width as usize;
        start + first(centre[0] - half)..start + first(centre[0] + half)
    };
    Ok(rows.map(range).filter(|range| !range.is_empty()).collect())
}

/// Rows whose centre line the edge crosses, upper end included, lower end not: a corner counts once.
fn rows_crossed(y0: f64, y1: f64, height: u32) -> Range<u32> {
    // Casts saturate; `min` keeps the row inside the picture.
    let first = |y: f64| ((y - 0.5).ceil() as u32).min(height);
    first(y0.min(y1))..first(y0.max(y1))
}

/// The first column whose centre is at or right of where the edge crosses the centre line of `row`.
fn first_column(a: [f64; 2], b: [f64; 2], row: u32, width: u32) -> u32 {
    // Always from the upper end, so that polygons that share an edge share no pixel and leave none out.
    let (top, bottom) = if a[1] < b[1] { (a, b) } else { (b, a) };
    // Each coordinate is halved, so that the difference of two huge ones is still finite.
    let share = (0.5 * (f64::from(row) + 0.5) - 0.5 * top[1]) / (0.5 * bottom[1] - 0.5 * top[1]);
    let x = top[0] * (1.0 - share) + bottom[0] * share;
    ((x - 0.5).ceil() as u32).min(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: SizePx = SizePx::new(8, 6);

    fn filled(points: &[[f64; 2]]) -> Vec<bool> {
        let mut pixels = vec![false; SIZE.len()];
        for range in polygon_ranges(points, SIZE, "test", "polygon").expect("finite") {
            pixels[range].fill(true);
        }
        pixels
    }

    /// Crossing number of a ray to the left, straight from the definition.
    fn inside(points: &[[f64; 2]], x: f64, y: f64) -> bool {
        let next = points.iter().cycle().skip(1);
        let crossed = points.iter().zip(next).filter(|(a, b)| {
            let (a, b) = if a[1] < b[1] { (a, b) } else { (b, a) };
            let share = (y - a[1]) / (b[1] - a[1]);
            a[1] <= y && y < b[1] && a[0] * (1.0 - share) + b[0] * share <= x
        });
        crossed.count() % 2 == 1
    }

    proptest! {
        #[test]
        fn pixels_are_those_whose_centre_is_inside(
            points in prop::collection::vec((-4.0..12.0_f64, -4.0..10.0_f64), 0..12)
        ) {
            let points: Vec<[f64; 2]> = points.into_iter().map(|(x, y)| [x, y]).collect();
            let pixels = filled(&points);
            for y in 0..SIZE.height {
                for x in 0..SIZE.width {
                    let expected = inside(&points, f64::from(x) + 0.5, f64::from(y) + 0.5);
                    prop_assert_eq!(pixels[SIZE.index(x, y)], expected, "{} {}", x, y);
                }
            }
        }
    }

    #[test]
    fn whole_pixel_rectangles_are_exact() {
        let pixels = filled(&[[1.0, 2.0], [4.0, 2.0], [4.0, 5.0], [1.0, 5.0]]);
        let count = pixels.iter().filter(|inside| **inside).count();
        assert!(count == 9 && pixels[SIZE.index(1, 2)] && pixels[SIZE.index(3, 4)]);
    }

    #[test]
    fn discs_hold_the_centres_within_the_radius() {
        let (centre, radius) = ([3.7, 2.9], 2.4);
        let mut pixels = vec![false; SIZE.len()];
        let on_edge = [centre[0], centre[1] + radius];
        for range in disc_ranges(centre, on_edge, SIZE, "test", "circle").expect("finite") {
            pixels[range].fill(true);
        }
        for y in 0..SIZE.height {
            for x in 0..SIZE.width {
                let apart = (f64::from(x) + 0.5 - centre[0]).hypot(f64::from(y) + 0.5 - centre[1]);
                assert_eq!(pixels[SIZE.index(x, y)], apart < radius, "{x} {y}");
            }
        }
        assert!(disc_ranges([1e308, 0.0], [-1e308, 0.0], SIZE, "test", "circle").is_err());
    }

    #[test]
    fn degenerate_and_huge_outlines_are_survived() {
        for points in [
            vec![],
            vec![[1.0, 1.0]],
            vec![[1.0, 1.0], [5.0, 4.0]],
            vec![[3.0, 3.0]; 9],
        ] {
            assert!(filled(&points).iter().all(|inside| !inside), "{points:?}");
        }
        let all = [
            [-1e308, -1e308],
            [1e308, -1e308],
            [1e308, 1e308],
            [-1e308, 1e308],
        ];
        assert!(filled(&all).iter().all(|inside| *inside));
        assert!(polygon_ranges(&[[f64::NAN, 0.0]], SIZE, "test", "polygon").is_err());
    }

    #[test]
    fn a_million_points_take_a_moment() {
        let size = SizePx::new(1_000, 500);
        let circle: Vec<[f64; 2]> = (0..1_000_000)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 1e6)
            .map(|angle| [500.0 + 200.0 * angle.cos(), 250.0 + 200.0 * angle.sin()])
            .collect();
        let ranges = polygon_ranges(&circle, size, "test", "polygon").expect("few crossings");
        let area: usize = ranges.iter().map(ExactSizeIterator::len).sum();
        assert!(
            (area as f64 - std::f64::consts::PI * 4e4).abs() < 40.0,
            "{area}"
        );
        let zigzag: Vec<[f64; 2]> = (0..1_000_000)
            .map(|i| [f64::from(i), if i % 2 == 0 { -1.0 } else { 501.0 }])
            .collect();
        let error = polygon_ranges(&zigzag, size, "test", "polygon").expect_err("too many");
        assert!(
            error
                .to_string()
                .contains("over the limit of 8388608 crossings")
        );
    }
}
