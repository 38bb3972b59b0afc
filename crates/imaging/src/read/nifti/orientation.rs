//! Unit and directions of a NIfTI header.

use super::header::Header;
use crate::read::grid::{Axes, Chosen, cross};

const DIRECTIONS_ALONE: &str = "The file states its spacing twice: as 1 along every axis in its sform, and otherwise in its \
                                pixdim, which was taken; check it before measuring.";
const TWO_SPACINGS: &str = "The file states its spacing twice: its sform, which was taken, gives other lengths than its \
                            pixdim; check them before measuring.";

/// µm per unit by the code in `xyzt_units`.
pub(super) fn unit_um(code: u8) -> Option<f64> {
    match code {
        1 => Some(1e6),
        2 => Some(1e3),
        3 => Some(1.0),
        _ => None,
    }
}

/// Distances of the voxels along the stored axes, and what must be said of them.
///
/// `pixdim` belongs to `qform`. Where the `sform` decides about the axes, its own lengths hold, unless they are all 1: then it
/// gives directions and nothing else.
pub(super) fn spacing(header: &Header) -> ([f64; 3], Option<&'static str>) {
    let [_, pixdim @ ..] = header.pixdim;
    if header.sform_code <= 0 {
        return (pixdim, None);
    }
    let length = |axis: usize| {
        let squares = header.srow.iter().map(|row| row[axis] * row[axis]);
        squares.sum::<f64>().sqrt()
    };
    let lengths = [0, 1, 2].map(length);
    let counts = |axis: &usize| header.extent[*axis] > 1;
    let is_near = |axis: usize| {
        let (length, pixdim) = (lengths[axis], pixdim[axis].abs());
        (length - pixdim).abs() <= 1e-3 * length.max(pixdim)
    };
    let mut axes = (0..3).filter(counts);
    let is_length = |axis: usize| lengths[axis].is_finite() && lengths[axis] > 0.0;
    if axes.clone().all(is_near) || !axes.clone().all(is_length) {
        return (pixdim, None);
    }
    if axes.all(|axis| (lengths[axis] - 1.0).abs() < 1e-6) {
        return (pixdim, Some(DIRECTIONS_ALONE));
    }
    // The lengths of a single B-scan may leave out the third.
    let taken = [0, 1, 2].map(|axis| match is_length(axis) {
        true => lengths[axis],
        false => pixdim[axis],
    });
    (taken, Some(TWO_SPACINGS))
}

/// The axes by the form that NIfTI readers prefer: `sform`, else `qform`.
pub(super) fn axes(header: &Header) -> Chosen {
    // Rows run right, anterior, superior; columns are the stored axes.
    let (rows, offset) = match (header.sform_code > 0, header.qform_code > 0) {
        (true, _) => (
            header.srow.map(|[a, b, c, _]| [a, b, c]),
            header.srow.map(|row| row[3]),
        ),
        (false, true) => (rotation(header), header.qoffset),
        (false, false) => return Axes::as_stored(),
    };
    let mut steps = [0, 1, 2].map(|axis| rows.map(|row| row[axis]));
    // A single B-scan may leave out the third direction.
    if header.extent[2] == 1 && steps[2] == [0.0; 3] {
        steps[2] = cross(steps[0], steps[1]);
    }
    match is_placeholder(&steps, offset) {
        true => Axes::as_stored(),
        false => Axes::of_directions(
            steps.map(|[right, anterior, superior]| [-right, -anterior, superior]),
            header.extent,
        ),
    }
}

/// A diagonal of positive numbers around the first voxel is what scripts write that know of no orientation. Taken at its
/// word, it would turn their B-scans upside down.
fn is_placeholder(steps: &[[f64; 3]; 3], offset: [f64; 3]) -> bool {
    let is_diagonal = (0..3).all(|axis| {
        (0..3).all(|side| match axis == side {
            true => steps[axis][side] > 0.0,
            false => steps[axis][side] == 0.0,
        })
    });
    is_diagonal && offset == [0.0; 3]
}

/// Rows of the matrix of a unit quaternion, each column as long as a voxel (`nifti1.h`, method 2).
fn rotation(header: &Header) -> [[f64; 3]; 3] {
    let [b, c, d] = header.quaternion;
    let a = (1.0 - (b * b + c * c + d * d)).max(0.0).sqrt();
    let [qfac, dx, dy, dz] = header.pixdim;
    let dz = if qfac < 0.0 { -dz } else { dz };
    let rows = [
        [
            a * a + b * b - c * c - d * d,
            2.0 * (b * c - a * d),
            2.0 * (b * d + a * c),
        ],
        [
            2.0 * (b * c + a * d),
            a * a + c * c - b * b - d * d,
            2.0 * (c * d - a * b),
        ],
        [
            2.0 * (b * d - a * c),
            2.0 * (c * d + a * b),
            a * a + d * d - c * c - b * b,
        ],
    ];
    rows.map(|[x, y, z]| [x * dx, y * dy, z * dz])
}
