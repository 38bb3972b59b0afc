//! How the planes of frames lie in space and to each other (PS3.3 section C.7.6.2.1.1): x to the left of the person, y to
//! the back, z up, in mm.

use dicom_dictionary_std::tags;

use super::groups::FrameGroups;
use super::vectors::{Vector, dot, line_of, normal};
use crate::BscanPosition;

/// Cosine of the angle within which directions are one: 0.8°, what two decimals of a direction leave open.
const SAME_DIRECTION: f64 = 0.999_9;
/// Cosine of the angle within which depth runs to the back of the person: 10°, as the axes of an eye are nominal.
const ALONG_AXIS: f64 = 0.985;
/// Places are often written with three decimals, so a step between two of them may be wrong by this much.
const ROUNDING_MM: f64 = 0.001_5;
/// By how much of itself an even step may vary.
const STEP_TOLERANCE: f64 = 0.02;
/// Places closer than this are one.
const SAME_PLACE_MM: f64 = 1e-4;

/// The plane of one frame, as far as it is stated.
#[derive(Clone, Copy, Debug)]
struct Plane {
    /// Centre of the first pixel.
    position_mm: Option<Vector>,
    /// Unit vectors along a row and down a column.
    axes: Option<[Vector; 2]>,
}

/// The planes of all frames, in the order of the file.
pub(super) struct Planes(Vec<Plane>);

/// How far frames lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Distance {
    /// The same from each to the next, in mm.
    Even(f64),
    /// Not the same everywhere.
    Uneven,
    /// Planes that are not parallel have none.
    NotParallel,
    /// The places do not say it.
    Unstated,
}

impl Planes {
    pub(super) fn of(frames: &[FrameGroups<'_>]) -> Self {
        Self(frames.iter().map(Plane::of).collect())
    }

    /// Whether all frames lie the same way; `None` where one does not say how it lies.
    pub(super) fn are_parallel(&self) -> Option<bool> {
        let axes: Vec<[Vector; 2]> = self
            .0
            .iter()
            .map(|plane| plane.axes)
            .collect::<Option<_>>()?;
        let normals: Vec<Vector> = axes.iter().map(normal).collect();
        let first = normals.first()?;
        Some(
            normals
                .iter()
                .all(|other| dot(first, other).abs() > SAME_DIRECTION),
        )
    }

    /// The distance from frame to frame, whatever order they come in.
    pub(super) fn distance(&self) -> Distance {
        if self.are_parallel() == Some(false) {
            return Distance::NotParallel;
        }
        let Some(mut offsets) = self.offsets_mm() else {
            return Distance::Unstated;
        };
        offsets.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else {
            return Distance::Unstated;
        };
        let steps = offsets.len().saturating_sub(1);
        let mean = (last - first) / steps.max(1) as f64;
        if mean < SAME_PLACE_MM {
            return Distance::Unstated;
        }
        let is_even = |pair: &[f64]| is_step(mean, pair[1] - pair[0]);
        match offsets.windows(2).all(is_even) {
            true => Distance::Even(mean),
            false => Distance::Uneven,
        }
    }

    /// Whether parallel frames follow each other from one side to the other; true where nothing says that they do not.
    pub(super) fn are_in_order(&self) -> bool {
        let offsets = match self.are_parallel() {
            Some(false) => None,
            _ => self.offsets_mm(),
        };
        let offsets = offsets.unwrap_or_default();
        let rises = |pair: &[f64]| pair[1] > pair[0] - SAME_PLACE_MM;
        let falls = |pair: &[f64]| pair[1] < pair[0] + SAME_PLACE_MM;
        offsets.windows(2).all(rises) || offsets.windows(2).all(falls)
    }

    /// Where frames lie across their planes. Without a direction of the planes, they have to lie on one line.
    fn offsets_mm(&self) -> Option<Vec<f64>> {
        let positions = self.0.iter().map(|plane| plane.position_mm);
        let positions: Vec<Vector> = positions.collect::<Option<_>>()?;
        let across = match self.0.first()?.axes {
            Some(axes) if self.are_parallel().is_some() => normal(&axes),
            None if self.0.iter().all(|plane| plane.axes.is_none()) => {
                line_of(&positions, ROUNDING_MM)?
            }
            _ => return None,
        };
        Some(positions.iter().map(|at| dot(at, &across)).collect())
    }

    /// What a person should know of how B-scans lie, whose rows are said to follow depth.
    pub(super) fn warnings(&self) -> Vec<&'static str> {
        let axes = || self.0.iter().filter_map(|plane| plane.axes);
        let turned = axes().find_map(|[row, column]| turned(row, column));
        let first = axes().next();
        let is_mirrored = first.is_some_and(|first| {
            self.are_parallel() == Some(true)
                && axes().any(|other| dot(&first[0], &other[0]) < SAME_DIRECTION)
        });
        let mirrored = is_mirrored.then_some(
            "The B-scans do not all run the same way; they are shown as they are stored.",
        );
        turned.into_iter().chain(mirrored).collect()
    }

    /// The lines of B-scans of `width_mm` on the fundus, in the frame of reference that our own tomograms have: its
    /// origin is the top left corner of the fundus picture. Others put theirs elsewhere, which moves all lines together.
    pub(super) fn lines(&self, width_mm: f64) -> impl Iterator<Item = Option<BscanPosition>> {
        self.0.iter().map(move |plane| plane.line(width_mm))
    }
}

impl Plane {
    fn of(frame: &FrameGroups<'_>) -> Self {
        let position = frame.decimals(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT);
        let orientation = frame.decimals(
            tags::PLANE_ORIENTATION_SEQUENCE,
            tags::IMAGE_ORIENTATION_PATIENT,
        );
        let position: Option<Vector> = position.try_into().ok();
        Self {
            position_mm: position.filter(|at| at.iter().all(|mm| mm.is_finite())),
            axes: axes(&orientation),
        }
    }

    /// None for a plane that an A-scan leaves sideways: it is no line on the fundus.
    fn line(&self, width_mm: f64) -> Option<BscanPosition> {
        let (start, [row, _]) = (self.position_mm?, self.axes?);
        let is_upright = row[1].powi(2) + ALONG_AXIS.powi(2) < 1.0;
        is_upright.then(|| BscanPosition {
            start_mm: [start[0], -start[2]],
            end_mm: [start[0] + row[0] * width_mm, -start[2] - row[2] * width_mm],
        })
    }
}

/// Whether a distance is the even one, as exactly as places are written and devices hit them.
pub(super) fn is_step(even_mm: f64, found_mm: f64) -> bool {
    (found_mm - even_mm).abs() <= (even_mm * STEP_TOLERANCE).max(ROUNDING_MM)
}

/// The unit vectors of an orientation, where it is one: both lengths near 1, and at right angles.
fn axes(orientation: &[f64]) -> Option<[Vector; 2]> {
    let [a, b, c, d, e, f] = *orientation else {
        return None;
    };
    let unit = |vector: Vector| {
        let length = dot(&vector, &vector).sqrt();
        (0.9..1.1)
            .contains(&length)
            .then(|| vector.map(|part| part / length))
    };
    let (row, column) = (unit([a, b, c])?, unit([d, e, f])?);
    (dot(&row, &column).abs() < 0.1).then_some([row, column])
}

/// The sentence for a picture whose rows do not follow depth from the front of the eye to its back.
fn turned(row: Vector, column: Vector) -> Option<&'static str> {
    match (row[1], column[1]) {
        (_, down) if down > ALONG_AXIS => None,
        (_, down) if down < -ALONG_AXIS => Some(
            "The file says that row 0 is the far side of the eye; the B-scans are shown as they are stored.",
        ),
        (along, _) if along.abs() > ALONG_AXIS => Some(
            "The file says that depth runs along the rows, so that lateral and axial are exchanged; the B-scans are shown as they are stored.",
        ),
        _ => Some(
            "The file says that the B-scans are tilted against the depth of the eye; they are shown as they are stored.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPRIGHT: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

    fn planes(orientation: &[f64], positions: &[Vector]) -> Planes {
        let plane = |position: &Vector| Plane {
            position_mm: Some(*position),
            axes: axes(orientation),
        };
        Planes(positions.iter().map(plane).collect())
    }

    /// Stacked up and down.
    fn stack(orientation: &[f64], z_mm: &[f64]) -> Planes {
        let positions: Vec<Vector> = z_mm.iter().map(|z| [0.5, -2.0, *z]).collect();
        planes(orientation, &positions)
    }

    #[test]
    fn the_distance_is_that_of_the_planes() {
        let tilt = [1.0, 0.0, 0.0, 0.0, 0.8, 0.6];
        let cases = [
            (
                stack(&UPRIGHT, &[0.0, -0.12, -0.24]),
                Distance::Even(0.12),
                true,
            ),
            (
                stack(&UPRIGHT, &[0.24, 0.0, 0.12]),
                Distance::Even(0.12),
                false,
            ),
            (stack(&UPRIGHT, &[0.0, 0.12, 0.36]), Distance::Uneven, true),
            // Written with three decimals.
            (
                stack(&UPRIGHT, &[0.0, 0.031, 0.063, 0.094]),
                Distance::Even(0.094 / 3.0),
                true,
            ),
            (stack(&UPRIGHT, &[0.1, 0.1]), Distance::Unstated, true),
            (stack(&UPRIGHT, &[0.1]), Distance::Unstated, true),
            // Shifted along themselves too, and tilted against where they are shifted to.
            (
                planes(&UPRIGHT, &[[0.0, 0.0, 0.0], [3.0, 1.0, 0.12]]),
                Distance::Even(0.12),
                true,
            ),
            (stack(&tilt, &[0.0, 0.1, 0.2]), Distance::Even(0.08), true),
            // Not quite at right angles.
            (
                stack(&[1.0, 0.0, 0.0, 0.05, 1.0, 0.0], &[0.0, 0.1]),
                Distance::Even(0.1),
                true,
            ),
            // Which way they face is not said.
            (stack(&[], &[0.0, 0.2, 0.1]), Distance::Even(0.1), false),
            (
                planes(&[], &[[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
                Distance::Unstated,
                true,
            ),
        ];
        for (index, (planes, expected, is_in_order)) in cases.into_iter().enumerate() {
            let found = planes.distance();
            match (found, expected) {
                (Distance::Even(found), Distance::Even(expected)) => {
                    assert!((found - expected).abs() < 1e-9, "{index}: {found}");
                }
                _ => assert_eq!(found, expected, "{index}"),
            }
            assert_eq!(planes.are_in_order(), is_in_order, "{index}");
        }
    }

    #[test]
    fn unusual_axes_are_told() {
        let cases: [(&[f64], &str); 7] = [
            (&UPRIGHT, ""),
            (&[0.0, 0.0, -1.0, 0.0, 1.0, 0.0], ""),
            (&[0.6, 0.0, -0.8, 0.0, 1.0, 0.0], ""),
            (&[1.0, 0.0, 0.0, 0.0, -1.0, 0.0], "far side"),
            (&[0.0, 1.0, 0.0, 1.0, 0.0, 0.0], "exchanged"),
            (&[1.0, 0.0, 0.0, 0.0, 0.6, 0.8], "tilted"),
            (&[0.0; 6], ""),
        ];
        for (orientation, expected) in cases {
            let said = stack(orientation, &[0.0, 0.1]).warnings().join(" ");
            assert_eq!(said.is_empty(), expected.is_empty(), "{said}");
            assert!(said.contains(expected), "{orientation:?}: {said}");
        }
        let mut two_ways = stack(&UPRIGHT, &[0.0, 0.1]);
        two_ways.0[1].axes = axes(&[-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(two_ways.distance(), Distance::Even(0.1));
        assert!(two_ways.warnings().join(" ").contains("the same way"));
        two_ways.0[1].axes = axes(&[0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(two_ways.distance(), Distance::NotParallel);
    }
}
