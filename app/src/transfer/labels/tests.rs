//! What comes in of files that are understood in part, and what never does.

use std::path::{Path, PathBuf};

use fovea_geometry::SizePx;
use fovea_imaging::LabelContext;

use super::{Choice, Understood};

const SIZE: SizePx = SizePx::new(40, 30);

/// Their class, and a rectangle `[left, top, right, bottom]` in px.
type Shape = (&'static str, [u32; 4]);

const FLUID: Shape = ("SRF", [10, 10, 20, 20]);
const FLUID_PX: usize = 100;
const REGION: Shape = ("ROI", [0, 0, 40, 30]);

fn labelme(shapes: &[Shape]) -> Vec<u8> {
    let shape = |(label, [left, top, right, bottom]): &Shape| {
        serde_json::json!({
            "label": label,
            "points": [[left, top], [right, bottom]],
            "shape_type": "rectangle",
        })
    };
    let document = serde_json::json!({
        "shapes": shapes.iter().map(shape).collect::<Vec<_>>(),
        "imageHeight": SIZE.height,
        "imageWidth": SIZE.width,
    });
    document.to_string().into_bytes()
}

/// Heights of lines across the whole of the first B-scan.
fn csv(lines: &[(&str, f32)]) -> Vec<u8> {
    let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
    let heights: Vec<String> = lines.iter().map(|(_, y_px)| y_px.to_string()).collect();
    let mut text = format!("bscan,ascan,{}\n", names.join(","));
    for ascan in 0..SIZE.width {
        text.push_str(&format!("0,{ascan},{}\n", heights.join(",")));
    }
    text.into_bytes()
}

fn png_of_nothing() -> Vec<u8> {
    fovea_imaging::encode_png_index(&fovea_annotation::Mask::background(SIZE)).expect("encodes")
}

fn read_as(
    files: &[(&str, Vec<u8>)],
    choice: Choice<'_>,
    bscan_count: u32,
) -> Result<Understood, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut path = PathBuf::new();
    for (name, content) in files {
        path = folder.path().join(name);
        std::fs::write(&path, content).expect("writable");
    }
    let path: &Path = match files.len() {
        1 => &path,
        _ => folder.path(),
    };
    Understood::read(&LabelContext::new(SIZE, bscan_count), path, choice)
}

fn area_px(read: &Understood, class: u8) -> usize {
    let masks = read.masks.iter().flat_map(|(_, mask)| mask.classes());
    masks.filter(|found| **found == class).count()
}

/// A mask of mere background would lie over labels that somebody drew.
#[test]
fn a_file_of_which_nothing_is_understood_is_refused() {
    for (what, content, hint) in [
        (
            "a region",
            labelme(&[REGION]),
            "The class ROI is none of ours",
        ),
        (
            "lines apart",
            csv(&[("ILM", 3.0), ("BM", 20.0)]),
            "RNFL/GCL",
        ),
        (
            "unknown lines",
            csv(&[("ILM", 3.0), ("foo", 9.0)]),
            "does not know were left out: foo.",
        ),
        (
            "lines outside",
            csv(&[("ILM", 50.0), ("RNFL/GCL", 60.0)]),
            "Nothing in the layer CSV file",
        ),
    ] {
        let refusal = read_as(&[("labels", content)], Choice::ByName, 1);
        let sentence = refusal.err().unwrap_or_else(|| panic!("{what} came in"));
        assert!(sentence.contains(hint), "{what}: {sentence}");
    }
}

#[test]
fn what_is_left_out_covers_nothing() {
    let content = labelme(&[FLUID, REGION]);
    for (choice, class) in [(Choice::ByName, 2), (Choice::Pairs(&[(1, 7)]), 7)] {
        let read = read_as(&[("a.json", content.clone())], choice, 1).expect("fluid");
        assert_eq!(area_px(&read, class), FLUID_PX, "{choice:?}");
    }
}

#[test]
fn a_class_is_named_when_it_is_left_out_by_its_name_alone() {
    let files = [("a.json", labelme(&[FLUID, REGION]))];
    let by_name = read_as(&files, Choice::ByName, 1).expect("fluid");
    assert_eq!(
        by_name.warnings,
        ["The class ROI is none of ours and was left out."]
    );
    // A person who left it out knows.
    let chosen = read_as(&files, Choice::Pairs(&[(1, 2)]), 1).expect("fluid");
    assert_eq!(chosen.warnings, [""; 0]);
}

#[test]
fn bscans_of_which_nothing_is_understood_are_left_alone() {
    let files = [
        ("0000.json", labelme(&[FLUID])),
        ("0001.json", labelme(&[REGION])),
    ];
    let read = read_as(&files, Choice::ByName, 2).expect("fluid");
    let bscans: Vec<u32> = read.masks.iter().map(|(bscan, _)| *bscan).collect();
    assert_eq!((bscans, read.left_alone), (vec![0], 1));
}

/// "There is nothing" is a label as well.
#[test]
fn a_mask_of_background_alone_comes_in() {
    let read = read_as(&[("a.png", png_of_nothing())], Choice::ByName, 1).expect("comes in");
    assert_eq!((read.masks.len(), read.left_alone), (1, 0));
}

#[test]
fn missing_borders_are_named() {
    let read = read_as(
        &[("a.csv", csv(&[("ILM", 3.0), ("NFL", 9.0), ("BM", 20.0)]))],
        Choice::ByName,
        1,
    );
    let read = read.expect("one layer");
    assert_eq!(area_px(&read, 5), 6 * SIZE.width as usize);
    let warning = &read.warnings[0];
    assert!(
        warning.contains("IPL/INL") && !warning.contains("BM"),
        "{warning}"
    );
}
