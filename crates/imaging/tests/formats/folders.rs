//! Folders in which something is not as it seems: no B-scan is dropped unseen.

use std::fs;
use std::path::Path;

use fovea_imaging::{Budget, NiftiPacking, Volume, encode_nifti_volume, read_path};
use png::{BitDepth, ColorType};

use crate::build::{gzip, marked, png, png_gray};

/// Three pictures and what else is put beside them.
fn folder(others: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for name in ["1.png", "2.png", "3.png"] {
        fs::write(folder.path().join(name), png_gray(5, 4)).expect("writes");
    }
    for (name, bytes) in others {
        fs::write(folder.path().join(name), bytes).expect("writes");
    }
    folder
}

fn read(folder: &Path) -> Volume {
    read_path(folder, &Budget::default()).expect("a volume")
}

fn refusal(folder: &Path) -> String {
    let error = read_path(folder, &Budget::default()).expect_err("no volume");
    error.to_string()
}

/// The start of a DICOM file of this class.
pub(crate) fn dicom_head(class: &str) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend_from_slice(b"DICM\x02\0\x02\0UI");
    bytes.extend_from_slice(&(class.len() as u16).to_le_bytes());
    bytes.extend_from_slice(class.as_bytes());
    bytes
}

#[test]
fn a_bscan_that_was_lost_refuses_the_folder() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n";
    let cases: [(&str, &[u8], &str); 4] = [
        (
            "2.png",
            pointer,
            "In 2.png: The file starts with bytes 76 65",
        ),
        (
            "2b.TIF",
            &[0; 600],
            "In 2b.TIF: The file starts with bytes 00",
        ),
        ("2b.gif", b"GIF89a", "In 2b.gif: This is a GIF file"),
        (
            "2b.dcm",
            pointer,
            "In 2b.dcm: The file starts with bytes 76 65",
        ),
    ];
    for (name, bytes, expected) in cases {
        let said = refusal(folder(&[(name, bytes)]).path());
        assert!(said.starts_with(expected), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_refuses_the_folder() {
    let folder = folder(&[]);
    std::os::unix::fs::symlink("nowhere.png", folder.path().join("2b.png")).expect("links");
    let said = refusal(folder.path());
    assert!(
        said.starts_with("Cannot read ") && said.contains("2b.png"),
        "{said}"
    );
    fs::rename(
        folder.path().join("3.png"),
        folder.path().join("nowhere.png"),
    )
    .expect("renames");
    assert_eq!(read(folder.path()).bscans.len(), 4);
}

#[test]
fn dicom_files_and_pictures_do_not_mix() {
    let ct = dicom_head("1.2.840.10008.5.1.4.1.1.2");
    let said = refusal(folder(&[("4.dcm", &ct)]).path());
    assert_eq!(
        said,
        "In 1.png: The scan file has its place among the DICOM files of a series and is none of them, which Fovea does not \
         read; put them in separate folders, or import one file by itself."
    );
    // The index of a medium is no picture of it.
    let index = dicom_head("1.2.840.10008.1.3.10");
    let volume = read(folder(&[("DICOMDIR", &index)]).path());
    assert_eq!((volume.bscans.len(), volume.warnings.len()), (3, 0));
}

#[test]
fn archives_are_looked_into() {
    let mut tar = vec![0; 2_000];
    tar[..8].copy_from_slice(b"file.txt");
    let tar = gzip(&tar);
    let text = gzip(b"short");
    let nifti = encode_nifti_volume(&marked(0, |v| v as f32), NiftiPacking::Gzip).expect("writes");
    let one = read(folder(&[("masks.tar.gz", &tar)]).path());
    assert_eq!(one.bscans.len(), 3);
    assert_eq!(
        one.warnings,
        ["1 file of the folder is no picture and was left out."]
    );
    let two = read(folder(&[("masks.tar.gz", &tar), ("notes.txt.gz", &text)]).path());
    assert_eq!(
        two.warnings,
        ["2 files of the folder are no pictures and were left out."]
    );
    let said = refusal(folder(&[("scan.nii.gz", &nifti)]).path());
    assert!(
        said.starts_with("In scan.nii.gz: The scan file has a volume of its own"),
        "{said}"
    );
}

#[test]
fn pictures_of_different_depths_are_told() {
    let deep = |value: u16| {
        let data: Vec<u8> = (0..20).flat_map(|_| value.to_be_bytes()).collect();
        png(5, 4, ColorType::Grayscale, BitDepth::Sixteen, &data)
    };
    for (value, is_told) in [(200, false), (4_000, true)] {
        let volume = read(folder(&[("4.png", &deep(value))]).path());
        let told = volume.warnings.join(" ").contains("different depths");
        assert_eq!(told, is_told, "{value}: {:?}", volume.warnings);
    }
}
