//! `.vol`: what is written comes back, and the header's odd values are taken for what they are.

use fovea_imaging::{
    Budget, HEIDELBERG_LAYER_NAMES, Laterality, Samples, ScanPattern, SourceFormat, Volume,
    read_bytes, read_bytes_deep, read_path, read_path_deep,
};
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
    assert_eq!(volume.slo_spacing_um, written.slo_spacing_um);
    assert_eq!(volume.pattern, ScanPattern::Raster);
    assert_eq!(
        volume.device.as_deref(),
        Some("Heidelberg Engineering Spectralis")
    );
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
fn a_file_is_read_as_its_bytes_are() {
    // Larger than the blocks that a file is read in.
    let bytes = heidelberg_vol(&phantom_volume(260, 300, 2));
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), &bytes).expect("writes");
    let budget = Budget::default();
    let shown = read_path(file.path(), &budget).expect("a whole .vol");
    assert_eq!(shown, read(&bytes));
    let deep = read_path_deep(file.path(), &budget).expect("a whole .vol");
    let expected = read_bytes_deep(&bytes, &budget).expect("a whole .vol");
    assert_eq!(deep, expected);
    assert_ne!(deep, shown);
    std::fs::write(file.path(), &bytes[..bytes.len() - 1]).expect("writes");
    let error = read_path(file.path(), &budget).expect_err("one byte is missing");
    let expected = format!(
        "The Heidelberg .vol file is cut off at byte {}, inside B-scan 2 of 2; \
         copy it again from where it was made.",
        bytes.len() - 1
    );
    assert_eq!(error.to_string(), expected);
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
    let cases: [Case; 19] = [
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
        ("pattern not stated", patched(96, &[0]), |v| {
            v.pattern == ScanPattern::Unknown && v.warnings.is_empty()
        }),
        ("line", patched(96, &[1]), |v| {
            v.pattern == ScanPattern::Line
        }),
        ("circle", patched(96, &[2]), |v| {
            v.pattern == ScanPattern::Circle && v.warnings.iter().any(|w| w.contains("circle scan"))
        }),
        ("fast volume", patched(96, &[4]), |v| {
            v.pattern == ScanPattern::Raster && v.warnings.is_empty()
        }),
        ("radial", patched(96, &[5]), |v| {
            v.pattern == ScanPattern::Radial
                && v.warnings.iter().any(|w| w.contains("cross each other"))
        }),
        ("a pattern of the future", patched(96, &[9]), |v| {
            v.pattern == ScanPattern::Unknown
        }),
        ("no SLO scale", patched(56, &mm(0.0)), |v| {
            v.slo.is_some() && v.slo_spacing_um.is_none()
        }),
        (
            "quality invalid",
            patched(2048 + 54 + 56, &f32::MAX.to_le_bytes()),
            |v| v.bscans[0].quality.is_none() && v.bscans[1].quality == Some(26.5),
        ),
        ("first edition", patched(0, b"HSF-OCT-100\0"), |v| {
            v.warnings.is_empty() && v.device.is_some()
        }),
        (
            "an edition of the future",
            patched(0, b"HSF-OCT-104\0"),
            |v| v.warnings.iter().any(|w| w.contains("edition")),
        ),
        (
            "written by an open tool",
            patched(0, b"ep-v0.6.8   "),
            |v| v.bscans.len() == 2 && v.device.is_none() && v.warnings.is_empty(),
        ),
        (
            "places unusable",
            patched(2048 + 54 + 16, &mm(f64::INFINITY)),
            |v| v.bscans[0].position.is_none() && v.bscans[1].position.is_some(),
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
        let bytes = patched(first, &sample.to_le_bytes());
        let shown = &read(&bytes).bscans[0];
        assert_eq!((shown.pixels[0], &shown.deep), (gray, &None), "{sample}");
        let deep = read_bytes_deep(&bytes, &Budget::default()).expect("a whole .vol");
        let Some(Samples::F32(reflectivities)) = &deep.bscans[0].deep else {
            panic!("{:?}", deep.bscans[0].deep);
        };
        let expected = if sample == f32::MAX { f32::NAN } else { sample };
        assert_eq!(
            reflectivities[0].to_bits(),
            expected.to_bits(),
            "{sample} stays as it is, but for the mark of what is invalid"
        );
        assert_eq!(reflectivities.len(), shown.size.len());
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
