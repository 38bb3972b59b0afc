//! What has to be declared, what is decided, and what a refusal says.

use fovea_geometry::SizePx;
use fovea_imaging::{Laterality, SourceFormat, encode_png_gray8};
use fovea_intake::{Consent, Decision, Declared, Intake, Policy, SiteKey};
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};

pub(crate) fn intake() -> Intake {
    Intake::new(Policy::default(), SiteKey::new([9; 32]))
}

pub(crate) fn declared() -> Declared {
    Declared {
        consent: Some(Consent::Written),
        device_id: Some("oct-3".to_owned()),
        ..Declared::default()
    }
}

fn vol() -> Vec<u8> {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(64, 48))
        .with_bscans(2);
    heidelberg_vol(&generate(4, &params).volume)
}

#[test]
fn a_scan_of_a_device_comes_in_as_pixels() {
    let admitted = intake().admit_bytes(&vol(), &declared()).expect("comes in");
    assert_eq!(admitted.volume.bscans.len(), 2);
    assert_eq!(admitted.dicom, None);
    let report = &admitted.report;
    assert_eq!(report.decision, Decision::Deid);
    assert_eq!(report.format, SourceFormat::HeidelbergVol);
    assert_eq!(report.policy, "fovea.default/1");
    assert_eq!(report.policy_sha256.len(), 64);
    let json = serde_json::to_string(report).expect("serializes");
    let back: fovea_intake::Report = serde_json::from_str(&json).expect("the report");
    assert_eq!(&back, report);
}

#[test]
fn what_is_not_declared_is_asked_for() {
    let without_consent = Declared {
        consent: None,
        ..declared()
    };
    let without_device = Declared {
        device_id: None,
        ..declared()
    };
    let with_name = Declared {
        device_id: Some("Dr. Smith's OCT".to_owned()),
        ..declared()
    };
    let cases = [
        (without_consent, "consent_missing", "No consent is declared"),
        (without_device, "device_missing", "No device is declared"),
        (with_name, "device_missing", "No device is declared"),
    ];
    for (declared, code, start) in cases {
        let refusal = intake().admit_bytes(&vol(), &declared).expect_err(start);
        assert_eq!(refusal.code(), code);
        let sentence = refusal.to_string();
        assert!(
            sentence.starts_with(start) && sentence.ends_with('.'),
            "{sentence}"
        );
    }
}

#[test]
fn the_persons_word_on_the_eye_is_taken() {
    let declared = Declared {
        laterality: Some(Laterality::Left),
        ..declared()
    };
    let admitted = intake().admit_bytes(&vol(), &declared).expect("comes in");
    assert_eq!(admitted.volume.laterality, Laterality::Left);
}

#[test]
fn a_file_name_is_in_no_refusal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Mustermann_Erika.png");
    let missing = intake().examine_path(&path).expect_err("not there");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\n").expect("writes");
    let damaged = intake().examine_path(&path).expect_err("damaged");
    let inside = intake().examine_path(folder.path()).expect_err("damaged");
    for refusal in [missing, damaged, inside] {
        assert_eq!(refusal.code(), "unreadable");
        let sentence = refusal.to_string();
        assert!(!sentence.contains("Mustermann"), "{sentence}");
    }
}

#[test]
fn a_picture_is_examined_without_a_store() {
    let size = SizePx::new(40, 30);
    let png = encode_png_gray8(size, &vec![17; size.len()]).expect("encodes");
    let examination = intake().examine_bytes(&png).expect("a picture");
    assert_eq!(examination.decision, Decision::Deid);
    assert_eq!(examination.volume.bscan_size(), size);
    assert_eq!(examination.text_score, 0.0);
}
