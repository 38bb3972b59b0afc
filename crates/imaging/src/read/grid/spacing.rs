//! How far a stated spacing can be trusted to be that of an OCT scan.

use super::Axes;

/// Depth samples of an OCT are some µm apart and A-scans some tens; what is larger by far is a slip or another scan.
const MAX_OCT_DEPTH_UM: f64 = 100.0;
const MAX_OCT_STEP_UM: f64 = 2_000.0;

/// Spacing of the stored axes in µm, and what must be said of it. `axes` tells which of them is depth; `unit_um` is the
/// unit in which the file counts, where it names one.
pub(crate) fn spacing_um(
    stored: [f64; 3],
    unit_um: Option<f64>,
    axes: &Axes,
) -> (Option<[f64; 3]>, Option<&'static str>) {
    let in_um = |unit_um: f64| stored.map(|v| v.abs() * unit_um);
    let is_oct = |spacing_um: [f64; 3]| {
        let [x, y, z] = axes.picked(spacing_um);
        y <= MAX_OCT_DEPTH_UM && x <= MAX_OCT_STEP_UM && z <= MAX_OCT_STEP_UM
    };
    match unit_um {
        None | Some(1e3) if stored == [1.0; 3] => (
            None,
            Some(
                "The spacing in the file is 1 along every axis, which is what is written when none is known, so lengths \
                 and areas cannot be shown in µm.",
            ),
        ),
        Some(unit_um) => (
            Some(in_um(unit_um)),
            Some("The spacing that the file states is too large for an OCT scan; check it before measuring.")
                .filter(|_| !is_oct(in_um(unit_um))),
        ),
        None if is_oct(in_um(1e3)) => (
            Some(in_um(1e3)),
            Some("The file names no unit for its spacing, which was taken as mm; check it before measuring."),
        ),
        None => (
            None,
            Some("The file names no unit for its spacing, so lengths and areas cannot be shown in µm."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_taken_by_its_rule() {
        let oct_mm = [0.012, 0.004, 0.12];
        let brain = [2.0, 2.0, 2.2];
        let cases = [
            (oct_mm, Some(1e3), Some([12.0, 4.0, 120.0]), None),
            (
                [12.0, -4.0, 120.0],
                Some(1.0),
                Some([12.0, 4.0, 120.0]),
                None,
            ),
            (oct_mm, None, Some([12.0, 4.0, 120.0]), Some("taken as mm")),
            (
                brain,
                Some(1e3),
                Some([2_000.0, 2_000.0, 2_200.0]),
                Some("too large"),
            ),
            (brain, None, None, Some("names no unit")),
            ([1.0; 3], Some(1e3), None, Some("none is known")),
            ([1.0; 3], None, None, Some("none is known")),
            ([1.0; 3], Some(1.0), Some([1.0; 3]), None),
        ];
        for (stored, unit_um, expected, said) in cases {
            let (found, warning) = spacing_um(stored, unit_um, &Axes::STORED);
            assert_eq!(found, expected, "{stored:?} {unit_um:?}");
            assert_eq!(warning.is_some(), said.is_some(), "{stored:?} {unit_um:?}");
            assert!(
                warning
                    .unwrap_or_default()
                    .contains(said.unwrap_or_default()),
                "{warning:?}"
            );
        }
    }
}
