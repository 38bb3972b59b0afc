//! Tomograms that Fovea writes, held against a validator and pydicom.

use std::process::Command;

use chrono::NaiveDateTime;
use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, DicomExport, Laterality, Samples, ScanPattern, Volume, encode_dicom_opt, read_bytes,
};
use fovea_phantom::{PhantomParams, generate};
use fovea_test_data::{Python, program};

/// The general rule for concatenations contradicts what C.8.17.7 requires of every tomogram; dciodvfy checks both.
const CONTRADICTION: &str = "oncatenation";

const SCRIPT: &str = r#"
import hashlib, json, sys
import pydicom
data = pydicom.dcmread(sys.argv[1])
frames = data.pixel_array.reshape(data.NumberOfFrames, data.Rows, data.Columns)
measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
print(json.dumps({
    "class": data.SOPClassUID.name,
    "shape": frames.shape,
    "kind": str(frames.dtype),
    "sha256": hashlib.sha256(frames.tobytes()).hexdigest(),
    "spacing_mm": [float(v) for v in measures.PixelSpacing] + [float(measures.SliceThickness)],
    "laterality": data.ImageLaterality,
    "removed": data.PatientIdentityRemoved,
    "patient": str(data.PatientName),
}))
"#;

fn export() -> DicomExport {
    DicomExport {
        pseudonym: "FOVEA-1".to_owned(),
        written_at: NaiveDateTime::default(),
    }
}

/// Odd sizes, so that padding and a swap of axes would show.
fn phantom() -> Volume {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(35, 21))
        .with_bscans(3);
    generate(3, &params).volume
}

fn with_16_bits() -> Volume {
    let mut volume = phantom();
    for bscan in &mut volume.bscans {
        let values = bscan.pixels.iter().map(|v| u16::from(*v) * 257 + 1);
        bscan.deep = Some(Samples::U16(values.collect()));
    }
    volume
}

fn volumes() -> Vec<(&'static str, Volume)> {
    let of = |laterality, pattern| Volume {
        laterality,
        pattern,
        ..phantom()
    };
    vec![
        ("right", of(Laterality::Right, ScanPattern::Raster)),
        ("left", of(Laterality::Left, ScanPattern::Raster)),
        (
            "unknown side",
            of(Laterality::Unknown, ScanPattern::Unknown),
        ),
        ("circle", of(Laterality::Right, ScanPattern::Circle)),
        ("16 bits", with_16_bits()),
    ]
}

#[test]
fn the_validator_finds_nothing_but_its_own_contradiction() {
    let Some(dciodvfy) = program("the_validator_finds_nothing", "dciodvfy") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, volume) in volumes() {
        let path = folder.path().join("scan.dcm");
        std::fs::write(&path, encode_dicom_opt(&volume, &export()).expect(name)).expect("writes");
        let said = Command::new(&dciodvfy).arg(&path).output().expect("runs");
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        let errors: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("Error") && !line.contains(CONTRADICTION))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(
            said.contains("OphthalmicTomographyImage"),
            "{name}: it checked another object: {said}"
        );
    }
}

#[test]
fn pydicom_sees_the_same_scan() {
    let Some(python) = Python::find("pydicom_sees_the_same_scan") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, volume) in volumes() {
        let path = folder.path().join("scan.dcm");
        std::fs::write(&path, encode_dicom_opt(&volume, &export()).expect(name)).expect("writes");
        let seen = python.run(SCRIPT, &[&path]);
        let is_deep = volume.bscans[0].deep.is_some();
        let bytes: Vec<u8> = volume
            .bscans
            .iter()
            .flat_map(|bscan| match &bscan.deep {
                Some(Samples::U16(values)) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
                _ => bscan.pixels.clone(),
            })
            .collect();
        let hash = fovea_annotation::ContentHash::of(&bytes).to_string();
        assert_eq!(seen["sha256"], hash, "{name}");
        assert_eq!(seen["shape"], serde_json::json!([3, 21, 35]), "{name}");
        assert_eq!(seen["kind"], if is_deep { "uint16" } else { "uint8" });
        assert_eq!(seen["class"], "Ophthalmic Tomography Image Storage");
        assert_eq!(
            (&seen["removed"], &seen["patient"]),
            (&"YES".into(), &"FOVEA-1".into())
        );
        let spacing = volume.spacing_um.expect("phantoms have one");
        for (at, expected_um) in [spacing.y, spacing.x, spacing.z].into_iter().enumerate() {
            let found_mm = seen["spacing_mm"][at].as_f64().expect("a number");
            assert!(
                (found_mm * 1e3 - expected_um).abs() < 1e-6,
                "{name}: {found_mm}"
            );
        }
        let side = match volume.laterality {
            Laterality::Right => "R",
            Laterality::Left => "L",
            Laterality::Unknown => "B",
        };
        assert_eq!(seen["laterality"], side, "{name}");
    }
}

#[test]
fn a_scan_without_a_pixel_size_is_refused() {
    let volume = Volume {
        spacing_um: None,
        ..phantom()
    };
    let error = encode_dicom_opt(&volume, &export()).expect_err("needs one");
    assert_eq!(
        error.to_string(),
        "DICOM OPT cannot hold a scan whose pixel size is not known; nothing was written."
    );
}

#[test]
fn the_same_scan_gives_the_same_file() {
    let write = || encode_dicom_opt(&phantom(), &export()).expect("writes");
    assert_eq!(write(), write());
}
#[test]
fn our_own_tomograms_come_back() {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(35, 21))
        .with_bscans(4);
    let volume = Volume {
        pattern: ScanPattern::Raster,
        laterality: Laterality::Left,
        ..generate(3, &params).volume
    };
    let export = DicomExport {
        pseudonym: "FOVEA-1".to_owned(),
        written_at: NaiveDateTime::default(),
    };
    let bytes = encode_dicom_opt(&volume, &export).expect("writes");
    let back = read_bytes(&bytes, &Budget::default()).expect("reads");
    assert_eq!(back.bscans.len(), 4);
    for (found, expected) in back.bscans.iter().zip(&volume.bscans) {
        assert_eq!(found.pixels, expected.pixels);
    }
    assert_eq!(
        (back.laterality, back.pattern),
        (volume.laterality, volume.pattern)
    );
    let (found, expected) = (
        back.spacing_um.expect("said"),
        volume.spacing_um.expect("said"),
    );
    for (found, expected) in [
        (found.x, expected.x),
        (found.y, expected.y),
        (found.z, expected.z),
    ] {
        assert!((found - expected).abs() < 1e-6);
    }
}
