//! Pairs, colours, single B-scans and free text, from files that the tests patch.

use std::fs;

use fovea_geometry::SpacingUm;
use fovea_imaging::{Budget, NiftiPacking, Samples, encode_nifti_volume, read_bytes_deep};

use super::{all_samples, read};
use crate::build::{gzip, marked};

#[test]
fn pairs_of_header_and_voxels_belong_together() {
    let volume = marked(1, |v| v as f32 * 300.0);
    let single = encode_nifti_volume(&volume, NiftiPacking::Plain).expect("writes");
    let mut header = single[..348].to_vec();
    header[344..348].copy_from_slice(b"ni1\0");
    header[108..112].copy_from_slice(&0f32.to_le_bytes());
    let voxels = &single[352..];
    let packed = gzip(voxels);
    let packed_header = gzip(&header);
    let cases: [(&str, &[u8], &str, &[u8]); 4] = [
        ("a.hdr", &header, "a.img", voxels),
        ("b.c.HDR", &header, "b.c.IMG", voxels),
        ("d.hdr", &header, "d.img.gz", &packed),
        ("e.hdr.gz", &packed_header, "e.img.gz", &packed),
    ];
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, header, beside, voxels) in cases {
        fs::write(folder.path().join(name), header).expect("writes");
        fs::write(folder.path().join(beside), voxels).expect("writes");
        assert_eq!(
            all_samples(&read(&folder.path().join(name))),
            all_samples(&volume),
            "{name}"
        );
    }
    assert!(read_bytes_deep(&header, &Budget::default()).is_err());
}

#[test]
fn colours_become_gray() {
    let mut bytes =
        encode_nifti_volume(&marked(0, |v| v as f32), NiftiPacking::Plain).expect("writes");
    for (datatype, channels) in [(128i16, 3), (2_304, 4)] {
        bytes[70..72].copy_from_slice(&datatype.to_le_bytes());
        bytes.truncate(352);
        let colours = [[255, 0, 0, 9], [0, 255, 0, 9], [77, 77, 77, 9]];
        bytes.extend(colours.iter().cycle().take(60).flat_map(|c| &c[..channels]));
        let volume = read_bytes_deep(&bytes, &Budget::default()).expect("colours");
        assert_eq!(volume.bscans[0].pixels[..4], [54, 182, 77, 54]);
        assert_eq!(volume.bscans[0].deep, None);
    }
}

#[test]
fn one_bscan_needs_no_distance() {
    let mut volume = marked(0, |v| v as f32);
    volume.bscans.truncate(1);
    volume.spacing_um = SpacingUm::new(10.0, 4.0, 10.0);
    let mut bytes = encode_nifti_volume(&volume, NiftiPacking::Plain).expect("writes");
    bytes[40..42].copy_from_slice(&2i16.to_le_bytes());
    bytes[88..92].copy_from_slice(&0f32.to_le_bytes());
    bytes[320..324].copy_from_slice(&0f32.to_le_bytes());
    let back = read_bytes_deep(&bytes, &Budget::default()).expect("a single B-scan");
    assert_eq!(back.bscans, volume.bscans);
    assert!((back.spacing_um.expect("kept").y - 4.0).abs() < 1e-5);
    assert!(back.warnings.is_empty(), "{:?}", back.warnings);
}

#[test]
fn a_volume_without_spacing_stays_without() {
    let mut volume = marked(0, |v| v as f32);
    volume.spacing_um = None;
    let bytes = encode_nifti_volume(&volume, NiftiPacking::Gzip).expect("writes");
    let back = read_bytes_deep(&bytes, &Budget::default()).expect("our own file");
    assert_eq!(back.spacing_um, None);
    assert!(
        back.warnings[0].contains("none is known"),
        "{:?}",
        back.warnings
    );
    assert!(matches!(
        marked(1, |v| v as f32).bscans[0].deep,
        Some(Samples::U16(_))
    ));
}

/// Everything that holds free text in a header, and an extension.
#[test]
fn free_text_never_comes_through() {
    let canary = b"CANARY^JANE";
    let plain = encode_nifti_volume(&marked(0, |v| v as f32), NiftiPacking::Plain).expect("writes");
    let mut bytes = plain[..348].to_vec();
    for offset in [4, 14, 148, 228, 328] {
        let length = canary.len().min(if offset == 4 { 10 } else { 16 });
        bytes[offset..offset + length].copy_from_slice(&canary[..length]);
    }
    bytes[108..112].copy_from_slice(&384f32.to_le_bytes());
    bytes.extend_from_slice(&[1, 0, 0, 0, 32, 0, 0, 0, 6, 0, 0, 0]);
    bytes.extend_from_slice(canary);
    bytes.resize(384, 0);
    bytes.extend_from_slice(&plain[352..]);
    let volume = read_bytes_deep(&bytes, &Budget::default()).expect("whole");
    assert_eq!(all_samples(&volume), all_samples(&marked(0, |v| v as f32)));
    assert!(!format!("{volume:?}").contains("CANARY"));
    for length in 0..bytes.len() {
        let said = match read_bytes_deep(&bytes[..length], &Budget::default()) {
            Ok(volume) => format!("{volume:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!said.contains("CANARY"), "{length}: {said}");
    }
}
