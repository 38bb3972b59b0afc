//! How far a stated spacing can be trusted to be that of an OCT scan.

use fovea_geometry::SpacingUm;

use super::Axes;

/// Depth samples of an OCT are some µm apart and A-scans some tens; what is larger by far is a slip or another scan.
const MAX_OCT_DEPTH_UM: f64 = 100.0;
const MAX_OCT_STEP_UM: f64 = 2_000.0;

const NONE_KNOWN: &str = "The spacing in the file is 1 along every axis, which is what is written when none is known, so \
                          lengths and areas cannot be shown in µm.";
const NO_LENGTH: &str = "The spacing that the file states is 0 or no number, so lengths and areas cannot be shown in µm.";
const TOO_LARGE: &str =
    "The spacing that the file states is too large for an OCT scan; check it before measuring.";
const TAKEN_AS_MM: &str =
    "The file names no unit for its spacing, which was taken as mm; check it before measuring.";
const NO_UNIT: &str =
    "The file names no unit for its spacing, so lengths and areas cannot be shown in µm.";

/// What a file says of the distances of its voxels.
pub(crate) struct Stated {
    /// Along each stored axis.
    pub(crate) stored: [f64; 3],
    /// The unit in which the file counts, where it names one.
    pub(crate) unit_um: Option<f64>,
}

/// Spacing in µm, and what must be said of it. `axes` tells which stored axis is depth; one B-scan needs no distance to a
/// next one.
pub(super) fn spacing_um(
    stated: &Stated,
    axes: &Axes,
    extent: [u64; 3],
) -> (Option<SpacingUm>, Option<&'static str>) {
    let Stated { stored, unit_um } = stated;
    let is_one = |axis: usize| extent[axis] == 1 || stored[axis] == 1.0;
    let is_filler = (0..3).all(is_one) && stored.contains(&1.0);
    if is_filler && matches!(unit_um, None | Some(1e3)) {
        return (None, Some(NONE_KNOWN));
    }
    let Some(plain) = spacing(stored.map(f64::abs), axes, extent) else {
        return (None, Some(NO_LENGTH));
    };
    let in_um =
        |unit_um: f64| SpacingUm::new(plain.x * unit_um, plain.y * unit_um, plain.z * unit_um);
    let is_oct = |spacing: &SpacingUm| {
        spacing.y <= MAX_OCT_DEPTH_UM
            && spacing.x <= MAX_OCT_STEP_UM
            && spacing.z <= MAX_OCT_STEP_UM
    };
    match unit_um {
        Some(unit_um) => {
            let spacing = in_um(*unit_um);
            let is_large = spacing.is_some_and(|spacing| !is_oct(&spacing));
            (spacing, is_large.then_some(TOO_LARGE))
        }
        None => match in_um(1e3).filter(is_oct) {
            Some(spacing) => (Some(spacing), Some(TAKEN_AS_MM)),
            None => (None, Some(NO_UNIT)),
        },
    }
}

/// Distances of columns, rows and B-scans, where all of them are lengths.
fn spacing(stored: [f64; 3], axes: &Axes, extent: [u64; 3]) -> Option<SpacingUm> {
    let [x, y, z] = axes.picked(stored);
    let [.., bscans] = axes.picked(extent);
    let is_open = bscans == 1 && !(z.is_finite() && z > 0.0);
    SpacingUm::new(x, y, if is_open { x } else { z })
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
            ([0.0; 3], Some(1e3), None, Some("is 0 or no number")),
            (
                [0.012, f64::NAN, 0.12],
                None,
                None,
                Some("is 0 or no number"),
            ),
        ];
        for (stored, unit_um, expected, said) in cases {
            let stated = Stated { stored, unit_um };
            let (found, warning) = spacing_um(&stated, &Axes::STORED, [5, 4, 3]);
            let found = found.map(|spacing| [spacing.x, spacing.y, spacing.z]);
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
    #[test]
    fn one_bscan_needs_no_distance_to_a_next() {
        for (stored, expected) in [
            ([0.012, 0.004, 0.0], Some([12.0, 4.0, 12.0])),
            ([0.012, 0.004, 1.0], Some([12.0, 4.0, 1_000.0])),
            ([1.0, 1.0, 0.0], None),
            ([0.012, 0.0, 1.0], None),
        ] {
            let stated = Stated {
                stored,
                unit_um: Some(1e3),
            };
            let (found, warning) = spacing_um(&stated, &Axes::STORED, [5, 4, 1]);
            let found = found.map(|spacing| [spacing.x, spacing.y, spacing.z]);
            assert_eq!(found, expected, "{stored:?}");
            assert_eq!(warning.is_some(), expected.is_none(), "{stored:?}");
        }
    }
}
