//! Topcon files that this project did not make, against Pillow's decoder and a second reading of the bytes.

use std::path::PathBuf;

use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, Laterality, Samples, ScanPattern, SourceFormat, Volume, read_path, read_path_deep,
};
use fovea_test_data::{Python, shared_data};

fn file(test: &str, name: &str) -> Option<PathBuf> {
    shared_data(test).map(|data| data.join("vendor_minimized").join(name))
}

fn sum(pixels: &[u8]) -> u64 {
    pixels.iter().map(|v| u64::from(*v)).sum()
}

fn line<'a>(volume: &'a Volume, name: &str) -> &'a [f32] {
    &volume.layer_lines[0].get(name).expect("a line").y_px
}

#[test]
fn a_bscan_of_an_fda() {
    let Some(path) = file("a_bscan_of_an_fda", "fda_minimized.fda") else {
        return;
    };
    let volume = read_path(&path, &Budget::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(volume.format, SourceFormat::TopconFda);
    assert_eq!(
        (volume.bscans.len(), volume.bscan_size()),
        (1, SizePx::new(512, 650))
    );
    let pixels = &volume.bscans[0].pixels;
    assert!(sum(pixels).abs_diff(8_996_012) < 100, "{}", sum(pixels));
    let row_sum = |y: usize| sum(&pixels[y * 512..(y + 1) * 512]);
    assert!(
        row_sum(100) < row_sum(300),
        "the vitreous is dark and above"
    );
    assert_eq!(volume.laterality, Laterality::Left);
    assert_eq!(volume.pattern, ScanPattern::Raster);
    assert_eq!(volume.device.as_deref(), Some("Topcon 3DOCT-1000MK2"));
    let spacing = volume.spacing_um.expect("the file has sizes");
    assert_eq!((spacing.x, spacing.y), (11.718_75, 3.5));
    let slo = volume.slo.as_ref().expect("a fundus picture, cut down");
    assert_eq!(
        (slo.size, slo.pixels.as_slice()),
        (SizePx::new(2, 3), &[255, 253, 251, 169, 255, 134][..])
    );
    let names: Vec<&str> = volume.layer_lines[0]
        .lines
        .iter()
        .map(|l| l.name.as_str())
        .collect();
    assert_eq!(names, ["ILM", "PR1", "RPE", "BM"]);
    assert_eq!(line(&volume, "ILM")[..4], [241.0; 4], "650 − 409");
    // The file has one B-scan left of 128, but all contours; the first row is the one that fits.
    let said = volume.warnings.join(" ");
    assert!(
        said.contains("of 128 B-scans but the file holds 1"),
        "{said}"
    );
    assert!(
        said.contains("please confirm the laterality and the layer lines"),
        "{said}"
    );
}

#[test]
fn an_fda_as_another_decoder_reads_it() {
    let test = "an_fda_as_another_decoder_reads_it";
    let (Some(path), Some(python)) = (file(test, "fda_minimized.fda"), Python::find(test)) else {
        return;
    };
    let script = "
import io, json, struct, sys
import numpy as np
from PIL import Image
data = open(sys.argv[1], 'rb').read()
start = data.index(b'@IMG_JPEG') + 9 + 4 + 25
length, = struct.unpack_from('<I', data, start)
picture = np.asarray(Image.open(io.BytesIO(data[start + 4:start + 4 + length])))
lines, at = [], 0
while (at := data.find(b'@CONTOUR_INFO', at + 1)) > 0:
    width, rows = struct.unpack_from('<II', data, at + 17 + 22)
    heights = np.frombuffer(data, '<u2', width, at + 17 + 34)
    lines.append((picture.shape[0] - heights.astype(int)).tolist())
print(json.dumps({'pixels': picture.ravel().tolist(), 'lines': lines}))";
    let expected = python.run(script, &[&path]);
    let volume = read_path(&path, &Budget::default()).unwrap_or_else(|error| panic!("{error}"));
    let pixels: Vec<u8> = serde_json::from_value(expected["pixels"].clone()).expect("numbers");
    // The codestream is lossy, so the last bit is a matter of arithmetic.
    let differences = volume.bscans[0].pixels.iter().zip(&pixels);
    let differences: Vec<u8> = differences.map(|(a, b)| a.abs_diff(*b)).collect();
    assert_eq!(differences.len(), pixels.len());
    assert!(differences.iter().all(|by| *by <= 1));
    let differing = differences.iter().filter(|by| **by > 0).count();
    assert!(differing * 500 < pixels.len(), "{differing} samples differ");
    let lines: Vec<Vec<f32>> = serde_json::from_value(expected["lines"].clone()).expect("numbers");
    let found: Vec<&[f32]> = volume.layer_lines[0]
        .lines
        .iter()
        .map(|l| l.y_px.as_slice())
        .collect();
    assert_eq!(found, lines);
}

#[test]
fn a_volume_of_an_fds() {
    let Some(path) = file("a_volume_of_an_fds", "fds_minimized.fds") else {
        return;
    };
    let volume =
        read_path_deep(&path, &Budget::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(volume.format, SourceFormat::TopconFds);
    assert_eq!(
        (volume.bscans.len(), volume.bscan_size()),
        (4, SizePx::new(2, 3))
    );
    let Some(Samples::U16(second)) = &volume.bscans[1].deep else {
        panic!("{:?}", volume.bscans[1].deep);
    };
    assert_eq!(second, &[14_644, 10_819, 18_417, 18_857, 16_765, 16_123]);
    let spacing = volume.spacing_um.expect("the file has sizes");
    assert_eq!((spacing.x, spacing.y, spacing.z), (3_000.0, 3.5, 1_500.0));
    assert_eq!(volume.laterality, Laterality::Left);
    assert!(volume.layer_lines.is_empty());
    let slo = volume.slo.as_ref().expect("cut down");
    assert_eq!((slo.size, sum(&slo.pixels)), (SizePx::new(2, 3), 0));
}
