//! A Matlab file that this project did not make, against SciPy.

use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, LabelContext, LabelFormat, Laterality, Samples, ScanPattern, SourceFormat, Volume,
    Wanted, read_labels_bytes, read_path, read_path_deep,
};
use fovea_test_data::{Python, shared_data};

const SCAN: &str = "spectralis_circle/circularScan.mat";

fn sum(pixels: &[u8]) -> u64 {
    pixels.iter().map(|v| u64::from(*v)).sum()
}

fn check(volume: &Volume) {
    assert_eq!(
        (volume.format, volume.bscans.len(), volume.bscan_size()),
        (SourceFormat::Matlab, 1, SizePx::new(768, 496))
    );
    assert_eq!(
        (volume.laterality, volume.pattern),
        (Laterality::Right, ScanPattern::Circle)
    );
    let spacing = volume.spacing_um.expect("the header has scales");
    let scales = [(spacing.x, 14.241_395_518), (spacing.y, 3.871_669_760)];
    assert!(
        scales.iter().all(|(a, b)| (a - b).abs() < 1e-6),
        "{spacing:?}"
    );
    let slo = volume.slo.as_ref().expect("there is one");
    assert_eq!(
        (slo.size, sum(&slo.pixels)),
        (SizePx::new(768, 768), 52_732_803)
    );
    assert_eq!(
        slo.pixels[..3],
        [53, 50, 52],
        "the first row, not the first column"
    );
    assert!((volume.slo_spacing_um.expect("scaled")[0] - 11.332_942).abs() < 1e-6);
    let position = volume.bscans[0].position.expect("a circle");
    assert!((position.start_mm[0] - 3.524_483).abs() < 1e-6);
    assert_eq!(volume.bscans[0].quality, Some(22.416_744));
    assert_eq!(
        volume.device.as_deref(),
        Some("Heidelberg Engineering Spectralis")
    );
}

#[test]
fn a_circle_scan_of_a_spectralis() {
    let Some(data) = shared_data("a_circle_scan_of_a_spectralis") else {
        return;
    };
    let volume = read_path(&data.join(SCAN), &Budget::default()).unwrap_or_else(|e| panic!("{e}"));
    check(&volume);
    let names: Vec<&str> = volume.layer_lines[0]
        .lines
        .iter()
        .map(|l| l.name.as_str())
        .collect();
    assert_eq!(names, ["ILM", "BM", "RNFL"]);
    // The field's names for dates and ids, and the date of birth as the file counts it.
    let said = format!("{volume:?}");
    assert!(
        ["Patient", "40371", "DOB", "Visit"]
            .iter()
            .all(|word| !said.contains(word))
    );
}

#[test]
fn a_hand_trace_of_nine_boundaries() {
    let test = "a_hand_trace_of_nine_boundaries";
    let (Some(data), Some(python)) = (shared_data(test), Python::find(test)) else {
        return;
    };
    let path = data.join("spectralis_circle/circularScan_0_coordinates.mat");
    let refusal = read_path(&path, &Budget::default()).expect_err("lines without a scan");
    let refusal = refusal.to_string();
    assert!(refusal.contains("no array of B-scans"), "{refusal}");
    let scan = read_path(&data.join(SCAN), &Budget::default()).unwrap_or_else(|e| panic!("{e}"));
    let bytes = std::fs::read(&path).expect("a file");
    let context = LabelContext::of(&scan);
    let labels = read_labels_bytes(&bytes, &context, &Wanted::All, &Budget::default())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        (labels.format, labels.bscans.len()),
        (LabelFormat::Matlab, 1)
    );
    let lines = &labels.bscans[0].lines.lines;
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let all = [
        "ILM", "RNFL", "IPL", "INL", "OPL", "ELM", "PR1", "RPE", "BM",
    ];
    assert_eq!(names, all);
    let script = "
import json, sys
import numpy as np
import scipy.io
print(json.dumps((scipy.io.loadmat(sys.argv[1])['interpolation'] - 1).astype('f4').tolist()))";
    let expected: Vec<Vec<f32>> =
        serde_json::from_value(python.run(script, &[&path])).expect("numbers");
    assert!(lines.iter().map(|line| &line.y_px).eq(expected.iter()));
    let mut narrow = context;
    narrow.size = SizePx::new(512, 496);
    let refusal = read_labels_bytes(&bytes, &narrow, &Wanted::All, &Budget::default())
        .expect_err("another size");
    let refusal = refusal.to_string();
    assert!(
        refusal.starts_with("The Matlab file has no layer lines that fit"),
        "{refusal}"
    );
}

#[test]
fn a_circle_scan_as_scipy_reads_it() {
    let test = "a_circle_scan_as_scipy_reads_it";
    let (Some(data), Some(python)) = (shared_data(test), Python::find(test)) else {
        return;
    };
    let script = "
import json, sys
import numpy as np
import scipy.io
m = scipy.io.loadmat(sys.argv[1])
shown = np.clip(m['B0'].astype('f8'), 0, 1) ** 0.25 * 255
print(json.dumps({
    'bits': m['B0'].ravel().view('u4').tolist(),
    'shown': np.rint(shown).astype(int).ravel().tolist(),
    'slo': m['SLO'].ravel().tolist(),
    'lines': m['B0seg'].tolist()}))";
    let expected = python.run(script, &[data.join(SCAN)]);
    let volume =
        read_path_deep(&data.join(SCAN), &Budget::default()).unwrap_or_else(|e| panic!("{e}"));
    check(&volume);
    let bscan = &volume.bscans[0];
    let Some(Samples::F32(values)) = &bscan.deep else {
        panic!("{:?}", bscan.size);
    };
    let bits: Vec<u32> = serde_json::from_value(expected["bits"].clone()).expect("numbers");
    assert!(
        values.iter().map(|v| v.to_bits()).eq(bits),
        "the samples differ"
    );
    let shown: Vec<u8> = serde_json::from_value(expected["shown"].clone()).expect("numbers");
    assert!(
        bscan
            .pixels
            .iter()
            .zip(&shown)
            .all(|(a, b)| a.abs_diff(*b) <= 1)
    );
    let slo: Vec<u8> = serde_json::from_value(expected["slo"].clone()).expect("numbers");
    assert!(volume.slo.as_ref().is_some_and(|found| found.pixels == slo));
    let lines: Vec<Vec<f32>> = serde_json::from_value(expected["lines"].clone()).expect("numbers");
    let found = volume.layer_lines[0].lines.iter().map(|line| &line.y_px);
    assert!(found.eq(lines.iter()), "the lines differ");
}
