//! Tomograms made byte by byte: what they hold comes back, nobody's name does, and what lies is refused.

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, Laterality, SourceFormat, read_bytes};
use fovea_phantom::{DicomPixels, GRADIENT_J2C, PATIENT_CANARY, dicom_tomogram};
use image::ImageFormat;

use crate::build::{by_image, gradient};

const NATIVE: &str = "1.2.840.10008.1.2.1";
/// Native samples in fragments.
const UNCOMPRESSED: &str = "1.2.840.10008.1.2.1.98";
const RLE: &str = "1.2.840.10008.1.2.5";
const JPEG: &str = "1.2.840.10008.1.2.4.50";
const JPEG_2000: &str = "1.2.840.10008.1.2.4.90";
const SIZE: SizePx = SizePx {
    width: 16,
    height: 12,
};

fn fragments(syntax: &str, frames: u32, fragments: &[&[u8]]) -> Vec<u8> {
    dicom_tomogram(syntax, SIZE, frames, DicomPixels::Fragments(fragments))
}

/// A frame of one byte plane, in literal runs.
fn rle(pixels: &[u8]) -> Vec<u8> {
    let mut data = vec![0; 64];
    (data[0], data[4]) = (1, 64);
    for run in pixels.chunks(128) {
        data.push(run.len() as u8 - 1);
        data.extend_from_slice(run);
    }
    data
}

/// One of each way to store pixels.
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let frame = gradient(16, 12);
    let jpeg = by_image(16, 12, ImageFormat::Jpeg);
    let two = [&frame[..], &frame].concat();
    vec![
        (
            "DICOM",
            dicom_tomogram(NATIVE, SIZE, 2, DicomPixels::Native(&two)),
        ),
        ("DICOM, fragments", fragments(UNCOMPRESSED, 1, &[&frame])),
        ("DICOM, RLE", fragments(RLE, 1, &[&rle(&frame)])),
        ("DICOM, JPEG", fragments(JPEG, 1, &[&jpeg])),
        (
            "DICOM, JPEG 2000",
            fragments(JPEG_2000, 2, &[GRADIENT_J2C, GRADIENT_J2C]),
        ),
    ]
}

#[test]
fn each_way_to_store_pixels_gives_them_back_and_nobody_s_name() {
    for (name, bytes) in samples() {
        let canaries = bytes
            .windows(PATIENT_CANARY.len())
            .filter(|part| *part == PATIENT_CANARY.as_bytes())
            .count();
        assert_eq!(canaries, 11, "{name}");
        let volume = read_bytes(&bytes, &Budget::default()).expect(name);
        assert_eq!(
            (volume.format, volume.laterality, volume.bscan_size()),
            (SourceFormat::Dicom, Laterality::Left, SIZE)
        );
        let spacing = volume.spacing_um.expect(name);
        for (found, expected) in [(spacing.x, 12.0), (spacing.y, 4.0), (spacing.z, 120.0)] {
            assert!((found - expected).abs() < 1e-9, "{name}: {spacing:?}");
        }
        if name != "DICOM, JPEG" {
            for bscan in &volume.bscans {
                assert_eq!(bscan.pixels, gradient(16, 12), "{name}");
            }
        }
        assert_eq!(volume.device.as_deref(), Some("Maker Model"));
        assert!(!format!("{volume:?}").contains(PATIENT_CANARY), "{name}");
    }
}

#[test]
fn fragments_are_put_together_into_frames() {
    let frame = GRADIENT_J2C;
    // Pieces of frames have an even length (PS3.5 section A.4).
    let (head, tail) = frame.split_at(frame.len() / 4 * 2);
    let cases: [(&str, u32, &[&[u8]]); 3] = [
        ("two frames of two pieces", 2, &[head, tail, head, tail]),
        ("one whole, one of two pieces", 2, &[frame, head, tail]),
        ("one frame of two pieces", 1, &[head, tail]),
    ];
    for (name, frames, pieces) in cases {
        let bytes = fragments(JPEG_2000, frames, pieces);
        let volume = read_bytes(&bytes, &Budget::default()).expect(name);
        assert_eq!(volume.bscans.len(), frames as usize, "{name}");
        for bscan in &volume.bscans {
            assert_eq!(bscan.pixels, gradient(16, 12), "{name}");
        }
    }
}

#[test]
fn samples_that_are_not_compressed_may_lie_in_fragments() {
    let (first, second) = (gradient(16, 12), vec![7; 192]);
    let bytes = fragments(UNCOMPRESSED, 2, &[&first, &second]);
    let volume = read_bytes(&bytes, &Budget::default()).expect("two frames");
    let found: Vec<&[u8]> = volume
        .bscans
        .iter()
        .map(|bscan| &bscan.pixels[..])
        .collect();
    assert_eq!(found, [&first[..], &second[..]]);
    let whole = fragments(UNCOMPRESSED, 1, &[&first[..100], &first[100..]]);
    let volume = read_bytes(&whole, &Budget::default()).expect("a frame of two pieces");
    assert_eq!(volume.bscans[0].pixels, first);
    let cut = fragments(UNCOMPRESSED, 2, &[&first, &second[..190]]);
    let error = read_bytes(&cut, &Budget::default()).expect_err("cut off");
    assert!(error.to_string().contains("too short"), "{error}");
}

#[test]
fn lies_about_pixels_are_refused_with_the_attribute() {
    let frame = gradient(16, 12);
    let jpeg = by_image(16, 12, ImageFormat::Jpeg);
    let scans: Vec<u8> = [
        &jpeg[..jpeg.len() - 2],
        b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\xff\xd9",
    ]
    .concat();
    let large = SizePx::new(16_000, 16_000);
    let one_run = DicomPixels::Fragments(&[&[0; 66]]);
    let damaged = "The DICOM file is damaged at (7FE0,0010) PixelData: ";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "too few pixels",
            dicom_tomogram(NATIVE, SIZE, 3, DicomPixels::Native(&frame)),
            "it has 192 bytes, which do not hold 3 frames of 192 bytes; export",
        ),
        (
            "a large picture in a few bytes",
            dicom_tomogram(RLE, large, 1, one_run),
            "its data are too short for the frames that are declared; export",
        ),
        (
            "more frames than fragments",
            fragments(JPEG_2000, 3, &[GRADIENT_J2C, GRADIENT_J2C]),
            "its fragments cannot be told apart into the frames that are declared; export",
        ),
        (
            "another picture than declared",
            dicom_tomogram(
                JPEG_2000,
                SizePx::new(12, 16),
                1,
                DicomPixels::Fragments(&[GRADIENT_J2C]),
            ),
            "the data of frame 1 do not decode to 12×16 px with 1 samples; export",
        ),
        (
            "a JPEG of two scans",
            fragments(JPEG, 1, &[&scans]),
            "the data of frame 1 do not decode to 16×12 px with 1 samples; export",
        ),
        (
            "fragments in an uncompressed syntax",
            fragments(NATIVE, 1, &[&frame]),
            "it is not stored as the transfer syntax says; export",
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = read_bytes(&bytes, &Budget::default())
            .expect_err(name)
            .to_string();
        let expected = format!("{damaged}{expected}");
        assert!(
            error.starts_with(&expected),
            "{name}:\n  found    {error}\n  expected {expected}"
        );
        assert!(!error.contains(PATIENT_CANARY), "{name}");
    }
}

/// The numbers that decide how pixels are read, each with values that contradict the others.
#[test]
fn contradictions_among_the_numbers_of_pixels_are_survived() {
    for (_, bytes) in samples() {
        for tag in [0x02_u8, 0x00, 0x01, 0x03] {
            for (group, element) in [(0x28_u8, 0x01_u8), (0x28, 0x00)] {
                let header = [group, 0, tag, element, b'U', b'S', 2, 0];
                let Some(at) = bytes.windows(8).position(|part| part == header) else {
                    continue;
                };
                for value in [0_u16, 1, 2, 3, 7, 8, 9, 15, 16, 24, 31, 32, 64, u16::MAX] {
                    let mut changed = bytes.clone();
                    changed[at + 8..at + 10].copy_from_slice(&value.to_le_bytes());
                    let _ = read_bytes(&changed, &Budget::default());
                }
            }
        }
    }
}
