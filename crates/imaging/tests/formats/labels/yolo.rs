//! YOLO segmentation text.

use std::collections::BTreeMap;
use std::fs;

use fovea_imaging::{
    Budget, LabelContext, MapsTo, SchemaMapping, Wanted, read_labels_path, read_path,
};
use fovea_test_data::{Python, shared_data};
use serde_json::json;

use super::{classes_of, context, read, refusal};

const GOLDEN: &str = include_str!("../golden/yolo_seg.txt");

#[test]
fn outlines_are_fractions_of_the_picture() {
    let labels = read(GOLDEN.as_bytes(), &context(8, 4, 1));
    let expected = [
        1, 1, 1, 1, 0, 0, 0, 0, //
        1, 1, 1, 1, 0, 0, 0, 0, //
        0, 0, 3, 3, 3, 3, 0, 0, //
        0, 0, 3, 3, 3, 3, 0, 0,
    ];
    assert_eq!(classes_of(&labels, 0), expected);
    let names: Vec<&str> = labels
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["0", "1", "2"]);
    assert_eq!(
        labels.warnings,
        ["1 lines are boxes without an outline and were left out."]
    );
}

#[test]
fn a_folder_finds_its_names_and_pictures() {
    let parent = tempfile::tempdir().expect("temporary folder");
    let labels_folder = parent.path().join("labels");
    fs::create_dir(&labels_folder).expect("makes");
    fs::write(
        parent.path().join("data.yaml"),
        "names: ['cyst', 'SRF', 'x']\n",
    )
    .expect("writes");
    fs::write(labels_folder.join("b.txt"), GOLDEN).expect("writes");
    fs::write(labels_folder.join("a.txt"), "").expect("writes");
    let context = LabelContext {
        image_names: vec!["b.png".to_owned(), "a.png".to_owned(), "c.png".to_owned()],
        ..context(8, 4, 3)
    };
    let labels = read_labels_path(&labels_folder, &context, &Wanted::All, &Budget::default())
        .expect("reads");
    assert_eq!(classes_of(&labels, 0)[0], 1);
    assert_eq!(
        classes_of(&labels, 1),
        [0; 32],
        "an empty file says that there is nothing"
    );
    assert_eq!(labels.bscans.len(), 2);
    let mapping = SchemaMapping::propose(
        &labels.classes,
        &fovea_annotation::LabelSchema::oct_layers(),
    );
    let to: Vec<MapsTo> = mapping.classes.iter().map(|class| class.to).collect();
    assert_eq!(to, [MapsTo::Class(1), MapsTo::Class(2), MapsTo::Undecided]);
}

/// Where tools lay labels and the names of their classes.
#[test]
fn names_are_found_in_the_layouts_of_tools() {
    for (labels, names, text) in [
        (
            "labels/train",
            "data.yaml",
            "names: {0: cyst, 1: SRF, 2: x}\n",
        ),
        (
            "train/labels",
            "data.yaml",
            "names:\n  0: cyst # fluid\n  1: SRF\n  2: x\n",
        ),
        ("labels", "labels/classes.txt", "cyst\nSRF\nx\n"),
        ("labels", "classes.txt", "cyst\r\nSRF\r\nx\r\n"),
    ] {
        let parent = tempfile::tempdir().expect("temporary folder");
        let folder = parent.path().join(labels);
        fs::create_dir_all(&folder).expect("makes");
        fs::write(parent.path().join(names), text).expect("writes");
        let file = folder.join("a.txt");
        fs::write(&file, GOLDEN).expect("writes");
        for path in [&folder, &file] {
            let read = read_labels_path(path, &context(8, 4, 1), &Wanted::All, &Budget::default());
            let classes = read.expect("reads").classes;
            let found: Vec<&str> = classes.iter().map(|class| class.name.as_str()).collect();
            assert_eq!(found, ["cyst", "SRF", "x"], "{labels} {names}");
        }
    }
}

#[test]
fn confidences_of_predictions_are_left_out() {
    let plain = "0 0 0 .5 0 .5 .5\n1 .5 .5 1 .5 1 1 .5 1\n0 .5 .5 .1 .1\n";
    let predicted = "0 0 0 .5 0 .5 .5 0.93\n\n1 .5 .5 1 .5 1 1 .5 1 1\r\n0 .5 .5 .1 .1 0.2\n";
    let expected = read(plain.as_bytes(), &context(8, 4, 1));
    for text in [predicted.to_owned(), format!("\u{feff}{predicted}")] {
        let found = read(text.as_bytes(), &context(8, 4, 1));
        assert_eq!(classes_of(&found, 0), classes_of(&expected, 0));
        assert_eq!(
            found.warnings,
            [
                "Every line ends with a confidence, as predictions do; confidences were left out.",
                "1 lines are boxes without an outline and were left out.",
            ]
        );
    }
    for (text, line) in [
        ("0 0 0 .5 0 .5 .5 0.93\n1 .5 .5 1 .5 1 1\n", 1),
        ("0 0 0 .5 0 .5 .5 0.9\n1 .5 .5 1 .5 1 1 1.5\n", 1),
    ] {
        let found = refusal(text, &context(8, 4, 1));
        let expected = format!(
            "The YOLO-seg file is damaged at line {line}: it has an odd number of coordinates, and not every line ends with a confidence; "
        );
        assert!(found.starts_with(&expected), "{found}");
    }
}

#[test]
fn refusals_name_the_line() {
    for (line, expected) in [
        ("0 0 0 1", "line 2: it has an odd number of coordinates"),
        (
            "Jane 0 0 1 1",
            "line 2: its class is no number from 0 to 254",
        ),
        (
            "255 0 0 1 1 1 1",
            "line 2: its class is no number from 0 to 254",
        ),
        ("0 0 0 1 1 1 nan", "line 2: a coordinate is not a number"),
        ("0 0 0", "line 2: it has fewer than two points"),
    ] {
        let text = format!("0 0 0 1 0 1 1\n{line}\n");
        let found = refusal(&text, &context(8, 4, 1));
        assert!(
            found.contains(expected) && !found.contains("Jane"),
            "{found}"
        );
    }
}

/// Real outlines, filled by an independent program on a grid sixteen times finer: a pixel centre near the outline may
/// fall on the other side, nothing else.
#[test]
fn real_lesions_are_filled() {
    let (Some(data), Some(python)) = (
        shared_data("real_lesions_are_filled"),
        Python::find("real_lesions_are_filled"),
    ) else {
        return;
    };
    let data = data.join("oct_lesions");
    let found = python.run(
        r"
import glob, json, os, sys, numpy as np, cv2
from PIL import Image
out = {}
for f in sorted(glob.glob(sys.argv[1] + '/labels/*.txt'))[::5]:
    stem = os.path.basename(f)[:-4]
    w, h = Image.open(sys.argv[1] + '/images/' + stem + '.jpg').size
    m = np.zeros((h, w), np.uint8)
    for line in open(f):
        t = line.split()
        p = np.array(t[1:], float).reshape(-1, 2) * [w, h]
        # Centres of pixels are whole numbers there.
        part = np.zeros((h, w), np.uint8)
        cv2.fillPoly(part, [np.round((p - 0.5) * 65536).astype(np.int32)], 1, shift=16)
        m[part > 0] = int(t[0]) + 1
    out[stem] = [w, h, np.bincount(m.ravel(), minlength=9).tolist()]
print(json.dumps(out))
",
        &[data.as_os_str()],
    );
    let expected: BTreeMap<String, (u32, u32, Vec<f64>)> =
        serde_json::from_value(found).expect("a table");
    assert!(expected.len() >= 40);
    for (stem, (width, height, counts)) in expected {
        let path = data.join(format!("labels/{stem}.txt"));
        let context = LabelContext {
            image_names: vec![format!("{stem}.jpg")],
            ..context(width, height, 1)
        };
        let labels =
            read_labels_path(&path, &context, &Wanted::All, &Budget::default()).expect("reads");
        assert_eq!(
            labels.classes[0].name, "intraretinal_cyst",
            "data.yaml is found"
        );
        let classes = classes_of(&labels, 0);
        for (class, expected) in counts.iter().enumerate() {
            let found = classes
                .iter()
                .filter(|found| usize::from(**found) == class)
                .count();
            // The other program also takes every pixel that the outline touches.
            let outline = 4.0 * expected.sqrt() * 6.0 + 60.0;
            assert!(
                (found as f64 - expected).abs() <= outline,
                "{stem} {class}: {found} {expected}"
            );
        }
    }
}

#[test]
fn a_real_folder_is_one_volume_by_name() {
    let Some(data) = shared_data("a_real_folder_is_one_volume_by_name") else {
        return;
    };
    let data = data.join("oct_lesions");
    let mut names: Vec<String> = fs::read_dir(data.join("images"))
        .expect("shared data")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    // One picture of its size stands for the volume; the others are of other volumes.
    let name = names.swap_remove(0);
    let volume =
        read_path(&data.join("images").join(&name), &Budget::default()).expect("a picture");
    let context = LabelContext {
        image_names: vec![name],
        ..LabelContext::of(&volume)
    };
    let labels = read_labels_path(
        &data.join("labels"),
        &context,
        &Wanted::All,
        &Budget::default(),
    )
    .expect("reads");
    assert_eq!(json!(labels.bscans.len()), json!(1));
    assert_eq!(
        labels.warnings[0],
        "199 labelled pictures are none of this volume and were left out."
    );
}
