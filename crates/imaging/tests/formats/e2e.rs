//! `.e2e`: what is written comes back, and what contradicts itself is refused.

use fovea_imaging::{
    Budget, Laterality, Samples, ScanPattern, SourceFormat, Volume, read_bytes, read_bytes_deep,
};
use fovea_phantom::{PATIENT_CANARY, heidelberg_e2e};

use crate::build::{e2e, phantom_volume};

const DIRECTORY: usize = 88;
const FIRST_ENTRY: usize = DIRECTORY + 52;

fn read(bytes: &[u8]) -> Volume {
    read_bytes(bytes, &Budget::default()).expect("a whole .e2e")
}

fn refusal(bytes: &[u8]) -> String {
    let error = read_bytes(bytes, &Budget::default()).expect_err("a damaged .e2e");
    error.to_string()
}

fn patched(mut bytes: Vec<u8>, offset: usize, value: u32) -> Vec<u8> {
    bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

/// Where the chunk of the `index`th entry begins.
fn chunk(bytes: &[u8], index: usize) -> usize {
    let at = FIRST_ENTRY + 44 * index + 4;
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize
}

/// Index of the first entry of `kind`.
fn entry(bytes: &[u8], kind: u32) -> usize {
    let kind_at = |index: usize| FIRST_ENTRY + 44 * index + 36;
    let is_kind = |index: &usize| bytes[kind_at(*index)..].starts_with(&kind.to_le_bytes());
    (0..).find(is_kind).expect("written")
}

#[test]
fn a_volume_survives_the_round_trip() {
    let written = phantom_volume(48, 40, 3);
    let volume = read(&heidelberg_e2e(std::slice::from_ref(&written)));
    assert_eq!(volume.format, SourceFormat::HeidelbergE2e);
    let (pixels, qualities): (Vec<_>, Vec<_>) = volume
        .bscans
        .iter()
        .map(|bscan| (&bscan.pixels, bscan.quality))
        .unzip();
    let (expected, stated): (Vec<_>, Vec<_>) = written
        .bscans
        .iter()
        .map(|bscan| (&bscan.pixels, bscan.quality))
        .unzip();
    assert_eq!((pixels, qualities), (expected, stated));
    assert_eq!(volume.slo, written.slo);
    assert_eq!(volume.laterality, Laterality::Left);
    assert_eq!(volume.pattern, ScanPattern::Raster);
    assert_eq!(volume.device.as_deref(), Some("Heidelberg Engineering"));
    let (found, stated) = (
        volume.spacing_um.expect("angles"),
        written.spacing_um.expect("written"),
    );
    for (a, b) in [
        (found.x, stated.x),
        (found.y, stated.y),
        (found.z, stated.z),
    ] {
        // Angles and scales are floats of 32 bits.
        assert!((a / b - 1.0).abs() < 1e-5, "{found:?} {stated:?}");
    }
    let said = volume.warnings.join(" ");
    assert!(
        said.contains("experimental") && said.contains("289.6 µm per degree"),
        "{said}"
    );
    assert_eq!(volume.warnings.len(), 2, "{said}");
    for (found, expected) in volume.layer_lines.iter().zip(&written.layer_lines) {
        assert_eq!(found.lines.len(), 8);
        for line in &found.lines {
            let expected = &expected.get(&line.name).expect("written").y_px;
            let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && !(0.0..=40.0).contains(b));
            assert!(line.y_px.iter().zip(expected).all(same), "{}", line.name);
        }
    }
}

#[test]
fn the_reflectivities_are_kept_where_asked_for() {
    let deep = read_bytes_deep(&e2e(), &Budget::default()).expect("a whole .e2e");
    let bscan = &deep.bscans[0];
    let Some(Samples::F32(reflectivities)) = &bscan.deep else {
        panic!("{:?}", bscan.deep);
    };
    for (reflectivity, gray) in reflectivities.iter().zip(&bscan.pixels) {
        let shown = reflectivity.sqrt().sqrt() * 255.0;
        assert!(
            (shown - f32::from(*gray)).abs() <= 0.5,
            "{reflectivity} {gray}"
        );
    }
}

#[test]
fn of_several_scans_the_largest_is_read() {
    let (small, large) = (phantom_volume(8, 6, 1), phantom_volume(16, 12, 2));
    let volume = read(&heidelberg_e2e(&[small.clone(), large.clone(), large]));
    assert_eq!(volume.bscans.len(), 2);
    let said = volume.warnings.last().expect("it says so");
    assert_eq!(
        said,
        "The file holds 3 scans; the one with most B-scans (2) was read."
    );
    assert_eq!(read(&heidelberg_e2e(&[small])).bscans.len(), 1);
}

#[test]
fn what_the_file_leaves_open_stays_open() {
    let bytes = e2e();
    let geometry = chunk(&bytes, entry(&bytes, 10_004)) + 60;
    let eye = chunk(&bytes, entry(&bytes, 11)) + 60 + 14;
    type Case = (&'static str, Vec<u8>, fn(&Volume) -> bool);
    let cases: [Case; 6] = [
        ("eye unknown", patched(bytes.clone(), eye, 0), |v| {
            v.laterality == Laterality::Unknown && v.warnings[1].contains("confirm the laterality")
        }),
        ("right eye", patched(bytes.clone(), eye, b'R'.into()), |v| {
            v.laterality == Laterality::Right
        }),
        ("no angle", patched(bytes.clone(), geometry + 60, 0), |v| {
            v.spacing_um.is_none() && v.warnings[0].contains("no usable pixel size")
        }),
        ("circle", patched(bytes.clone(), geometry + 72, 2), |v| {
            v.pattern == ScanPattern::Circle && v.spacing_um.is_none()
        }),
        ("radial", patched(bytes.clone(), geometry + 72, 5), |v| {
            v.pattern == ScanPattern::Radial
        }),
        (
            "more B-scans than there are",
            patched(bytes.clone(), geometry + 64, 5),
            |v| {
                v.warnings
                    .iter()
                    .any(|w| w.contains("said to have 5 B-scans, but the file holds 2"))
            },
        ),
    ];
    for (name, bytes, holds) in cases {
        let volume = read(&bytes);
        assert!(
            holds(&volume),
            "{name}: {:?} {:?}",
            volume.laterality,
            volume.warnings
        );
    }
}

#[test]
fn a_lost_directory_is_made_up_for() {
    let bytes = e2e();
    let lost = patched(bytes.clone(), 36 + 40, u32::MAX);
    let (whole, found) = (read(&bytes), read(&lost));
    assert_eq!(format!("{:?}", found.bscans), format!("{:?}", whole.bscans));
    assert_eq!(found.laterality, whole.laterality);
    let said = found.warnings.last().expect("it says so");
    assert!(
        said.starts_with("The directory of the file is missing"),
        "{said}"
    );
    // A B-scan short of what the others say.
    let cut = &lost[..lost.len() - 2_000];
    let said = refusal(cut);
    assert!(
        said.contains("inside 2 B-scans, of which it holds 1; copy it again"),
        "{said}"
    );
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let bytes = e2e();
    let start = chunk(&bytes, 1);
    let picture = chunk(&bytes, entry(&bytes, 0x4000_0000)) + 60;
    let line = chunk(&bytes, entry(&bytes, 10_019)) + 60;
    let circle = patched(bytes.clone(), DIRECTORY + 44, DIRECTORY as u32);
    let astray = patched(bytes.clone(), DIRECTORY + 44, 40);
    let cases: Vec<(&str, Vec<u8>, String)> = vec![
        (
            "a circle of directories",
            circle,
            "damaged near byte 88: its directories form a circle; export".into(),
        ),
        (
            "a directory that is none",
            astray,
            "damaged near byte 40: a directory is not where the next one says; export".into(),
        ),
        (
            "more entries than bytes",
            patched(bytes.clone(), DIRECTORY + 36, u32::MAX),
            format!("cut off at byte {}, inside a directory; copy", bytes.len()),
        ),
        (
            "an entry astray",
            patched(bytes.clone(), FIRST_ENTRY + 44 + 4, start as u32 + 1),
            format!(
                "damaged near byte {}: a chunk is not where the directory says; export",
                start + 1
            ),
        ),
        (
            "a chunk longer than the file",
            patched(bytes.clone(), start + 24, u32::MAX),
            format!("cut off at byte {}, inside a chunk; copy", bytes.len()),
        ),
        (
            "chunks inside each other",
            patched(bytes.clone(), start + 24, 700),
            "two chunks overlap; export".into(),
        ),
        (
            "a picture with a side too long",
            patched(bytes.clone(), picture + 16, 70_000),
            format!(
                "A picture of the .e2e file (byte {picture}) declares 70000×6 px, over the limit of 16384 px a side; check"
            ),
        ),
        (
            "a picture larger than its chunk",
            patched(bytes.clone(), picture + 16, 16_000),
            format!(
                "damaged near byte {picture}: a picture of 16000×6 px is larger than its chunk; export"
            ),
        ),
        (
            "a line of another width",
            patched(bytes.clone(), line + 12, 15),
            format!("damaged near byte {line}: a layer line has not one height per A-scan; export"),
        ),
        (
            "no pictures",
            heidelberg_e2e(&[]),
            "damaged near byte 36: its directory names no B-scan; export".into(),
        ),
        (
            "nothing behind the head",
            bytes[..88].to_vec(),
            "cut off at byte 88, inside its directory; copy".into(),
        ),
        (
            "the name alone",
            b"CMDb".to_vec(),
            "cut off at byte 4, inside the main directory; copy".into(),
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = refusal(&bytes);
        assert!(
            error.contains(&expected),
            "{name}:\n  {error}\n  {expected}"
        );
    }
}

#[test]
fn no_word_about_the_patient_comes_through() {
    let bytes = e2e();
    let canaries = bytes
        .windows(PATIENT_CANARY.len())
        .filter(|w| *w == PATIENT_CANARY.as_bytes());
    assert_eq!(canaries.count(), 3);
    assert!(!format!("{:?}", read(&bytes)).contains("CANARY"));
}
