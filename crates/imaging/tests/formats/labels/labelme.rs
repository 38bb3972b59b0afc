//! labelme JSON.

use std::fs;

use fovea_imaging::{Budget, LabelContext, Wanted, read_labels_path};

use super::{classes_of, context, read, refusal};

const GOLDEN: &str = include_str!("../golden/labelme.json");
const FILLED: [u8; 32] = [
    1, 1, 1, 0, 0, 0, 0, 0, //
    1, 1, 2, 2, 0, 0, 0, 0, //
    0, 0, 2, 2, 0, 0, 3, 0, //
    0, 0, 0, 0, 0, 0, 0, 0,
];

#[test]
fn shapes_with_an_inside_are_filled_and_others_counted() {
    let labels = read(GOLDEN.as_bytes(), &context(8, 4, 1));
    assert_eq!(classes_of(&labels, 0), FILLED);
    let names: Vec<&str> = labels
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["cyst", "SRF", "druse"]);
    assert_eq!(
        labels.warnings,
        [
            "1 pixels lie in annotations of more than one class; they have the class of the last one.",
            "1 shapes are lines, points or masks, which were left out.",
        ]
    );
}

#[test]
fn the_picture_is_found_by_name() {
    let named = LabelContext {
        image_names: vec!["a.png".to_owned(), "b.png".to_owned()],
        ..context(8, 4, 2)
    };
    let alone = read(GOLDEN.as_bytes(), &named);
    assert_eq!((alone.bscans[0].bscan_index, alone.bscans.len()), (1, 1));
    // In a folder the file has the name of its picture.
    let folder = tempfile::tempdir().expect("temporary folder");
    fs::write(folder.path().join("a.json"), GOLDEN).expect("writes");
    fs::write(folder.path().join("a.png"), "the picture").expect("writes");
    let labels =
        read_labels_path(folder.path(), &named, &Wanted::All, &Budget::default()).expect("reads");
    assert_eq!(classes_of(&labels, 0), FILLED);
}

#[test]
fn refusals_say_what_and_where() {
    for (from, to, expected) in [
        (
            "\"imageWidth\": 8",
            "\"imageWidth\": 9",
            "at imageWidth: it is 9×4 px, but the B-scans",
        ),
        (
            "[[4, 1], [2, 3]]",
            "[[4, 1]]",
            "at shapes[1]: it has another number of points",
        ),
        ("[6.5, 3.2]", "[6.5, 1e999]", "damaged near byte"),
        (
            "[6.5, 3.2]",
            "[\"Jane\", 1]",
            "a value is missing or of another kind",
        ),
    ] {
        let text = GOLDEN.replace(from, to);
        assert_ne!(text, GOLDEN);
        let found = refusal(&text, &context(8, 4, 1));
        assert!(
            found.contains(expected) && !found.contains("Jane"),
            "{found}"
        );
    }
}
