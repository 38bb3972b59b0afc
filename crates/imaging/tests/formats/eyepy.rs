//! Heidelberg's formats beside eyepy, an independent reader of the same files.

use std::path::Path;

use fovea_imaging::{Bscan, Budget, Laterality, Samples, Volume, read_path_deep};
use fovea_phantom::{heidelberg_e2e, heidelberg_vol};
use fovea_test_data::{Python, shared_data};
use serde_json::Value;

use crate::build::phantom_volume;

/// What eyepy says of a file: values before its own display transform, so that ours can be held against it.
const SCRIPT: &str = r#"
import json, sys
import numpy as np
import eyepy

path, kind = sys.argv[1:3]
volume = (eyepy.import_heyex_vol if kind == "vol" else eyepy.import_heyex_xml)(path)
raw = np.asarray(volume._raw_data if kind == "vol" else volume.data, dtype=np.float64)
if kind == "vol":
    raw = np.where(raw >= 3e38, 0, raw)
    gray = np.sqrt(np.sqrt(np.clip(raw, 0, 1))) * 255
else:
    gray = raw
finite = lambda values: [None if np.isnan(v) else float(v) for v in values]
print(json.dumps({
    "gray": [bscan.reshape(-1).tolist() for bscan in gray],
    "raw": [bscan.reshape(-1).tolist() for bscan in raw],
    "scale_um": [float(volume.scale_x * 1e3), float(volume.scale_y * 1e3), float(volume.scale_z * 1e3)],
    "laterality": volume.laterality,
    "slo": volume.localizer.data.reshape(-1).tolist(),
    "slo_um": [volume.localizer.meta["scale_x"] * 1e3, volume.localizer.meta["scale_y"] * 1e3],
    "start_mm": [list(meta["start_pos"]) for meta in volume.meta["bscan_meta"]],
    "end_mm": [list(meta["end_pos"]) for meta in volume.meta["bscan_meta"]],
    "quality": [meta["quality"] for meta in volume.meta["bscan_meta"]],
    "layers": {name: [finite(row) for row in layer.data] for name, layer in volume.layers.items()},
}))
"#;

/// As [`SCRIPT`], for the first scan of a `.e2e`: eyepy takes no lengths from it.
const SCRIPT_E2E: &str = r#"
import json, sys
import numpy as np
from eyepy.io.he.e2e_format import Bscan
from eyepy.io.he.e2e_reader import HeE2eReader

with HeE2eReader(sys.argv[1]) as reader:
    volume = reader.volume
# eyepy takes the bits of the mantissa in reverse, so go back to the 16 bits of the file and do it again.
order = np.argsort(Bscan.LUT)
bits = order[np.searchsorted(Bscan.LUT, np.asarray(volume._raw_data, np.float32), sorter=order)]
raw = (1 + (bits & 1023) / 1024) * 2.0 ** ((bits >> 10) - 63)
gray = np.sqrt(np.sqrt(np.where(raw > 1.99, 0, np.clip(raw, 0, 1)))) * 255
finite = lambda values: [None if np.isnan(v) else float(v) for v in values]
print(json.dumps({
    "gray": [bscan.reshape(-1).tolist() for bscan in gray],
    "raw": [bscan.reshape(-1).tolist() for bscan in raw],
    "laterality": {"76": "OS", "82": "OD"}[str(volume.laterality)],
    "slo": volume.localizer.data.reshape(-1).tolist(),
    "quality": [meta["quality_ui"] for meta in volume.meta["bscan_meta"]],
    "layers": {name: [finite(row) for row in layer.data] for name, layer in volume.layers.items()},
}))
"#;

fn numbers(value: &Value) -> Vec<f64> {
    let of = |v: &Value| v.as_f64().unwrap_or(f64::NAN);
    value.as_array().expect("a list").iter().map(of).collect()
}

fn assert_near(found: &[f64], expected: &Value, tolerance: f64, what: &str) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (a, b)) in found.iter().zip(&expected).enumerate() {
        // The last digit of a decimal may be lost on the way through JSON.
        let near = (a - b).abs() <= tolerance + a.abs() * 1e-12;
        let same = near || (a.is_nan() && b.is_nan());
        assert!(same, "{what} {index}: {a} instead of {b}");
    }
}

fn compare(python: &Python, path: &Path, kind: &str) -> Volume {
    let arguments = [path.as_os_str(), kind.as_ref()];
    let expected = python.run(SCRIPT, &arguments);
    let volume = read_path_deep(path, &Budget::default()).expect("eyepy reads it");
    compare_pictures(&volume, &expected);
    compare_layers(&volume, &expected["layers"]);
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let position = bscan.position.expect("stated");
        assert_near(
            &position.start_mm,
            &expected["start_mm"][index],
            1e-9,
            "start",
        );
        assert_near(&position.end_mm, &expected["end_mm"][index], 1e-9, "end");
    }
    let spacing = volume.spacing_um.expect("stated");
    let spacing = [spacing.x, spacing.y, spacing.z];
    // eyepy takes the mean over both ends of the B-scans, which here are parallel.
    assert_near(&spacing, &expected["scale_um"], 1e-6, "spacing");
    let slo_um = volume.slo_spacing_um.expect("stated");
    assert_near(&slo_um, &expected["slo_um"], 1e-9, "scale of the SLO");
    volume
}

fn compare_pictures(volume: &Volume, expected: &Value) {
    for (index, bscan) in volume.bscans.iter().enumerate() {
        // eyepy has no such gray values: these are NumPy's in double precision, and ours are rounded to 8 bits.
        let gray: Vec<f64> = bscan.pixels.iter().map(|v| f64::from(*v)).collect();
        assert_near(&gray, &expected["gray"][index], 0.501, "gray");
        if let Some(Samples::F32(raw)) = &bscan.deep {
            let raw: Vec<f64> = raw.iter().map(|v| f64::from(*v)).collect();
            assert_near(&raw, &expected["raw"][index], 0.0, "reflectivity");
        }
    }
    let quality = |bscan: &Bscan| bscan.quality.map_or(f64::NAN, f64::from);
    let quality: Vec<f64> = volume.bscans.iter().map(quality).collect();
    assert_near(&quality, &expected["quality"], 0.0, "quality");
    let slo = volume.slo.as_ref().expect("it has one");
    let pixels: Vec<f64> = slo.pixels.iter().map(|v| f64::from(*v)).collect();
    assert_near(&pixels, &expected["slo"], 0.0, "SLO");
    let eye = match volume.laterality {
        Laterality::Right => "OD",
        Laterality::Left => "OS",
        Laterality::Unknown => "",
    };
    assert_eq!(Some(eye), expected["laterality"].as_str());
}

/// Lines that eyepy has and we leave out are those without a single height above zero.
fn compare_layers(volume: &Volume, expected: &Value) {
    for (name, rows) in expected.as_object().expect("by name") {
        for (index, row) in rows.as_array().expect("one per B-scan").iter().enumerate() {
            let lines = volume.layer_lines.get(index);
            match lines.and_then(|lines| lines.get(name)) {
                Some(line) => {
                    let y_px: Vec<f64> = line.y_px.iter().map(|y| f64::from(*y)).collect();
                    assert_near(&y_px, row, 0.0, name);
                }
                None => assert!(!numbers(row).iter().any(|y| *y > 0.0), "{name} of {index}"),
            }
        }
    }
}

#[test]
fn a_vol_is_read_as_eyepy_reads_it() {
    let test = "a_vol_is_read_as_eyepy_reads_it";
    let (Some(python), Some(data)) = (Python::find(test), shared_data(test)) else {
        return;
    };
    compare(
        &python,
        &data.join("heyex_formats/heyex_vol/test_volume.vol"),
        "vol",
    );
    let written = phantom_volume(48, 40, 3);
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), heidelberg_vol(&written)).expect("writes");
    let volume = compare(&python, file.path(), "vol");
    assert!(
        volume
            .layer_lines
            .iter()
            .all(|lines| lines.lines.len() == 8)
    );
}

#[test]
fn an_xml_export_is_read_as_eyepy_reads_it() {
    let test = "an_xml_export_is_read_as_eyepy_reads_it";
    let (Some(python), Some(data)) = (Python::find(test), shared_data(test)) else {
        return;
    };
    let xml = data.join("heyex_formats/heyex_xml/test_volume/test_dummy.xml");
    let volume = compare(&python, &xml, "xml");
    assert_eq!(volume.layer_lines.len(), 10);
    assert!(volume.warnings.is_empty(), "{:?}", volume.warnings);
    // The same scan was also exported as a .vol, whose lines and pixels its maker left out or changed.
    let twin = data.join("heyex_formats/heyex_vol/test_volume.vol");
    let twin = read_path_deep(&twin, &Budget::default()).expect("the .vol");
    for (a, b) in volume.bscans.iter().zip(&twin.bscans) {
        assert_eq!(
            (a.size, a.position, a.quality),
            (b.size, b.position, b.quality)
        );
    }
    assert_eq!(
        (volume.bscans.len(), volume.laterality),
        (twin.bscans.len(), twin.laterality)
    );
    assert_eq!(volume.slo, twin.slo);
}

#[test]
fn an_e2e_is_read_as_eyepy_reads_it() {
    let Some(python) = Python::find("an_e2e_is_read_as_eyepy_reads_it") else {
        return;
    };
    // eyepy does not read the one real file at hand, which has lost its directory; `real.rs` has that.
    for bscans in [1, 3] {
        let written = phantom_volume(48, 40, bscans);
        let file = tempfile::NamedTempFile::new().expect("temporary file");
        std::fs::write(file.path(), heidelberg_e2e(&[written])).expect("writes");
        let expected = python.run(SCRIPT_E2E, &[file.path()]);
        let volume = read_path_deep(file.path(), &Budget::default()).expect("eyepy reads it");
        compare_pictures(&volume, &expected);
        compare_layers(&volume, &expected["layers"]);
        assert!(
            volume
                .layer_lines
                .iter()
                .all(|lines| lines.lines.len() == 8)
        );
    }
}
