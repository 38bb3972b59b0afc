//! `.fda` and `.fds`: what is written comes back, and personal chunks stay unread.

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, Laterality, Samples, ScanPattern, SourceFormat, Volume, read_bytes};
use fovea_phantom::{
    GRADIENT_J2C, PATIENT_CANARY, TopconChunk, topcon_chunks, topcon_file, topcon_jpeg,
};

use crate::build::{gradient, phantom_volume};

fn read(bytes: &[u8]) -> Volume {
    read_bytes(bytes, &Budget::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(bytes: &[u8]) -> String {
    let volume = read_bytes(bytes, &Budget::default());
    volume.expect_err("a fault").to_string()
}

/// One picture twice.
pub(crate) fn fda() -> Vec<u8> {
    let chunk = topcon_jpeg(2, [16, 12], &[GRADIENT_J2C, GRADIENT_J2C]);
    topcon_file("FDA", &[chunk])
}

pub(crate) fn fds() -> Vec<u8> {
    topcon_file("FDS", &topcon_chunks(&phantom_volume(16, 12, 2)))
}

/// All of it is structure or pixels.
pub(crate) fn fds_without_people() -> Vec<u8> {
    let mut chunks = topcon_chunks(&phantom_volume(8, 6, 2));
    chunks.retain(|(name, _)| name.starts_with("@IMG") || name.starts_with("@CONTOUR"));
    chunks.truncate(4);
    topcon_file("FDS", &chunks)
}

/// The chunks of a phantom with the content of one of them changed.
fn changed(name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut chunks = topcon_chunks(&phantom_volume(16, 12, 2));
    for (_, content) in chunks.iter_mut().filter(|chunk| chunk.0 == name) {
        change(content);
    }
    topcon_file("FDS", &chunks)
}

fn put(content: &mut [u8], offset: usize, value: &[u8]) {
    content[offset..offset + value.len()].copy_from_slice(value);
}

#[test]
fn a_volume_survives_the_round_trip() {
    let written = phantom_volume(48, 40, 3);
    let volume = read(&topcon_file("FDS", &topcon_chunks(&written)));
    assert_eq!(volume.format, SourceFormat::TopconFds);
    for (found, expected) in volume.bscans.iter().zip(&written.bscans) {
        assert_eq!(
            (found.size, &found.pixels),
            (expected.size, &expected.pixels)
        );
    }
    assert_eq!(volume.bscans.len(), 3);
    assert_eq!(volume.laterality, Laterality::Left);
    assert_eq!(volume.slo, written.slo);
    assert_eq!(volume.pattern, ScanPattern::Raster);
    assert_eq!(volume.device.as_deref(), Some("Topcon 3DOCT-2000"));
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
    assert!(
        volume
            .warnings
            .iter()
            .any(|w| w.contains("please confirm the laterality")),
        "{:?}",
        volume.warnings
    );
}

/// The rows of contours run either way; what fits the pictures is taken.
#[test]
fn contours_become_lines_of_the_right_bscan() {
    let written = phantom_volume(48, 64, 5);
    let backwards = topcon_chunks(&written);
    let forwards: Vec<TopconChunk> = backwards
        .iter()
        .cloned()
        .map(|(name, mut content)| {
            if name == "@CONTOUR_INFO" {
                let rows: Vec<&[u8]> = backwards_rows(&content).rev().collect();
                let rows = rows.concat();
                put(&mut content, 34, &rows);
            }
            (name, content)
        })
        .collect();
    for chunks in [backwards, forwards] {
        let volume = read(&topcon_file("FDA", &chunks));
        assert_eq!(volume.layer_lines.len(), 5);
        for (index, (found, expected)) in volume
            .layer_lines
            .iter()
            .zip(&written.layer_lines)
            .enumerate()
        {
            let names: Vec<&str> = found.lines.iter().map(|line| line.name.as_str()).collect();
            let all = ["ILM", "RNFL", "IPL", "INL", "OPL", "ELM", "RPE", "BM"];
            assert_eq!(names, all, "from the vitreous down");
            for line in &found.lines {
                let expected = &expected.get(&line.name).expect("written").y_px;
                let is_close = line.y_px.iter().zip(expected).all(|(a, b)| {
                    (a - b).abs() <= 0.5 || (a.is_nan() && (b.is_nan() || *b > 63.0 || *b <= 0.0))
                });
                assert!(is_close, "B-scan {index}, {}", line.name);
            }
        }
    }
}

fn backwards_rows(content: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    content[34..content.len() - 32].chunks_exact(48 * 2)
}

#[test]
fn jpeg_2000_pictures_are_decoded_exactly() {
    let volume = read(&fda());
    assert_eq!(volume.format, SourceFormat::TopconFda);
    assert_eq!(volume.bscans.len(), 2);
    for bscan in &volume.bscans {
        assert_eq!(
            (bscan.size, &bscan.pixels),
            (SizePx::new(16, 12), &gradient(16, 12))
        );
    }
    assert_eq!(volume.laterality, Laterality::Unknown);
    assert!(volume.spacing_um.is_none());
    assert_eq!(volume.warnings.len(), 3, "{:?}", volume.warnings);
}

#[test]
fn deep_samples_are_kept() {
    let bytes = fds();
    let volume = fovea_imaging::read_bytes_deep(&bytes, &Budget::default()).expect("a whole file");
    let Some(Samples::U16(samples)) = &volume.bscans[1].deep else {
        panic!("{:?}", volume.bscans[1].deep);
    };
    let expected = &phantom_volume(16, 12, 2).bscans[1].pixels;
    assert!(
        samples
            .iter()
            .zip(expected)
            .all(|(a, b)| *a == u16::from(*b) << 8)
    );
}

#[test]
fn the_chunks_are_read_field_by_field() {
    type Case = (&'static str, Vec<u8>, fn(&Volume) -> bool);
    let cases: [Case; 9] = [
        (
            "right eye",
            changed("@CAPTURE_INFO_02", |c| c[0] = 0),
            |v| v.laterality == Laterality::Right,
        ),
        ("no eye", changed("@CAPTURE_INFO_02", |c| c[0] = 7), |v| {
            v.laterality == Laterality::Unknown
                && v.warnings.iter().any(|w| w.contains("which eye"))
        }),
        (
            "model unknown",
            changed("@HW_INFO_03", |c| put(c, 0, b"CANARY")),
            |v| v.device.as_deref() == Some("Topcon"),
        ),
        ("a line", changed("@IMG_SCAN_03", |c| c[0] = 0), |v| {
            v.pattern == ScanPattern::Unknown
        }),
        ("a circle", changed("@IMG_SCAN_03", |c| c[0] = 1), |v| {
            v.pattern == ScanPattern::Circle
        }),
        (
            "no size",
            changed("@PARAM_SCAN_04", |c| put(c, 12, &[0; 24])),
            |v| v.spacing_um.is_none() && v.warnings.iter().any(|w| w.contains("@PARAM_SCAN")),
        ),
        (
            "no fundus",
            changed("@IMG_OBS", |c| put(c, 0, &[0; 4])),
            |v| v.slo.is_none(),
        ),
        (
            "colours",
            changed("@IMG_OBS", |c| put(c, 21, &[255, 0, 0])),
            |v| v.slo.as_ref().is_some_and(|slo| slo.pixels[0] == 18),
        ),
        (
            "contours of a stranger",
            changed("@CONTOUR_INFO", |c| put(c, 0, b"CANARY_1\0\0\0\0\0")),
            |v| v.layer_lines.is_empty() && v.warnings.iter().any(|w| w.contains("were left out")),
        ),
    ];
    for (name, bytes, holds) in cases {
        let volume = read(&bytes);
        assert!(holds(&volume), "{name}: {volume:?}");
        assert!(!format!("{volume:?}").contains("CANARY"), "{name}");
    }
}

#[test]
fn no_word_about_the_patient_comes_through() {
    let bytes = fds();
    let canary = PATIENT_CANARY.as_bytes();
    let count = |bytes: &[u8]| {
        bytes
            .windows(canary.len())
            .filter(|part| *part == canary)
            .count()
    };
    assert!(count(&bytes) > 40);
    assert!(!format!("{:?}", read(&bytes)).contains("CANARY"));
    for length in (0..bytes.len()).step_by(7) {
        assert!(!refusal(&bytes[..length]).contains("CANARY"), "{length}");
    }
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let scan = "@IMG_SCAN_03";
    let jpeg = |size, streams: &[&[u8]]| topcon_file("FDA", &[topcon_jpeg(2, size, streams)]);
    let mut huge = GRADIENT_J2C.to_vec();
    put(&mut huge, 8, &[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let mut tiles = GRADIENT_J2C.to_vec();
    put(&mut tiles, 24, &[0, 0, 0, 1, 0, 0, 0, 1]);
    let cases = [
        (
            "no B-scans",
            topcon_file("FDA", &[("@THUMBNAIL", vec![1, 2, 3])]),
            "The Topcon .fda file has no chunk of B-scans (@IMG_JPEG, @IMG_SCAN_03, @IMG_MOT_COMP_03), which Fovea does not read; export the scan",
        ),
        (
            "a chunk over the end",
            b"FOCTFDS\x01\0\0\0\0\0\0\0\x08@IMG_OBS\xff\xff\0\0".to_vec(),
            "The Topcon .fds file is cut off at byte 28, inside a chunk; copy it again",
        ),
        (
            "no chunk where one is due",
            b"FOCTFDS\x01\0\0\0\0\0\0\0\x08CANARY^P\0\0\0\0\0".to_vec(),
            "The Topcon .fds file is damaged near byte 15: no chunk starts where one is due; export",
        ),
        (
            "no width",
            changed(scan, |c| put(c, 1, &[0; 4])),
            "@IMG_SCAN_03 is 0×12 px and so holds no pixel; export",
        ),
        (
            "no count",
            changed(scan, |c| put(c, 13, &[0; 4])),
            "The Topcon .fds file is damaged at @IMG_SCAN_03: it declares no B-scan; export",
        ),
        (
            "more B-scans than bytes",
            changed(scan, |c| put(c, 13, &[9, 0, 0, 0])),
            "The Topcon .fds file is cut off at byte 790, inside 9 B-scans of 16×12 px in @IMG_SCAN_03; copy",
        ),
        (
            "fewer B-scans than bytes",
            changed(scan, |c| put(c, 13, &[1, 0, 0, 0])),
            "The Topcon .fds file is damaged at @IMG_SCAN_03: its length does not fit 1 B-scans of 16×12 px; export",
        ),
        (
            "12 bits",
            changed(scan, |c| c[9] = 12),
            "The Topcon .fds file has samples of 12 bits, which Fovea does not read; export",
        ),
        (
            "a contour that is cut off",
            changed("@CONTOUR_INFO", |c| c.truncate(50)),
            "The Topcon .fds file is cut off at byte 50, inside the heights of @CONTOUR_INFO; copy",
        ),
        (
            "a fundus picture of another length",
            changed("@IMG_OBS", |c| c[0] += 1),
            "The Topcon .fds file is damaged at @IMG_OBS: its length does not fit 10×6 px; export",
        ),
        (
            "a codestream of another size",
            jpeg([16, 13], &[GRADIENT_J2C]),
            "The Topcon .fda file is damaged at @IMG_JPEG: B-scan 1 of 1 is no gray picture of 16×13 px; export",
        ),
        (
            "no codestream",
            jpeg([16, 12], &[b"JFIF"]),
            "The Topcon .fda file is damaged at B-scan 1 of 1: it is no JPEG 2000 codestream; export",
        ),
        (
            "a codestream that is cut off",
            jpeg([16, 12], &[&GRADIENT_J2C[..GRADIENT_J2C.len() - 9]]),
            "The Topcon .fda file is damaged at B-scan 1 of 1: its JPEG 2000 data are cut off; export",
        ),
        (
            "a codestream that asks for 256 million samples",
            jpeg([16, 12], &[&huge]),
            "The Topcon .fda file is damaged at B-scan 1 of 1: its JPEG 2000 data are too short for the picture that they declare; export",
        ),
        (
            "a tile per sample",
            jpeg([16, 12], &[&tiles]),
            "The Topcon .fda file is damaged at B-scan 1 of 1: its JPEG 2000 data are too short for the picture that they declare; export",
        ),
        (
            "a volume that its pictures cannot hold",
            jpeg([16_000, 16_000], &[GRADIENT_J2C]),
            "The Topcon .fda file is cut off at byte 213, inside 1 B-scans of 16000×16000 px; copy",
        ),
    ];
    for (name, bytes, expected) in cases {
        let found = refusal(&bytes);
        assert!(
            found.starts_with(expected),
            "{name}:\n  found    {found}\n  expected {expected}"
        );
    }
}
