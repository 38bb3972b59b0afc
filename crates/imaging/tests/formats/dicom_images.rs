//! DICOM images against pydicom: every value of every frame, in every transfer syntax that it can write.

use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, Laterality, Samples, SourceFormat, Volume, read_path, read_path_deep};
use fovea_phantom::{PhantomParams, generate};
use fovea_test_data::{Python, shared_data};

use crate::folders::dicom_head;

/// Prints shape and values of the stored pixels as pydicom decodes them.
const VALUES: &str = r#"
import json, sys
import numpy as np, pydicom
data = pydicom.dcmread(sys.argv[1])
frames = data.pixel_array.reshape(int(data.get("NumberOfFrames", 1)), data.Rows, data.Columns)
print(json.dumps({"shape": frames.shape, "values": frames.astype(np.int64).ravel().tolist()}))
"#;

/// Writes one tomogram in many transfer syntaxes: arguments are raw frames, their shape and depth, and a folder.
const VARIANTS: &str = r#"
import json, sys, warnings
import numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom import uid

raw, frames, rows, columns, bits, signed, folder = sys.argv[1], *map(int, sys.argv[2:7]), sys.argv[7]
kind = np.dtype(f"{'i' if signed else 'u'}{2 if bits > 8 else 1}")
values = np.fromfile(raw, kind).reshape(frames, rows, columns)
made = {}
for name in ("ImplicitVRLittleEndian", "ExplicitVRLittleEndian", "DeflatedExplicitVRLittleEndian",
             "ExplicitVRBigEndian", "RLELossless", "JPEG2000Lossless"):
    syntax = getattr(uid, name)
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.5.4"
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = uid.generate_uid()
    data.PatientName, data.PatientID, data.Modality = "CANARY^PATIENT", "CANARY-ID", "OPT"
    data.ImageLaterality, data.Manufacturer, data.ManufacturerModelName = "L", "Maker", "Model"
    data.DeviceSerialNumber = "CANARY-SERIAL"
    data.NumberOfFrames, data.Rows, data.Columns = frames, rows, columns
    data.BitsAllocated, data.BitsStored, data.HighBit = kind.itemsize * 8, bits, bits - 1
    data.PixelRepresentation, data.SamplesPerPixel = signed, 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.PixelSpacing, data.SliceThickness = [0.004, 0.012], 0.12
    big = syntax == uid.ExplicitVRBigEndian
    data.PixelData = values.astype(kind.newbyteorder(">" if big else "<")).tobytes()
    data["PixelData"].VR = "OW" if bits > 8 else "OB"
    data.file_meta.TransferSyntaxUID = syntax if syntax.is_compressed is False or syntax.is_deflated else uid.ExplicitVRLittleEndian
    if syntax.is_encapsulated:
        data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        data.compress(syntax, arr=values)
    path = f"{folder}/{name}.dcm"
    data.save_as(path, enforce_file_format=True)
    made[name] = path
print(json.dumps(made))
"#;

/// Stored values of all frames, whatever depth they have.
fn values(volume: &Volume) -> Vec<i64> {
    let of = |bscan: &fovea_imaging::Bscan| -> Vec<i64> {
        match &bscan.deep {
            Some(Samples::U16(values)) => values.iter().map(|v| i64::from(*v)).collect(),
            Some(Samples::F32(values)) => values.iter().map(|v| *v as i64).collect(),
            Some(Samples::U8(values)) => values.iter().map(|v| i64::from(*v)).collect(),
            None => bscan.pixels.iter().map(|v| i64::from(*v)).collect(),
        }
    };
    volume.bscans.iter().flat_map(of).collect()
}

/// `tolerance` is 0 but for what was compressed with loss, where decoders may round differently.
fn same_as_pydicom(python: &Python, path: &Path, tolerance: i64) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let volume =
        read_path_deep(path, &Budget::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let seen = python.run(VALUES, &[path]);
    let size = volume.bscan_size();
    let shape = serde_json::json!([volume.bscans.len(), size.height, size.width]);
    assert_eq!(seen["shape"], shape, "{name}");
    let expected: Vec<i64> = seen["values"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|value| value.as_i64().expect("a number"))
        .collect();
    assert_eq!(volume.format, SourceFormat::Dicom);
    let found = values(&volume);
    assert_eq!(found.len(), expected.len(), "{name}");
    let furthest = found
        .iter()
        .zip(&expected)
        .map(|(a, b)| (a - b).abs())
        .max();
    assert!(
        furthest <= Some(tolerance),
        "{name}: values differ by up to {furthest:?}"
    );
}

#[test]
fn files_of_others_have_the_values_that_pydicom_reads() {
    let test = "files_of_others_have_the_values_that_pydicom_reads";
    let (Some(data), Some(python)) = (shared_data(test), Python::find(test)) else {
        return;
    };
    for (name, tolerance) in [
        ("dicom/CT_small.dcm", 0),
        ("dicom/JPEG2000.dcm", 1),
        ("dicom/MR_small.dcm", 0),
        ("dicom/MR_small_RLE.dcm", 0),
        ("dicom/MR_small_bigendian.dcm", 0),
        ("dicom/image_dfl.dcm", 0),
        ("dicom_seg/ct_image.dcm", 0),
    ] {
        same_as_pydicom(&python, &data.join(name), tolerance);
    }
}

#[test]
fn objects_without_a_scan_are_named() {
    let Some(data) = shared_data("objects_without_a_scan_are_named") else {
        return;
    };
    for (name, expected) in [
        (
            "dicom/test-SR.dcm",
            "The DICOM file has no scan but a structured report",
        ),
        (
            "dicom/rtplan.dcm",
            "The DICOM file has no scan but a radiotherapy plan",
        ),
        (
            "dicom/liver_1frame.dcm",
            "The DICOM file has no scan but a segmentation, which is imported as labels",
        ),
    ] {
        let error = read_path(&data.join(name), &Budget::default())
            .expect_err(name)
            .to_string();
        assert!(error.starts_with(expected), "{name}: {error}");
        assert!(error.ends_with('.') && !error.contains(". "), "{error}");
    }
}

#[test]
fn every_lossless_syntax_gives_the_same_values() {
    let Some(python) = Python::find("every_lossless_syntax_gives_the_same_values") else {
        return;
    };
    let params = PhantomParams::sample()
        .with_size(SizePx::new(70, 52))
        .with_bscans(3);
    let phantom = generate(5, &params).volume;
    for (bits, signed) in [(8_u16, 0_i32), (12, 0), (16, 0), (16, 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let stored: Vec<u16> = phantom
            .bscans
            .iter()
            .flat_map(|bscan| bscan.pixels.iter())
            .enumerate()
            .map(|(at, gray)| spread(*gray, at, bits))
            .collect();
        let raw = folder.path().join("raw");
        let bytes: Vec<u8> = match bits {
            8 => stored.iter().map(|v| *v as u8).collect(),
            _ => stored.iter().flat_map(|v| v.to_le_bytes()).collect(),
        };
        std::fs::write(&raw, bytes).expect("writes");
        let arguments = [
            raw.display().to_string(),
            "3".into(),
            "52".into(),
            "70".into(),
            bits.to_string(),
            signed.to_string(),
            folder.path().display().to_string(),
        ];
        let made = python.run(VARIANTS, &arguments);
        let expected: Vec<i64> = stored
            .iter()
            .map(|v| match signed {
                0 => i64::from(*v),
                _ => i64::from(*v as i16),
            })
            .collect();
        for (name, path) in made.as_object().expect("files by name") {
            let path = Path::new(path.as_str().expect("a path"));
            let volume = read_path_deep(path, &Budget::default())
                .unwrap_or_else(|error| panic!("{name} {bits}: {error}"));
            assert!(
                values(&volume) == expected,
                "{name}, {bits} bits, signed {signed}"
            );
            what_it_says(&volume, name);
        }
    }
}

/// A value of so many bits that differs from its neighbours' in the lowest ones too.
fn spread(gray: u8, at: usize, bits: u16) -> u16 {
    match bits {
        8 => gray.into(),
        _ => (u16::from(gray) << (bits - 8)) | (at as u16 & ((1 << (bits - 8)) - 1)),
    }
}

fn what_it_says(volume: &Volume, name: &str) {
    let spacing = volume.spacing_um.expect(name);
    for (found, expected) in [(spacing.x, 12.0), (spacing.y, 4.0), (spacing.z, 120.0)] {
        assert!((found - expected).abs() < 1e-9, "{name}: {spacing:?}");
    }
    assert_eq!(volume.laterality, Laterality::Left, "{name}");
    assert_eq!(volume.device.as_deref(), Some("Maker Model"), "{name}");
    let told = format!("{volume:?}");
    assert!(!told.contains("CANARY"), "{name}: the patient came through");
}

#[test]
fn a_folder_of_slices_is_one_volume_in_the_order_of_their_numbers() {
    let test = "a_folder_of_slices_is_one_volume_in_the_order_of_their_numbers";
    let Some(python) = Python::find(test) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    python.run(SLICES, &[folder.path().join("series")]);
    let series = folder.path().join("series");
    let volume = read_path(&series, &Budget::default()).expect("reads");
    let first: Vec<u8> = volume.bscans.iter().map(|bscan| bscan.pixels[0]).collect();
    assert_eq!(first, [10, 20, 30], "{:?}", volume.warnings);
    assert_eq!(volume.bscan_size(), SizePx::new(4, 3));
    std::fs::write(series.join("readme.txt"), "x").expect("writes");
    let index = dicom_head("1.2.840.10008.1.3.10");
    std::fs::write(series.join("DICOMDIR"), index).expect("writes");
    let volume = read_path(&series, &Budget::default()).expect("reads");
    let told = volume.warnings.join(" ");
    assert!(
        told.contains("1 file of the folder is no DICOM file"),
        "{told}"
    );
    std::fs::copy(
        folder.path().join("series-other.dcm"),
        series.join("other.dcm"),
    )
    .expect("copies");
    let error = read_path(&series, &Budget::default()).expect_err("two series");
    assert_eq!(
        error.to_string(),
        "The folder file has DICOM files of 2 series, which Fovea does not read; choose one file, or a folder that holds one series."
    );
}

/// Three slices, named against their order, and one of another series beside the folder.
const SLICES: &str = r#"
import os, sys
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom import uid

def slice_of(path, series, number, value):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = uid.CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = uid.generate_uid()
    data.SeriesInstanceUID, data.InstanceNumber = series, number
    data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = 3, 4, 8, 8, 7
    data.PixelRepresentation, data.SamplesPerPixel = 0, 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.PixelData = np.full(12, value, np.uint8).tobytes()
    data.save_as(path, enforce_file_format=True)

folder = sys.argv[1]
os.mkdir(folder)
for name, number, value in (("a", 3, 30), ("b", 1, 10), ("c", 2, 20)):
    slice_of(f"{folder}/{name}.dcm", "1.2.3", number, value)
slice_of(f"{folder}-other.dcm", "1.2.4", 1, 0)
print("{}")
"#;
