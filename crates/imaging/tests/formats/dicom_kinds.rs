//! DICOM pictures of every kind against pydicom: gray either way round, colours, palettes, single bits; and JPEG as dcmtk
//! writes it: lossless, baseline, extended.

use std::path::{Path, PathBuf};
use std::process::Command;

use fovea_geometry::SpacingUm;
use fovea_imaging::{
    Budget, DicomExport, Samples, Volume, encode_dicom_opt, encode_tiff_volume, read_path_deep,
};
use fovea_test_data::{Python, program};

/// Makes one picture of each kind below the folder that is the argument, and prints their paths by name. Values repeat
/// nowhere in a row, and use the whole range.
const KINDS: &str = r#"
import json, sys
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom import uid

folder, rows, columns = sys.argv[1], 18, 26
x, y = np.meshgrid(np.arange(columns), np.arange(rows))
wave = (np.sin(x / 4.0) * np.cos(y / 5.0) + 1) / 2
noise = (x * 7 + y * 13) % 32 / 31
made = {}

def put(name, photometric, frames, bits, allocated, samples=1, planar=0, raw=None, signed=0, **more):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.5.1"
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = uid.generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = uid.generate_uid(), uid.generate_uid()
    data.PatientName, data.PatientID, data.Modality = "CANARY^PATIENT", "CANARY-ID", "OP"
    data.NumberOfFrames, data.Rows, data.Columns = frames, rows, columns
    data.BitsAllocated, data.BitsStored, data.HighBit = allocated, bits, bits - 1
    data.PixelRepresentation, data.SamplesPerPixel = signed, samples
    data.PhotometricInterpretation = photometric
    if samples == 3:
        data.PlanarConfiguration = planar
    for keyword, value in more.items():
        setattr(data, keyword, value)
    raw += b"\0" * (len(raw) % 2)
    data.PixelData = raw
    data["PixelData"].VR = "OW" if allocated == 16 else "OB"
    path = f"{folder}/{name}.dcm"
    data.save_as(path, enforce_file_format=True)
    made[name] = path

def scaled(bits, kind):
    return ((0.8 * wave + 0.2 * noise) * (2 ** bits - 1)).astype(kind)

for bits in (7, 8, 12, 16):
    kind = np.uint8 if bits <= 8 else np.uint16
    raw = scaled(bits, kind)
    # Twelve bits with a sign leave those above them alone.
    signed = (raw.astype(np.int32) - 2 ** (bits - 1)) & (2 ** bits - 1)
    for way in (1, 2):
        put(f"mono{way}-{bits}", f"MONOCHROME{way}", 1, bits, kind().itemsize * 8, raw=raw.tobytes())
        put(f"mono{way}-signed-{bits}", f"MONOCHROME{way}", 1, bits, kind().itemsize * 8,
            raw=signed.astype(kind).tobytes(), signed=1)
colours = np.stack([scaled(8, np.uint8), (wave * 255).astype(np.uint8), 255 - scaled(8, np.uint8)], axis=-1)
put("rgb", "RGB", 1, 8, 8, 3, raw=colours.tobytes())
put("rgb-planes", "RGB", 1, 8, 8, 3, 1, raw=np.moveaxis(colours, -1, 0).tobytes())
deep = colours.astype(np.uint16) * 257 - (x % 7)[..., None].astype(np.uint16)
put("rgb-16", "RGB", 1, 16, 16, 3, raw=deep.tobytes())
put("ybr", "YBR_FULL", 1, 8, 8, 3, raw=colours.tobytes())
put("ybr-planes", "YBR_FULL", 1, 8, 8, 3, 1, raw=np.moveaxis(colours, -1, 0).tobytes())
pairs = np.stack([colours[:, ::2, 0], colours[:, 1::2, 0], colours[:, ::2, 1], colours[:, ::2, 2]], axis=-1)
put("ybr-422", "YBR_FULL_422", 1, 8, 8, 3, raw=pairs.tobytes())
index = scaled(8, np.uint8)
for bits, first in ((16, 0), (16, 40), (8, 0)):
    entries = 256 - first
    ramp = np.arange(entries) * (257 if bits == 16 else 1)
    tables = [ramp, ramp[::-1], (ramp * 3) % (2 ** bits)]
    more = {}
    for colour, table in zip(("Red", "Green", "Blue"), tables):
        more[f"{colour}PaletteColorLookupTableDescriptor"] = [entries, first, bits]
        kind = "<u2" if bits == 16 else "u1"
        more[f"{colour}PaletteColorLookupTableData"] = table.astype(kind).tobytes()
    put(f"palette-{bits}-{first}", "PALETTE COLOR", 1, 8, 8, raw=index.tobytes(), **more)
# 468 pixels are no whole number of bytes: the second frame starts inside one.
bits = np.stack([wave > 0.5, noise > 0.6]).astype(np.uint8)
put("bits", "MONOCHROME2", 2, 1, 1, raw=np.packbits(bits.ravel(), bitorder="little").tobytes())
print(json.dumps(made))
"#;

/// For each file: what must be shown or kept of it, as pydicom decodes it. Gray of colours is their Rec. 709 luma, rounded.
const EXPECTED: &str = r#"
import json, sys
import numpy as np
import pydicom
from pydicom.pixels import apply_color_lut, pixel_array

def luma(rgb):
    rgb = rgb.astype(np.int64)
    return (13933 * rgb[..., 0] + 46871 * rgb[..., 1] + 4732 * rgb[..., 2] + 32768) >> 16

def gray(path):
    data = pydicom.dcmread(path)
    raw, kind = pixel_array(data, raw=True), data.PhotometricInterpretation
    if kind == "RGB":
        return luma(raw)
    if kind.startswith("YBR"):
        return raw[..., 0]
    if kind == "PALETTE COLOR":
        bits = data.RedPaletteColorLookupTableDescriptor[2]
        return luma(apply_color_lut(raw, data) >> (8 if bits == 16 else 0))
    if kind == "MONOCHROME1":
        raw = raw.astype(np.int64)
        return -1 - raw if data.PixelRepresentation else 2 ** data.BitsStored - 1 - raw
    return raw

print(json.dumps([gray(path).astype(np.int64).ravel().tolist() for path in sys.argv[1:]]))
"#;

/// What is kept of the file: its values where they are deeper than 8 bits, else what is shown.
fn values(volume: &Volume) -> Vec<i64> {
    let of = |bscan: &fovea_imaging::Bscan| -> Vec<i64> {
        match &bscan.deep {
            Some(Samples::U16(values)) => values.iter().map(|v| i64::from(*v)).collect(),
            Some(Samples::F32(values)) => values.iter().map(|v| *v as i64).collect(),
            Some(other) => panic!("values became {other:?}"),
            None => bscan.pixels.iter().map(|v| i64::from(*v)).collect(),
        }
    };
    volume.bscans.iter().flat_map(of).collect()
}

/// One picture of each kind, by name.
fn made(python: &Python, folder: &Path) -> Vec<(String, PathBuf)> {
    let made = python.run(KINDS, &[folder]);
    let files = made.as_object().expect("files by name");
    files
        .iter()
        .map(|(name, path)| (name.clone(), path.as_str().expect("a path").into()))
        .collect()
}

/// Reads all files with pydicom and here, and wants values that differ by no more than each file's tolerance.
fn same_as_pydicom(python: &Python, files: &[(String, PathBuf, i64)]) {
    let paths: Vec<&PathBuf> = files.iter().map(|(_, path, _)| path).collect();
    let expected = python.run(EXPECTED, &paths);
    let expected: Vec<Vec<i64>> = serde_json::from_value(expected).expect("lists of numbers");
    for ((name, path, tolerance), expected) in files.iter().zip(expected) {
        let volume = read_path_deep(path, &Budget::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = values(&volume);
        assert_eq!(found.len(), expected.len(), "{name}");
        let differences = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
        let furthest = differences.max().unwrap_or_default();
        assert!(
            furthest <= *tolerance,
            "{name}: values differ by up to {furthest}"
        );
        let told = format!("{:?} {:?}", volume.device, volume.warnings);
        assert!(!told.contains("CANARY"), "{name}: {told}");
    }
}

#[test]
fn every_kind_of_pixel_has_the_values_that_pydicom_reads() {
    let Some(python) = Python::find("every_kind_of_pixel_has_the_values_that_pydicom_reads") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<_> = made(&python, folder.path())
        .into_iter()
        .map(|(name, path)| (name, path, 0))
        .collect();
    assert_eq!(files.len(), 26);
    same_as_pydicom(&python, &files);
}

/// What independent readers find in a DICOM file and in a TIFF, each a conversion of one picture; and whether the DICOM
/// file says that high values are bright.
const CONVERTED: &str = r#"
import json, sys
import numpy as np, pydicom
from PIL import Image
data = pydicom.dcmread(sys.argv[1])
assert data.PhotometricInterpretation == "MONOCHROME2", data.PhotometricInterpretation
print(json.dumps([a.astype(np.int64).ravel().tolist() for a in (data.pixel_array, np.asarray(Image.open(sys.argv[2])))]))
"#;

#[test]
fn what_has_white_lowest_is_converted_with_white_highest() {
    let Some(python) = Python::find("what_has_white_lowest_is_converted_with_white_highest") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let export = DicomExport {
        pseudonym: "FOVEA-1".to_owned(),
        written_at: chrono::NaiveDateTime::default(),
    };
    let mut converted = 0;
    for (name, path) in made(&python, folder.path()) {
        if !name.starts_with("mono1") {
            continue;
        }
        let expected = python.run(EXPECTED, &[&path]);
        let mut volume = read_path_deep(&path, &Budget::default()).expect(&name);
        volume.spacing_um = SpacingUm::new(12.0, 4.0, 120.0);
        let (dicom, tiff) = (
            folder.path().join("scan.dcm"),
            folder.path().join("scan.tif"),
        );
        let bytes = encode_dicom_opt(&volume, &export).expect(&name);
        std::fs::write(&dicom, bytes).expect("writes");
        std::fs::write(&tiff, encode_tiff_volume(&volume).expect(&name)).expect("writes");
        let found = python.run(CONVERTED, &[&dicom, &tiff]);
        assert!(found[1] == expected[0], "{name} as TIFF");
        // A tomogram has no signed values: it holds what is shown.
        if !name.contains("signed") {
            assert!(found[0] == expected[0], "{name} as DICOM");
        }
        converted += 1;
    }
    assert_eq!(converted, 8);
}

/// What becomes of a kind of picture that dcmtk compressed.
enum Outcome {
    /// Values as pydicom's, within as much as two inverse transforms may differ.
    Read(i64),
    /// Refused in a sentence with these words.
    Refused(&'static str),
}

#[test]
fn jpeg_of_dcmtk_has_the_values_that_pydicom_reads() {
    let test = "jpeg_of_dcmtk_has_the_values_that_pydicom_reads";
    let (Some(python), Some(dcmcjpeg)) = (Python::find(test), program(test, "dcmcjpeg")) else {
        return;
    };
    use Outcome::{Read, Refused};
    // The picture, how it is compressed, and what becomes of it.
    let mut cases = vec![
        ("mono2-8", vec!["+e1"], Read(0)),
        ("mono2-12", vec!["+e1"], Read(0)),
        ("mono2-16", vec!["+e1"], Read(0)),
        ("mono1-8", vec!["+e1"], Read(0)),
        ("rgb", vec!["+e1"], Read(0)),
        ("palette-16-0", vec!["+e1"], Read(0)),
        ("mono2-8", vec!["+eb"], Read(2)),
        ("mono1-8", vec!["+eb"], Read(2)),
        ("rgb", vec!["+eb"], Read(2)),
        ("rgb", vec!["+eb", "+s4"], Read(2)),
        ("rgb", vec!["+eb", "+cr"], Read(2)),
        ("mono2-8", vec!["+ee", "+be"], Read(2)),
        (
            "mono2-12",
            vec!["+ee", "+bt"],
            Refused("JPEG samples of 12 bits with loss"),
        ),
        ("mono2-8", vec!["+ep"], Refused("transfer syntax")),
    ];
    for predictor in ["1", "2", "3", "4", "5", "6", "7"] {
        for name in ["mono2-8", "mono2-12"] {
            cases.push((name, vec!["+el", "+sv", predictor], Read(0)));
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let sources = made(&python, folder.path());
    let mut files = Vec::new();
    for (number, (name, options, outcome)) in cases.into_iter().enumerate() {
        let label = format!("{name} {options:?}");
        let source = sources.iter().find(|(known, _)| known == name);
        let target = folder.path().join(format!("{number}-jpeg.dcm"));
        let done = Command::new(&dcmcjpeg)
            .args(&options)
            .args([&source.expect(&label).1, &target])
            .output()
            .expect("starts");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{label}: {said}");
        match outcome {
            Read(tolerance) => files.push((label, target, tolerance)),
            Refused(words) => {
                let error = read_path_deep(&target, &Budget::default()).expect_err(&label);
                let sentence = error.to_string();
                assert!(sentence.contains(words), "{label}: {sentence}");
            }
        }
    }
    same_as_pydicom(&python, &files);
}
