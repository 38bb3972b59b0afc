//! Labels of other programs on the real command line: put to their B-scans by name, and never a blank one over a good one.

use std::ffi::OsString;
use std::path::Path;

use fovea_annotation::Mask;
use fovea_geometry::SizePx;

use crate::program::{Outcome, run, run_in};

const SIZE: SizePx = SizePx::new(24, 16);

/// Three B-scans as pictures, in a folder that is not theirs alone.
fn write_scan(folder: &Path) -> OsString {
    let scan = folder.join("scan");
    std::fs::create_dir(&scan).expect("writable");
    for number in 1..=3 {
        let pixels = vec![number * 40; SIZE.len()];
        let png = fovea_imaging::encode_png_gray8(SIZE, &pixels).expect("encodes");
        std::fs::write(scan.join(format!("oct_{number}.png")), png).expect("writable");
    }
    scan.into()
}

/// A labelme file with a rectangle of each name, one over the other.
fn labelme(names: &[&str]) -> String {
    let shapes: Vec<serde_json::Value> = names
        .iter()
        .map(|name| {
            serde_json::json!({
                "label": name,
                "points": [[4, 4], [14, 12]],
                "shape_type": "rectangle",
            })
        })
        .collect();
    serde_json::json!({
        "shapes": shapes,
        "imageData": null,
        "imageHeight": SIZE.height,
        "imageWidth": SIZE.width,
    })
    .to_string()
}

/// Imports the scan with labels of these names and contents.
fn import(labels: &[(&str, String)]) -> Outcome {
    run(|dir, _| {
        let folder = dir.join("labels");
        std::fs::create_dir(&folder).expect("writable");
        for (name, content) in labels {
            std::fs::write(folder.join(name), content).expect("writable");
        }
        let declared = [
            "import",
            "--consent",
            "no-person",
            "--device",
            "x",
            "--labels",
        ];
        let mut arguments: Vec<OsString> = declared.map(OsString::from).to_vec();
        arguments.extend([folder.into(), write_scan(dir)]);
        arguments
    })
}

#[test]
fn labels_find_the_pictures_that_they_are_named_like() {
    let outcome = import(&[
        ("oct_2.json", labelme(&["SRF", "ROI"])),
        ("oct_3.json", labelme(&["ROI"])),
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    for said in [
        "The class ROI is none of ours and was left out.",
        "Labels of 1 B-scan came in from labelme; 1 B-scan got none",
    ] {
        assert!(outcome.errors.contains(said), "{}", outcome.errors);
    }
}

#[test]
fn labels_of_which_nothing_is_known_are_refused_with_their_scan() {
    let outcome = import(&[("oct_2.json", labelme(&["ROI"]))]);
    crate::assert_refused("a region", &outcome, &["roi is none of ours"]);
    assert!(!outcome.has_store, "the store was not even opened");
}

#[test]
fn what_is_left_out_hides_nothing_of_a_conversion() {
    let (dir, outcome) = run_in(|dir, out| {
        let labels = dir.join("oct_1.json");
        std::fs::write(&labels, labelme(&["SRF", "ROI"])).expect("writable");
        vec![
            "convert".into(),
            write_scan(dir),
            out.join("scan").into(),
            "--labels".into(),
            labels.into(),
            "--format".into(),
            "png".into(),
        ]
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    let areas: Vec<usize> = ["0000.png", "0001.png", "0002.png"]
        .iter()
        .map(|name| {
            let file = dir.path().join("out/scan.labels").join(name);
            let png = std::fs::read(&file).expect("written");
            let budget = fovea_imaging::Budget::default();
            let mask: Mask = fovea_imaging::decode_png_index(&png, &budget).expect("a mask");
            mask.classes().iter().filter(|class| **class == 2).count()
        })
        .collect();
    assert_eq!(areas, [80, 0, 0]);
}
