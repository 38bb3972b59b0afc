//! Files of devices out again as DICOM: pixels, geometry and the fundus, and nobody.

use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, GrayImage, Laterality, SourceFormat, Volume, read_bytes, read_path};
use fovea_intake::{Decision, Deidentified, Intake, Policy, Refusal, SiteKey};
use fovea_phantom::{PATIENT_CANARY, PhantomParams, generate, heidelberg_vol};

use crate::dicom::OPEN;
use crate::door::intake;

/// A volume of the left eye.
fn scan(has_fundus: bool) -> Volume {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(64, 48))
        .with_bscans(2);
    let mut volume = generate(4, &params).volume;
    volume.laterality = Laterality::Left;
    let size = SizePx::new(30, 20);
    volume.slo = has_fundus.then(|| GrayImage {
        size,
        pixels: (0..size.len()).map(|at| (at % 251) as u8).collect(),
    });
    volume
}

fn deidentified(intake: &Intake, path: &Path) -> Result<Deidentified, Refusal> {
    intake.deidentify_path(path, chrono::NaiveDateTime::default())
}

fn pixels(volume: &Volume) -> Vec<&[u8]> {
    let bscans = volume.bscans.iter();
    bscans.map(|bscan| &bscan.pixels[..]).collect()
}

#[test]
fn a_file_of_a_device_becomes_dicom() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scan");
    let read = |bytes: &[u8]| read_bytes(bytes, &Budget::default()).expect("reads");
    for has_fundus in [true, false] {
        let bytes = heidelberg_vol(&scan(has_fundus));
        let holds_patient = |bytes: &[u8]| {
            let mark = PATIENT_CANARY.as_bytes();
            bytes.windows(mark.len()).any(|part| part == mark)
        };
        assert!(holds_patient(&bytes));
        std::fs::write(&path, &bytes).expect("writes");
        let before = read_path(&path, &Budget::default()).expect("reads");
        let made = deidentified(&intake(), &path).expect("comes out");
        assert_eq!(made.report.decision, Decision::Deid);
        assert_eq!(made.report.format, SourceFormat::HeidelbergVol);
        let after = read(&made.scan);
        assert_eq!(after.format, SourceFormat::Dicom);
        assert_eq!(after.laterality, Laterality::Left);
        assert_eq!(pixels(&after), pixels(&before));
        assert!(!holds_patient(&made.scan));
        assert_eq!(made.fundus.is_some(), has_fundus);
        if let (Some(fundus), Some(slo)) = (&made.fundus, &before.slo) {
            assert_eq!(pixels(&read(fundus)), [&slo.pixels[..]]);
            assert!(!holds_patient(fundus));
        }
        // DICOM that came out goes through again as DICOM.
        std::fs::write(&path, &made.scan).expect("writes");
        let again = deidentified(&intake(), &path).expect("comes out");
        assert_eq!(again.report.format, SourceFormat::Dicom);
        assert_eq!(pixels(&read(&again.scan)), pixels(&before));
        assert!(again.fundus.is_none());
    }
}

#[test]
fn what_cannot_or_may_not_become_dicom_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scan");
    let only_dicom = Intake::new(
        Policy::parse(OPEN).expect("a policy"),
        SiteKey::new([1; 32]),
    );
    let mut without_size = scan(false);
    without_size.spacing_um = None;
    for (name, intake, volume, code, hint) in [
        ("a policy", &only_dicom, scan(false), "rejected", "No rule"),
        (
            "no size",
            &intake(),
            without_size,
            "unreadable",
            "pixel size",
        ),
    ] {
        std::fs::write(&path, heidelberg_vol(&volume)).expect("writes");
        let refusal = deidentified(intake, &path).expect_err(name);
        assert_eq!(refusal.code(), code, "{name}");
        let sentence = refusal.to_string();
        assert!(sentence.contains(hint), "{name}: {sentence}");
    }
}
