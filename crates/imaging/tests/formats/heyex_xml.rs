//! HEYEX XML with its pictures: what is exported comes back, and what does not fit is refused.

use std::fs;
use std::path::PathBuf;

use fovea_imaging::{
    Budget, Laterality, ReadError, ScanPattern, SourceFormat, Volume, read_bytes, read_path,
};
use fovea_phantom::{PATIENT_CANARY, heyex_export};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::build::{by_image, phantom_volume, png_gray};

/// An export in a folder of its own.
struct Export {
    folder: TempDir,
}

impl Export {
    fn of(volume: &Volume) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        for file in heyex_export(volume).expect("a phantom fits") {
            fs::write(folder.path().join(file.name), file.bytes).expect("writes");
        }
        Self { folder }
    }

    fn xml(&self) -> PathBuf {
        self.folder.path().join("export.xml")
    }

    /// Replaces the first `from` in the XML file.
    fn changed(self, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.xml()).expect("text");
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(self.xml(), text.replacen(from, to, 1)).expect("writes");
        self
    }

    fn read(&self) -> Result<Volume, ReadError> {
        read_path(&self.xml(), &Budget::default())
    }
}

fn sample() -> Export {
    Export::of(&phantom_volume(16, 12, 2))
}

#[test]
fn an_export_survives_the_round_trip() {
    let written = phantom_volume(48, 40, 3);
    let export = Export::of(&written);
    let volume = export.read().expect("an export");
    assert_eq!(volume.format, SourceFormat::HeyexXml);
    assert_eq!(
        volume.bscans, written.bscans,
        "pixels, order, places, quality"
    );
    assert_eq!(volume.slo, written.slo);
    assert_eq!(volume.slo_spacing_um, written.slo_spacing_um);
    assert_eq!(volume.laterality, Laterality::Left);
    assert_eq!(volume.pattern, ScanPattern::Raster);
    assert_eq!(
        volume.device.as_deref(),
        Some("Heidelberg Engineering Spectralis")
    );
    let spacing = volume.spacing_um.expect("stated");
    let expected = written.spacing_um.expect("stated");
    assert!((spacing.x - expected.x).abs() < 1e-9 && (spacing.y - expected.y).abs() < 1e-9);
    assert!((spacing.z - 250.0).abs() < 1e-9, "from the places");
    assert!(volume.warnings.is_empty(), "{:?}", volume.warnings);
    let names = |volume: &Volume| -> Vec<String> {
        let lines = &volume.layer_lines[1].lines;
        lines.iter().map(|line| line.name.clone()).collect()
    };
    assert_eq!(
        names(&volume),
        ["ILM", "RNFL", "IPL", "INL", "OPL", "ELM", "RPE", "BM"]
    );
    for line in &volume.layer_lines[1].lines {
        let expected = &written.layer_lines[1]
            .get(&line.name)
            .expect("written")
            .y_px;
        let inside = |y: &f32| (0.0..=40.0).contains(y);
        let same = line
            .y_px
            .iter()
            .zip(expected)
            .all(|(a, b)| a == b || (a.is_nan() && !inside(b)));
        assert!(same, "{}", line.name);
    }
}

#[test]
fn the_folder_is_the_export() {
    let export = sample();
    let by_folder = read_path(export.folder.path(), &Budget::default()).expect("an export");
    assert_eq!(by_folder, export.read().expect("an export"));
    fs::copy(export.xml(), export.folder.path().join("second.xml")).expect("copies");
    let error = read_path(export.folder.path(), &Budget::default()).expect_err("two exports");
    assert_eq!(
        error.to_string(),
        "The folder file has 2 HEYEX XML exports, which Fovea does not read; choose the XML file of one of them."
    );
}

#[test]
fn elements_are_read_one_by_one() {
    type Case = (&'static str, Export, fn(&Volume) -> bool);
    let left = "<Laterality>L</Laterality>";
    let cases: Vec<Case> = vec![
        (
            "eyes that disagree",
            sample().changed(left, "<Laterality>R</Laterality>"),
            |v| v.laterality == Laterality::Unknown && v.warnings[0].contains("both eyes"),
        ),
        (
            "an eye of a kind of its own",
            sample().changed(left, "<Laterality>B</Laterality>"),
            |v| v.laterality == Laterality::Left,
        ),
        (
            "circle",
            sample().changed("<Type>Volume</Type>", "<Type>Circle</Type>"),
            |v| v.pattern == ScanPattern::Circle && v.warnings[0].contains("circle scan"),
        ),
        (
            "a type that nobody knows",
            sample().changed("<Type>Volume</Type>", "<Type>Movie</Type>"),
            |v| v.pattern == ScanPattern::Unknown,
        ),
        (
            "no quality",
            sample().changed("<ImageQuality>25.5</ImageQuality>", ""),
            |v| v.bscans[0].quality.is_none() && v.bscans[1].quality == Some(26.5),
        ),
        (
            "other names of layers",
            sample().changed("<Name>RNFL</Name>", "<Name>EZ</Name>"),
            |v| v.layer_lines[0].get("PR1").is_some() && v.layer_lines[0].get("RNFL").is_none(),
        ),
        (
            "a layer with a name that could be anything",
            sample().changed("<Name>RNFL</Name>", "<Name>Miller</Name>"),
            |v| v.layer_lines[0].lines.len() + 1 == v.layer_lines[1].lines.len(),
        ),
        (
            "references to characters",
            sample().changed("B1.png", "B&#49;.&#x70;ng"),
            |v| v.bscans.len() == 2,
        ),
        (
            "a path with slashes",
            sample().changed("\\export\\B1.png", "/export/B1.png"),
            |v| v.bscans.len() == 2,
        ),
        (
            "a mark of the byte order, and comments",
            sample()
                .changed("<?xml", "\u{feff}<?xml")
                .changed("<BODY>", "<!-- - --><BODY>"),
            |v| v.bscans.len() == 2,
        ),
    ];
    for (name, export, holds) in cases {
        let volume = export
            .read()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(holds(&volume), "{name}: {volume:?}");
    }
}

#[test]
fn of_several_scans_the_largest_is_read() {
    let one = "<Series><Image><ImageType><Type>OCT</Type></ImageType>\
               <ImageData><ExamURL>B2.png</ExamURL></ImageData></Image></Series>";
    let export = sample().changed("</Study>", &format!("{one}</Study>"));
    let volume = export.read().expect("an export");
    assert_eq!(volume.bscans.len(), 2);
    assert_eq!(
        volume.warnings,
        ["The file holds 2 scans; the one with most B-scans (2) was read."]
    );
}

#[test]
fn pictures_of_other_formats_are_read() {
    let export = sample();
    let jpeg = by_image(16, 12, image::ImageFormat::Jpeg);
    fs::write(export.folder.path().join("B1.png"), jpeg).expect("writes");
    let volume = export.read().expect("an export");
    assert!(
        volume.warnings[0].contains("lossy"),
        "{:?}",
        volume.warnings
    );
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let cases = [
        (
            sample().changed("<HEDX>", "<!DOCTYPE HEDX [<!ENTITY a \"b\">]><HEDX>"),
            "The HEYEX XML file has a document type definition, which Fovea does not read; export the scan from HEYEX again.",
        ),
        (
            sample().changed("B1.png", "&a;"),
            "an entity has no meaning; export it again or use another copy.",
        ),
        (
            sample().changed("<Study>", &"<a>".repeat(40)),
            "elements lie in each other deeper than 32; export it again or use another copy.",
        ),
        (
            sample().changed("</BODY>", ""),
            "its elements do not close in order; export it again or use another copy.",
        ),
        (
            sample().changed("</BODY></HEDX>", ""),
            "inside the elements of the export; copy it again from where it was made.",
        ),
        (
            sample().changed("<Width>16", "<Width>wide"),
            "The HEYEX XML file is damaged at Width of image 2: it is no number; export it again or use another copy.",
        ),
        (
            sample().changed("<Width>16", "<Width>17"),
            "The HEYEX XML file is damaged at Width: the picture of B-scan 1 has 16 px; export it again or use another copy.",
        ),
        (
            sample().changed("type=\"real\">", "type=\"real\">3 "),
            "The HEYEX XML file is damaged at Segmentation of B-scan 1: a line has 17 heights for 16 A-scans; export it again or use another copy.",
        ),
        (
            sample().changed("B2.png", "B1.png"),
            "The HEYEX XML file is damaged at ExamURL: the picture of B-scan 2 has the file of another picture; export it again or use another copy.",
        ),
        (
            sample().changed("B2.png", ".."),
            "The file names another one that must lie in the same folder; choose the file inside its folder, with the rest of the export.",
        ),
        (
            sample().changed("B2.png", "B3.png"),
            "Cannot read the picture of B-scan 2: ",
        ),
        (
            sample().changed("B2.png", "export.xml"),
            "The HEYEX XML file is damaged at ExamURL: the picture of B-scan 2 is not one picture; export it again or use another copy.",
        ),
        (
            sample()
                .changed("<Type>OCT</Type>", "<Type>ANGIO</Type>")
                .changed("<Type>OCT</Type>", "<Type>ANGIO</Type>"),
            "The HEYEX XML file is damaged at ImageType: no picture of type OCT is listed; export it again or use another copy.",
        ),
    ];
    for (export, expected) in cases {
        let error = export.read().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}\n{expected}");
        assert!(!error.contains("CANARY"), "{error}");
    }
}

#[test]
fn pictures_that_differ_in_size_are_refused() {
    let export = sample().changed("<Width>16</Width><Height>12</Height>", "");
    fs::write(export.folder.path().join("B1.png"), png_gray(6, 5)).expect("writes");
    let export = export
        .changed("<Segmentation>", "<Other>")
        .changed("</Segmentation>", "</Other>");
    let error = export.read().expect_err("two sizes").to_string();
    assert!(
        error.starts_with("the picture of B-scan 1 is 6×5 px but the picture of B-scan 2 is 16×12"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_beside_its_pictures_is_survived(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let export = sample();
        let mut bytes = fs::read(export.xml()).expect("reads");
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        fs::write(export.xml(), bytes).expect("writes");
        let _ = export.read();
    }
}

#[test]
fn a_small_file_cannot_ask_for_much() {
    let many = "<Image/>".repeat(20_001);
    let export = sample().changed("</Series>", &format!("{many}</Series>"));
    let error = export.read().expect_err("too many pictures").to_string();
    assert!(
        error.starts_with(
            "The HEYEX XML file declares 20001 frames, over the limit of 20000 frames"
        ),
        "{error}"
    );
    let text = "1 ".repeat(600_000);
    let export = sample().changed("type=\"real\">", &format!("type=\"real\">{text}"));
    let error = export.read().expect_err("too long").to_string();
    assert!(
        error.contains("an element holds more than 1048576 bytes of text"),
        "{error}"
    );
}

#[test]
fn bytes_alone_are_not_enough() {
    let bytes = fs::read(sample().xml()).expect("reads");
    let error = read_bytes(&bytes, &Budget::default()).expect_err("pictures are missing");
    assert!(matches!(error, ReadError::NotBeside), "{error}");
}

#[test]
fn no_word_about_the_patient_comes_through() {
    let export = sample();
    let text = fs::read_to_string(export.xml()).expect("text");
    assert!(text.matches(PATIENT_CANARY).count() > 8, "{text}");
    let shown = format!("{:?}", export.read().expect("an export"));
    assert!(!shown.contains("CANARY"));
}
