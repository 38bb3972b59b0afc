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

/// A retina that is thicker to the right and above: 10 px at the lower left, one more each 4 A-scans and B-scan.
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
    assert!(nasal > temporal + 10.0 && superior > inferior + 10.0);
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
    // From the top down, as no Heidelberg device does it.
    for (index, bscan) in volume.bscans.iter_mut().enumerate() {
        let y = 1.0 + 0.22 * index as f64;
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
    assert!(placed.centre.is_on_fundus && !by_spacing.centre.is_on_fundus);
    assert_near(placed.centre.at_mm, [4.3, 4.3]);
    assert_near(by_spacing.centre.at_mm, [3.3, 3.3]);
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

fn assert_near(found: [f64; 2], expected: [f64; 2]) {
    let is_near = (0..2).all(|axis| (found[axis] - expected[axis]).abs() < 1e-9);
    assert!(is_near, "{found:?} instead of {expected:?}");
}

/// Research formats hold a spacing in mm as a 32-bit float, which moves A-scans off the borders on which they lie.
#[test]
fn a_spacing_that_was_a_float_moves_no_ascan_to_another_sector() {
    let size = SizePx::new(129, 8);
    let counts = |through: fn(f64) -> f64| -> Vec<u64> {
        let bscans = (0..61).map(|_| Bscan::new(size, vec![0; size.len()]));
        let mut volume = Volume::of_bscans(bscans.collect(), SourceFormat::Phantom);
        volume.spacing_um = SpacingUm::new(through(50.0), through(4.0), through(100.0));
        let grid = grid(&volume, &[], GridCentre::ScanMiddle);
        grid.rows.iter().map(|row| row.ascans).collect()
    };
    let exact = counts(|um| um);
    assert_eq!(exact[0], 159);
    assert_eq!(counts(|um| f64::from((um * 1e-3) as f32) * 1e3), exact);
}

/// What a person must know stands beside the table, and how the centre was chosen in it.
#[test]
fn the_centre_and_the_warnings_go_out_with_the_table() {
    let (volume, masks) = slope(Laterality::Unknown);
    for (centre, chosen, warning) in [
        (
            GridCentre::ScanMiddle,
            "middle of the scan",
            "The grid lies in the middle of the scan",
        ),
        (
            GridCentre::At {
                ascan: 28.5,
                bscan: 14.5,
            },
            "fovea as given",
            "The source does not say where the B-scans lie, so the first is taken as the lowest",
        ),
    ] {
        let grid = grid(&volume, &masks, centre);
        let about: serde_json::Value = serde_json::from_str(&grid.to_json()).expect("our own JSON");
        assert_eq!(about["centre"]["chosen"], chosen);
        assert_eq!(about["centre"]["bscan"], json!(grid.centre.bscan));
        assert_eq!(about["centre"]["from_top_left_of"], "scan");
        assert_eq!(about["warnings"], json!(grid.warnings));
        assert!(grid.warnings[0].starts_with(warning), "{:?}", grid.warnings);
        let csv = grid.to_csv().expect("writes");
        let mut rows = csv.lines().skip(1);
        assert!(rows.all(|row| row.ends_with(&format!(",{chosen}"))));
    }
}

/// Where a source says nothing, what is written in mm of the fundus agrees with the sectors.
#[test]
fn every_form_takes_the_first_bscan_as_the_lowest() {
    let (volume, masks) = slope(Laterality::Right);
    let export = super::dicom::export();
    let opt = fovea_imaging::encode_dicom_opt(&volume, &export).expect("writes");
    let placed = fovea_imaging::read_bytes(&opt, &fovea_imaging::Budget::default()).expect("reads");
    assert!(placed.bscans.iter().all(|bscan| bscan.position.is_some()));
    let means = |volume: &Volume| {
        let grid = grid(volume, &masks, GridCentre::ScanMiddle);
        ["inner superior", "inner inferior", "outer nasal"].map(|name| mean(&grid, name))
    };
    let [by_spacing, by_place] = [&volume, &placed].map(means);
    // The ends of a B-scan that is placed lie one A-scan further apart.
    for (a, b) in by_spacing.into_iter().zip(by_place) {
        assert!((a - b).abs() < 2.0, "{a} instead of {b}");
    }
    assert!(by_spacing[0] > by_spacing[1] + 10.0, "{by_spacing:?}");
    let eye = fovea_imaging::eyelab_bytes(&super::Small::new(Laterality::Right).labelled());
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(eye.expect("writes"))).expect("a zip");
    let meta = zip.by_name("meta.json").expect("there");
    let meta: serde_json::Value = serde_json::from_reader(meta).expect("JSON");
    assert_eq!(meta["bscan_meta"][0]["start_pos"], json!([0.0, 2.0]));
    assert_eq!(meta["bscan_meta"][2]["start_pos"], json!([0.0, 0.0]));
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
dx, dy = (x - 28.5) * 0.11, (14.3 - z) * 0.22
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
        "The ETDRS grid needs a scan of parallel B-scans."
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
        "A fovea at B-scan 1 and A-scan 900 lies outside the scan, which has 31 B-scans of 61 A-scans; count both from 0."
    );
}
