//! Fundus pictures that Fovea writes, held against a validator and pydicom, and read back.

use std::process::Command;

use chrono::NaiveDateTime;
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Bscan, Budget, DicomExport, GrayImage, Laterality, ScanPattern, SourceFormat, Volume,
    encode_dicom_fundus, read_bytes,
};
use fovea_test_data::{Python, program};

use crate::build::{gradient, phantom_volume};

const SCRIPT: &str = r#"
import json, sys
import pydicom
data = pydicom.dcmread(sys.argv[1])
print(json.dumps({
    "class": data.SOPClassUID.name,
    "pixels": data.pixel_array.ravel().tolist(),
    "shape": data.pixel_array.shape,
    "spacing_mm": [float(v) for v in data.PixelSpacing],
    "laterality": data.ImageLaterality,
}))
"#;

fn export() -> DicomExport {
    DicomExport {
        pseudonym: "FOVEA-1".to_owned(),
        written_at: NaiveDateTime::default(),
    }
}

/// With a picture of odd size beside it.
fn with_slo() -> Volume {
    Volume {
        slo: Some(GrayImage {
            size: SizePx::new(9, 7),
            pixels: gradient(9, 7),
        }),
        slo_spacing_um: Some([11.0, 13.0]),
        laterality: Laterality::Right,
        ..phantom_volume(16, 12, 2)
    }
}

/// The picture alone.
fn en_face() -> Volume {
    let picture = Bscan::new(SizePx::new(9, 7), gradient(9, 7));
    let mut volume = Volume::of_bscans(vec![picture], SourceFormat::Png);
    volume.pattern = ScanPattern::EnFace;
    volume.laterality = Laterality::Right;
    volume.spacing_um = SpacingUm::new(11.0, 13.0, 1.0);
    volume
}

#[test]
fn others_and_we_read_the_picture_that_was_written() {
    let test = "others_and_we_read_the_picture_that_was_written";
    let (Some(dciodvfy), Some(python)) = (program(test, "dciodvfy"), Python::find(test)) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, volume) in [("beside", with_slo()), ("alone", en_face())] {
        let bytes = encode_dicom_fundus(&volume, &export()).expect(name);
        let path = folder.path().join("fundus.dcm");
        std::fs::write(&path, &bytes).expect("writes");
        let said = Command::new(&dciodvfy).arg(&path).output().expect("runs");
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(
            said.contains("OphthalmicPhotography8BitImage"),
            "{name}: {said}"
        );
        assert!(!said.contains("Error"), "{name}: {said}");
        let seen = python.run(SCRIPT, &[&path]);
        let expected = serde_json::json!({
            "class": "Ophthalmic Photography 8 Bit Image Storage",
            "pixels": gradient(9, 7),
            "shape": [7, 9],
            "spacing_mm": [0.013, 0.011],
            "laterality": "R",
        });
        assert_eq!(seen, expected, "{name}");
        let back = read_bytes(&bytes, &Budget::default()).expect(name);
        assert_eq!(back.pattern, ScanPattern::EnFace, "{name}");
        assert_eq!(back.laterality, Laterality::Right, "{name}");
        assert_eq!(back.bscans[0].pixels, gradient(9, 7), "{name}");
    }
}

#[test]
fn a_scan_without_a_picture_is_refused() {
    let volume = Volume {
        slo: None,
        ..phantom_volume(16, 12, 2)
    };
    let error = encode_dicom_fundus(&volume, &export()).expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "DICOM OP cannot hold a scan without a picture of the fundus; nothing was written."
    );
}
