//! Which stored axis is which side of a B-scan.
//!
//! **Convention.** An OCT volume lies in the array as columns (A-scans), rows (depth, the vitreous first), B-scans, and
//! its directions are left, posterior, superior: what ITK calls an identity direction, and medical viewers draw upright.
//! For a horizontal scan seen from the front that is anatomy, for depth runs backwards into the eye. Tools that
//! write OCT as NIfTI or MetaImage through ITK do the same; eyepy writes neither format.
//!
//! A file of other directions is turned into this one by whole axes: the axis nearest to left–right gives the columns,
//! the one nearest to anterior–posterior the rows, the third the B-scans. Columns and rows that run the other way
//! are walked backwards; B-scans keep the order of the file, because clinics scan both ways. What is done is said.
//!
//! A single B-scan may lie in any plane: the axis of length 1 is that of B-scans, and the other two give columns and rows.

/// A stored axis and the way it is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
    index: usize,
    is_backwards: bool,
}

/// The stored axes of columns, rows and B-scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axes([Axis; 3]);

/// Axes that were chosen, and what a person should know about the choice.
pub(crate) struct Chosen {
    pub(crate) axes: Axes,
    pub(crate) warnings: Vec<String>,
}

const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

/// Below this, a tilt is rounding.
const MIN_TILT_DEGREES: f64 = 0.5;
/// Cosine below which an axis runs across a direction and not along it, either way.
const MIN_COSINE: f64 = 0.1;

impl Axes {
    /// Columns, rows, B-scans in the order of the file.
    pub(crate) const STORED: Self = {
        const fn forwards(index: usize) -> Axis {
            Axis {
                index,
                is_backwards: false,
            }
        }
        Self([forwards(0), forwards(1), forwards(2)])
    };

    /// The order of the file, for one that says nothing of use about its orientation.
    pub(crate) fn as_stored() -> Chosen {
        Chosen {
            axes: Self::STORED,
            warnings: vec![
                "The file states no orientation of use, so columns, rows and B-scans were taken in the order in which \
                 they are stored; check that the vitreous is at the top."
                    .to_owned(),
            ],
        }
    }

    /// The axes by the directions in which the three stored axes run, each as `[left, posterior, superior]` of any
    /// length; `extent` tells a single B-scan.
    pub(crate) fn of_directions(directions: [[f64; 3]; 3], extent: [u64; 3]) -> Chosen {
        let Some(cosines) = normalised(directions) else {
            return Self::as_stored();
        };
        let order = nearest(&cosines, extent);
        let axis = |side: usize| Axis {
            index: order[side],
            is_backwards: side < 2 && cosines[order[side]][side] < -MIN_COSINE,
        };
        let axes = Self([axis(0), axis(1), axis(2)]);
        let has_depth = !extent.contains(&1) || cosines[order[1]][1].abs() > MIN_COSINE;
        let tilt_degrees = tilt_degrees(&cosines);
        let mut warnings = Vec::new();
        if axes != Self::STORED || !has_depth {
            let reason = match has_depth {
                true => "By the orientation that the file states",
                false => {
                    "Since the orientation that the file states lets no axis of its single B-scan run from front to back"
                }
            };
            warnings.push(axes.sentence(reason));
        }
        if tilt_degrees > MIN_TILT_DEGREES {
            warnings.push(format!(
                "The axes of the file are tilted by {tilt_degrees:.1}° against those of the body; B-scans are shown along \
                 the file's own axes."
            ));
        }
        Chosen { axes, warnings }
    }

    fn sentence(&self, reason: &str) -> String {
        let [column, row, bscan] = self.0.map(|axis| {
            let way = if axis.is_backwards { " backwards" } else { "" };
            format!("axis {}{way}", axis.index + 1)
        });
        format!(
            "{reason}, columns were taken from its {column}, rows from {row} and B-scans from {bscan}; check that the \
             vitreous is at the top."
        )
    }

    /// What belongs to columns, rows and B-scans, of what belongs to the stored axes.
    pub(crate) fn picked<T: Copy>(&self, stored: [T; 3]) -> [T; 3] {
        self.0.map(|axis| stored[axis.index])
    }

    /// Where voxels lie in an array of this extent.
    pub(crate) fn places(&self, extent: [u64; 3]) -> Places {
        let strides = [1, extent[0], extent[0] * extent[1]];
        Places(self.0.map(|axis| Walk {
            last: extent[axis.index].saturating_sub(1),
            stride: strides[axis.index],
            is_backwards: axis.is_backwards,
        }))
    }
}

/// The order of the axes that is nearest to the sides of a B-scan.
fn nearest(cosines: &[[f64; 3]; 3], extent: [u64; 3]) -> [usize; 3] {
    let has_single = extent.contains(&1);
    // Which way a single B-scan faces says nothing of its own two sides.
    let sides = if has_single { 2 } else { 3 };
    let likeness = |order: &[usize; 3]| -> f64 {
        (0..sides)
            .map(|side| cosines[order[side]][side].abs())
            .sum()
    };
    let mut orders = ORDERS
        .into_iter()
        .filter(|order| !has_single || extent[order[2]] == 1);
    let first = orders.next().unwrap_or(ORDERS[0]);
    // The first of equals, so that nothing moves without a reason.
    orders.fold(first, |best, order| {
        match likeness(&order) > likeness(&best) + 1e-9 {
            true => order,
            false => best,
        }
    })
}

/// The largest angle between an axis and that of the body which is nearest to it.
fn tilt_degrees(cosines: &[[f64; 3]; 3]) -> f64 {
    let nearest = |axis: &[f64; 3]| axis.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    let tilts = cosines
        .iter()
        .map(|axis| nearest(axis).min(1.0).acos().to_degrees());
    tilts.fold(0.0, f64::max)
}

/// Unit vectors, or `None` when a direction has no length or the three lie in one plane.
fn normalised(directions: [[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let cosines = directions.map(|vector| {
        let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
        vector.map(|v| v / length)
    });
    let [a, b, c] = cosines;
    let determinant: f64 = cross(a, b).iter().zip(c).map(|(u, v)| u * v).sum();
    // False for NaN too.
    (determinant.abs() > 1e-3).then_some(cosines)
}

/// The direction at a right angle to two others.
pub(crate) fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// From column, row and B-scan to the place in the array.
pub(crate) struct Places([Walk; 3]);

struct Walk {
    last: u64,
    stride: u64,
    is_backwards: bool,
}

impl Places {
    /// Voxels before the first one of a row of a B-scan, and from one column to the next.
    pub(crate) fn row(&self, row: u64, bscan: u64) -> (i64, i64) {
        let [columns, rows, bscans] = &self.0;
        // A budget keeps all of this far below 2^63.
        let first = columns.at(0) + rows.at(row) + bscans.at(bscan);
        let step = columns.stride as i64;
        (
            first as i64,
            if columns.is_backwards { -step } else { step },
        )
    }
}

impl Walk {
    /// Voxels before step `step` along this axis.
    fn at(&self, step: u64) -> u64 {
        match self.is_backwards {
            true => (self.last - step) * self.stride,
            false => step * self.stride,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(directions: [[f64; 3]; 3], extent: [u64; 3]) -> ([usize; 3], [bool; 3], Vec<String>) {
        let chosen = Axes::of_directions(directions, extent);
        (
            chosen.axes.0.map(|axis| axis.index),
            chosen.axes.0.map(|axis| axis.is_backwards),
            chosen.warnings,
        )
    }

    #[test]
    fn each_orientation_finds_its_sides() {
        let (l, p, s) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
        let back = |v: [f64; 3]| v.map(|x| -x);
        let tilted = [[1.0, 0.0, 0.0], [0.0, 0.987, -0.162], [0.0, 0.162, 0.987]];
        let cases = [
            (
                "left, posterior, superior",
                [l, p, s],
                [0, 1, 2],
                [false; 3],
                0,
            ),
            (
                "left, posterior, inferior",
                [l, p, back(s)],
                [0, 1, 2],
                [false; 3],
                0,
            ),
            (
                "right, anterior, superior",
                [back(l), back(p), s],
                [0, 1, 2],
                [true, true, false],
                1,
            ),
            (
                "left, anterior, superior",
                [l, back(p), s],
                [0, 1, 2],
                [false, true, false],
                1,
            ),
            ("posterior first", [p, l, s], [1, 0, 2], [false; 3], 1),
            ("B-scan, row, column", [s, p, l], [2, 1, 0], [false; 3], 1),
            (
                "column, B-scan, row",
                [l, s, back(p)],
                [0, 2, 1],
                [false, true, false],
                1,
            ),
            ("tilted", tilted, [0, 1, 2], [false; 3], 1),
            ("flat", [l, l, s], [0, 1, 2], [false; 3], 1),
            ("no number", [[f64::NAN; 3], p, s], [0, 1, 2], [false; 3], 1),
        ];
        for (name, directions, order, backwards, warnings) in cases {
            let found = sides(directions, [5, 4, 3]);
            assert_eq!((found.0, found.1), (order, backwards), "{name}");
            assert_eq!(found.2.len(), warnings, "{name}: {:?}", found.2);
        }
    }

    #[test]
    fn a_tilt_is_told_in_degrees() {
        let tilted = [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, -0.9, 1.0]];
        let (_, _, warnings) = sides(tilted, [5, 4, 3]);
        assert!(warnings[0].contains("tilted by 45.0°"), "{warnings:?}");
    }

    #[test]
    fn a_single_bscan_keeps_its_two_sides_in_any_plane() {
        let (l, p, s) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
        let back = |v: [f64; 3]| v.map(|x| -x);
        type Case<'a> = (
            &'a str,
            [[f64; 3]; 3],
            [u64; 3],
            [usize; 3],
            [bool; 3],
            usize,
        );
        let cases: [Case<'_>; 7] = [
            ("axial", [l, p, s], [9, 7, 1], [0, 1, 2], [false; 3], 0),
            (
                "coronal",
                [l, back(s), p],
                [9, 7, 1],
                [0, 1, 2],
                [false; 3],
                1,
            ),
            (
                "coronal, rows first",
                [s, l, p],
                [7, 9, 1],
                [1, 0, 2],
                [false; 3],
                1,
            ),
            ("sagittal", [s, p, l], [9, 7, 1], [0, 1, 2], [false; 3], 0),
            (
                "sagittal, rows first and upwards",
                [back(p), s, l],
                [7, 9, 1],
                [1, 0, 2],
                [false, true, false],
                1,
            ),
            (
                "sagittal behind an axis of one",
                [l, p, s],
                [1, 7, 9],
                [2, 1, 0],
                [false; 3],
                1,
            ),
            (
                "between two of them",
                [l, s, p],
                [9, 1, 7],
                [0, 2, 1],
                [false; 3],
                1,
            ),
        ];
        for (name, directions, extent, order, backwards, warnings) in cases {
            let found = sides(directions, extent);
            assert_eq!((found.0, found.1), (order, backwards), "{name}");
            assert_eq!(found.2.len(), warnings, "{name}: {:?}", found.2);
        }
    }
}
