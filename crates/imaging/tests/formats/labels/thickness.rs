//! Thickness and the ETDRS grid.

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Bscan, BscanPosition, EtdrsGrid, GridCentre, Labelled, Laterality, ScanPattern, SourceFormat,
    Volume, etdrs_grid, thickness_csv,
};
use fovea_test_data::Python;
use serde_json::json;

use super::{Small, golden};

#[test]
fn the_tables_are_fixed() {
    let small = Small::new(Laterality::Right);
    let csv = thickness_csv(&small.labelled()).expect("spacing is known");
    golden("thickness.csv", &csv);
    let grid = etdrs_grid(&small.labelled(), GridCentre::ScanMiddle).expect("parallel B-scans");
    golden("etdrs.csv", &grid.to_csv().expect("writes"));
}

const ASCANS: u32 = 61;
const BSCANS: usize = 31;

/// A retina that is thicker to the right and below: 10 px at the upper left, one more each 4 A-scans and B-scan.
fn slope(laterality: Laterality) -> (Volume, Vec<Option<Mask>>) {
    let size = SizePx::new(ASCANS, 64);
    let bscans = (0..BSCANS).map(|_| Bscan::new(size, vec![0; size.len()]));
    let mut volume = Volume::of_bscans(bscans.collect(), SourceFormat::Phantom);
    volume.laterality = laterality;
    volume.pattern = ScanPattern::Raster;
    volume.spacing_um = SpacingUm::new(110.0, 4.0, 220.0);
    let mask = |z: usize| {
        let mut mask = Mask::background(size);
        for x in 0..ASCANS as usize {
            for y in 3..3 + thickness_px(x, z) {
                mask.classes_mut()[y * ASCANS as usize + x] = if y == 3 { 5 } else { 11 };
            }
        }
        Some(mask)
    };
    (volume, (0..BSCANS).map(mask).collect())
}

fn thickness_px(x: usize, z: usize) -> usize {
    10 + x / 4 + z
}

fn grid(volume: &Volume, masks: &[Option<Mask>], centre: GridCentre) -> EtdrsGrid {
    let schema = LabelSchema::oct_layers();
    let labelled = Labelled {
        volume,
        masks,
        schema: &schema,
    };
    etdrs_grid(&labelled, centre).expect("parallel B-scans")
}

fn mean(grid: &EtdrsGrid, sector: &str) -> f64 {
    let row = grid
        .rows
        .iter()
        .find(|row| row.layer == "Retina" && row.sector == sector);
    row.expect(sector).mean_um.expect(sector)
}

#[test]
fn nasal_and_temporal_are_those_of_the_eye() {
    let means = |laterality| {
        let (volume, masks) = slope(laterality);
        let grid = grid(&volume, &masks, GridCentre::ScanMiddle);
        let names = match laterality {
            Laterality::Unknown => [
                "outer right",
                "outer left",
                "outer superior",
                "outer inferior",
            ],
            _ => [
                "outer nasal",
                "outer temporal",
                "outer superior",
                "outer inferior",
            ],
        };
        names.map(|name| mean(&grid, name))
    };
    let [nasal, temporal, superior, inferior] = means(Laterality::Right);
    assert!(nasal > temporal + 10.0 && inferior > superior + 10.0);
    assert_eq!(
        means(Laterality::Left),
        [temporal, nasal, superior, inferior]
    );
    assert_eq!(
        means(Laterality::Unknown),
        [nasal, temporal, superior, inferior]
    );
}

#[test]
fn positions_say_what_is_up() {
    let (mut volume, masks) = slope(Laterality::Right);
    let by_spacing = grid(&volume, &masks, GridCentre::ScanMiddle);
    let warned = |grid: &EtdrsGrid, start: &str| grid.warnings.iter().any(|w| w.starts_with(start));
    assert!(warned(
        &by_spacing,
        "The grid lies in the middle of the scan"
    ));
    assert!(warned(
        &by_spacing,
        "The source does not say where the B-scans lie"
    ));
    // As Heidelberg devices do it: the first B-scan is the lowest.
    for (index, bscan) in volume.bscans.iter_mut().enumerate() {
        let y = 9.0 - 0.22 * index as f64;
        bscan.position = Some(BscanPosition {
            start_mm: [1.0, y],
            end_mm: [1.0 + 0.11 * f64::from(ASCANS - 1), y],
        });
    }
    let placed = grid(
        &volume,
        &masks,
        GridCentre::At {
            ascan: 30.0,
            bscan: 15.0,
        },
    );
    assert!(placed.warnings.is_empty(), "{:?}", placed.warnings);
    for (placed_as, spaced_as) in [
        ("inner superior", "inner inferior"),
        ("inner nasal", "inner nasal"),
    ] {
        assert!((mean(&placed, placed_as) - mean(&by_spacing, spaced_as)).abs() < 2.0);
    }
    let beyond = grid(
        &volume,
        &masks,
        GridCentre::At {
            ascan: 5.0,
            bscan: 15.0,
        },
    );
    assert!(warned(&beyond, "The grid reaches beyond the scan"));
}

/// The same grid in NumPy, from the same heights.
#[test]
fn means_are_those_of_numpy() {
    let Some(python) = Python::find("means_are_those_of_numpy") else {
        return;
    };
    let (volume, masks) = slope(Laterality::Left);
    let found = grid(
        &volume,
        &masks,
        GridCentre::At {
            ascan: 28.5,
            bscan: 14.3,
        },
    );
    let expected = python.run(
        r"
import json, numpy as np
x, z = np.meshgrid(np.arange(61), np.arange(31))
t = 4.0 * (10 + x // 4 + z)
dx, dy = (x - 28.5) * 0.11, (z - 14.3) * 0.22
r, a = np.hypot(dx, dy), np.degrees(np.arctan2(-dy, dx)) % 360
quarter = {'superior': (a >= 45) & (a <= 135), 'nasal': (a > 135) & (a < 225), 'inferior': (a >= 225) & (a <= 315), 'temporal': (a > 315) | (a < 45)}
out = {'central': [t[r <= 0.5].mean(), int((r <= 0.5).sum())]}
for ring, lo, hi in (('inner', 0.5, 1.5), ('outer', 1.5, 3.0)):
    for name, q in quarter.items():
        m = q & (r > lo) & (r <= hi)
        out[ring + ' ' + name] = [t[m].mean(), int(m.sum())]
print(json.dumps(out))
",
        &[""; 0],
    );
    let retina: Vec<_> = found
        .rows
        .iter()
        .filter(|row| row.layer == "Retina")
        .collect();
    assert_eq!(retina.len(), 9);
    for row in retina {
        let expected = &expected[&row.sector];
        assert_eq!(json!(row.ascans_used), expected[1], "{}", row.sector);
        let mean = expected[0].as_f64().expect("a mean");
        assert!(
            (row.mean_um.expect("covered") - mean).abs() < 1e-6,
            "{}",
            row.sector
        );
    }
}

#[test]
fn what_has_no_grid_is_refused() {
    let (volume, masks) = slope(Laterality::Left);
    let schema = LabelSchema::oct_layers();
    let refusal = |volume: &Volume, centre| {
        let labelled = Labelled {
            volume,
            masks: &masks,
            schema: &schema,
        };
        etdrs_grid(&labelled, centre)
            .expect_err("refused")
            .to_string()
    };
    let circle = Volume {
        pattern: ScanPattern::Circle,
        ..volume.clone()
    };
    assert_eq!(
        refusal(&circle, GridCentre::ScanMiddle),
        "a grid cannot hold a scan that is not of parallel B-scans; nothing was written."
    );
    let unscaled = Volume {
        spacing_um: None,
        ..volume.clone()
    };
    assert_eq!(
        refusal(&unscaled, GridCentre::ScanMiddle),
        "a table of thickness cannot hold a scan whose spacing is not known; enter the spacing first; nothing was written."
    );
    let outside = GridCentre::At {
        ascan: 900.0,
        bscan: 1.0,
    };
    assert_eq!(
        refusal(&volume, outside),
        "a grid cannot hold a centre outside the scan; nothing was written."
    );
}
