//! Directions and places in space.

/// x, y and z.
pub(super) type Vector = [f64; 3];

/// The direction of the line on which all positions lie within `tolerance_mm`, if they lie on one.
pub(super) fn line_of(positions: &[Vector], tolerance_mm: f64) -> Option<Vector> {
    let first = positions.first()?;
    let from_first = |at: &Vector| [at[0] - first[0], at[1] - first[1], at[2] - first[2]];
    let length = |vector: &Vector| dot(vector, vector).sqrt();
    let furthest = positions
        .iter()
        .map(from_first)
        .max_by(|a, b| length(a).total_cmp(&length(b)))?;
    let long = length(&furthest);
    if long <= tolerance_mm {
        return None;
    }
    let direction = furthest.map(|part| part / long);
    let is_on_line = |at: &Vector| {
        let offset = from_first(at);
        let beside = length(&cross(&offset, &direction));
        beside <= tolerance_mm
    };
    positions.iter().all(is_on_line).then_some(direction)
}

/// The unit vector at right angles to both axes of a plane, which lie far apart.
pub(super) fn normal(axes: &[Vector; 2]) -> Vector {
    let across = cross(&axes[0], &axes[1]);
    let length = dot(&across, &across).sqrt();
    across.map(|part| part / length)
}

pub(super) fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn cross(a: &Vector, b: &Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}
