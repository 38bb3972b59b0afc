//! `.vol`: what is written comes back, and the header's odd values are taken for what they are.

use fovea_imaging::{Budget, HEIDELBERG_LAYER_NAMES, Laterality, SourceFormat, Volume, read_bytes};
use fovea_phantom::{PATIENT_CANARY, heidelberg_vol};

use crate::build::{phantom_volume, vol};

fn read(bytes: &[u8]) -> Volume {
    read_bytes(bytes, &Budget::default()).expect("a whole .vol")
}

fn patched(offset: usize, value: &[u8]) -> Vec<u8> {
    let mut bytes = vol();
    bytes[offset..offset + value.len()].copy_from_slice(value);
    bytes
}

#[test]
fn a_volume_survives_the_round_trip() {
    let written = phantom_volume(48, 40, 3);
    let volume = read(&heidelberg_vol(&written));
    assert_eq!(volume.format, SourceFormat::HeidelbergVol);
    assert_eq!(
        volume.bscans, written.bscans,
        "pixels, order and places, first row first"
    );
    assert_eq!(volume.laterality, Laterality::Left);
    assert_eq!(volume.slo, written.slo);
    let (found, expected) = (
        volume.spacing_um.expect("spacing"),
        written.spacing_um.expect("spacing"),
    );
    for (a, b) in [
        (found.x, expected.x),
        (found.y, expected.y),
        (found.z, expected.z),
    ] {
        assert!((a - b).abs() < 1e-9, "{found:?} {expected:?}");
    }
    assert!(volume.warnings.is_empty(), "{:?}", volume.warnings);
}

#[test]
fn device_lines_keep_names_and_heights() {
    let written = phantom_volume(48, 40, 2);
    let volume = read(&heidelberg_vol(&written));
    for (found, expected) in volume.layer_lines.iter().zip(&written.layer_lines) {
        let names: Vec<&str> = found.lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(
            names,
            ["ILM", "BM", "RNFL", "IPL", "INL", "OPL", "ELM", "RPE"]
        );
        for line in &found.lines {
            let expected = &expected.get(&line.name).expect("written").y_px;
            let same = line
                .y_px
                .iter()
                .zip(expected)
                .all(|(a, b)| a == b || (a.is_nan() && !(0.0..=40.0).contains(b)));
            assert!(same, "{}: {:?} {expected:?}", line.name, line.y_px);
        }
    }
    assert_eq!(HEIDELBERG_LAYER_NAMES[14], "PR1");
}

#[test]
fn the_header_is_read_field_by_field() {
    let mm = |value: f64| value.to_le_bytes();
    type Case = (&'static str, Vec<u8>, fn(&Volume) -> bool);
    let cases: [Case; 9] = [
        ("right eye", patched(84, b"OD\0\0"), |v| {
            v.laterality == Laterality::Right
        }),
        ("left eye, padded with spaces", patched(84, b"OS  "), |v| {
            v.laterality == Laterality::Left
        }),
        ("eye unknown", patched(84, b"\0\0\0\0"), |v| {
            v.laterality == Laterality::Unknown && v.warnings.len() == 1
        }),
        ("eye misspelt", patched(84, b"ODS\0"), |v| {
            v.laterality == Laterality::Unknown
        }),
        ("no spacing", patched(24, &mm(0.0)), |v| {
            v.spacing_um.is_none() && v.warnings.len() == 1
        }),
        ("spacing not a number", patched(40, &mm(f64::NAN)), |v| {
            v.spacing_um.is_none()
        }),
        ("distance from the places", patched(32, &mm(0.0)), |v| {
            v.spacing_um.is_some_and(|s| (s.z - 250.0).abs() < 1e-9)
        }),
        ("circle", patched(96, &[2]), |v| {
            v.warnings.iter().any(|w| w.contains("circle scan"))
        }),
        (
            "written by an open tool",
            patched(0, b"ep-v0.6.8   "),
            |v| v.bscans.len() == 2,
        ),
    ];
    for (name, bytes, holds) in cases {
        let volume = read(&bytes);
        assert!(
            holds(&volume),
            "{name}: {:?} {:?} {:?}",
            volume.laterality,
            volume.spacing_um,
            volume.warnings
        );
    }
}

#[test]
fn samples_are_shown_by_their_fourth_root() {
    // The first sample lies behind the file header, the 54 bytes of the SLO picture and the header of the B-scan.
    let first = 2048 + 54 + 256 + 17 * 16 * 4;
    let cases = [
        (0.0f32, 0),
        (1.0, 255),
        (0.0625, 128),
        (1e-4, 26),
        (f32::MAX, 0),
        (f32::NAN, 0),
        (-3.0, 0),
        (7.0, 255),
        (f32::INFINITY, 255),
    ];
    for (sample, gray) in cases {
        let volume = read(&patched(first, &sample.to_le_bytes()));
        assert_eq!(volume.bscans[0].pixels[0], gray, "{sample}");
    }
}

#[test]
fn no_word_about_the_patient_comes_through() {
    let bytes = vol();
    assert!(
        bytes
            .windows(PATIENT_CANARY.len())
            .any(|window| window == PATIENT_CANARY.as_bytes())
    );
    let shown = format!("{:?}", read(&bytes));
    assert!(!shown.contains("CANARY"));
}
