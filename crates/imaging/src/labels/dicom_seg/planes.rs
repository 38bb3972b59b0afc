//! Frames put to the B-scans in whose planes they lie.

use super::FORMAT;
use crate::{Plane, ReadError};

/// How far a frame may lie from its B-scan, as a share of the least distance between B-scans or between frames.
const TOLERANCE: f64 = 0.1;
/// The most of it, for B-scans that lie far apart: no more than what is lost when numbers are written as text.
const TOLERANCE_MAX_MM: f64 = 0.05;
/// Planes nearer than this are at one place.
const SAME_PLACE_MM: f64 = 1e-3;
/// Largest difference of the components of unit vectors, about a twentieth of a degree.
const TOLERANCE_OF_DIRECTION: f64 = 1e-3;
/// Planes are looked up by their place along this line, which is square to no axis and to no common raster.
const ALONG: [f64; 3] = [0.536_1, 0.623_7, 0.568_9];

/// The B-scan in whose plane each frame lies: the same corner, rows and columns. Refuses frames that lie in none or in
/// more than one.
pub(super) fn by_plane(frames: &[Plane], bscans: &[Plane]) -> Result<Vec<u32>, ReadError> {
    let tolerance_mm = tolerance_mm(frames, bscans);
    let mut sorted: Vec<(f64, u32, &Plane)> = bscans
        .iter()
        .zip(0..)
        .map(|(plane, bscan)| (place(plane), bscan, plane))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bscan_of = |(number, frame): (usize, &Plane)| {
        let at = place(frame);
        let first = sorted.partition_point(|(place, ..)| *place < at - tolerance_mm);
        let near = sorted[first..]
            .iter()
            .take_while(|(place, ..)| *place <= at + tolerance_mm);
        let mut same = near.filter(|(.., plane)| are_same(frame, plane, tolerance_mm));
        match (same.next(), same.next()) {
            (Some((_, bscan, _)), None) => Ok(*bscan),
            (Some(_), Some(_)) => Err(misplaced(format!(
                "frame {} in the plane of several B-scans of the scan",
                number + 1
            ))),
            (None, _) => Err(misplaced(format!(
                "frame {} in the plane of no B-scan of the scan (the nearest begins {:.3} mm away)",
                number + 1,
                nearest_mm(frame, bscans)
            ))),
        }
    };
    frames.iter().enumerate().map(bscan_of).collect()
}

fn misplaced(feature: String) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature,
        advice: "choose the scan that it was made for, or export it with references to the frames of the scan",
    }
}

fn tolerance_mm(frames: &[Plane], bscans: &[Plane]) -> f64 {
    let neighbours = frames.windows(2).chain(bscans.windows(2));
    let apart = neighbours.map(|pair| distance_mm(&pair[0], &pair[1]));
    let least = apart
        .filter(|mm| *mm > SAME_PLACE_MM)
        .fold(f64::INFINITY, f64::min);
    TOLERANCE_MAX_MM.min(TOLERANCE * least)
}

fn place(plane: &Plane) -> f64 {
    let parts = plane.position_mm.iter().zip(ALONG);
    parts.map(|(mm, along)| mm * along).sum()
}

fn are_same(a: &Plane, b: &Plane, tolerance_mm: f64) -> bool {
    let mut directions = a.orientation.iter().zip(b.orientation);
    distance_mm(a, b) <= tolerance_mm
        && directions.all(|(a, b)| (a - b).abs() <= TOLERANCE_OF_DIRECTION)
}

fn distance_mm(a: &Plane, b: &Plane) -> f64 {
    let apart = a.position_mm.iter().zip(b.position_mm);
    apart.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn nearest_mm(frame: &Plane, bscans: &[Plane]) -> f64 {
    let apart = bscans.iter().map(|bscan| distance_mm(frame, bscan));
    apart.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(position_mm: [f64; 3], angle: f64) -> Plane {
        Plane {
            position_mm,
            orientation: [angle.cos(), 0.0, angle.sin(), 0.0, 1.0, 0.0],
        }
    }

    fn stack(places: &[f64]) -> Vec<Plane> {
        places.iter().map(|z| plane([1.0, 2.0, *z], 0.0)).collect()
    }

    #[test]
    fn frames_lie_where_their_b_scans_lie() {
        let down = stack(&[0.0, -0.12, -0.24, -0.36]);
        let frames = stack(&[-0.359, -0.24, 0.001]);
        assert_eq!(by_plane(&frames, &down).expect("near"), [3, 2, 0]);
        let star: Vec<Plane> = (0..5)
            .map(f64::from)
            .map(|at| plane([at.sin(), 0.0, at.cos()], at))
            .collect();
        let frames = [star[4], star[1]];
        assert_eq!(by_plane(&frames, &star).expect("its own"), [4, 1]);
        assert_eq!(by_plane(&down[..1], &down[..1]).expect("its own"), [0]);
    }

    #[test]
    fn frames_elsewhere_are_refused() {
        let down = stack(&[0.0, -0.12, -0.24]);
        let turned = [plane([1.0, 2.0, -0.12], 0.1)];
        let twice = stack(&[0.0, 0.0, -0.12]);
        let far = stack(&[-99.0, 103.0]);
        for (frames, bscans, expected) in [
            (
                &stack(&[-0.06])[..],
                &down,
                "frame 1 in the plane of no B-scan of the scan (the nearest begins 0.060 mm away)",
            ),
            (
                &turned[..],
                &down,
                "frame 1 in the plane of no B-scan of the scan (the nearest begins 0.000 mm away)",
            ),
            (
                &stack(&[104.0])[..],
                &far,
                "frame 1 in the plane of no B-scan of the scan (the nearest begins 1.000 mm away)",
            ),
            (
                &down[..1],
                &twice,
                "frame 1 in the plane of several B-scans of the scan",
            ),
        ] {
            let error = by_plane(frames, bscans).expect_err("elsewhere").to_string();
            assert!(
                error.starts_with(&format!("The DICOM SEG file has {expected}, which")),
                "{error}"
            );
        }
    }
}
