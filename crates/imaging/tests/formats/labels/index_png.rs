//! PNGs of class indices, alone and in folders.

use std::fs;

use fovea_annotation::LabelSchema;
use fovea_imaging::{
    Budget, LabelContext, Laterality, MapsTo, SchemaMapping, Wanted, encode_png_index,
    export_folder, read_labels_path,
};
use fovea_test_data::{Python, shared_data};
use serde_json::json;

use super::{Small, classes_of, context};

#[test]
fn an_exported_folder_comes_back() {
    let small = Small::new(Laterality::Left);
    let parent = tempfile::tempdir().expect("temporary folder");
    let folder = parent.path().join("case");
    export_folder(&folder, &small.volume, &small.masks, &small.schema).expect("writes");
    let named = LabelContext {
        image_names: (0..3).map(|index| format!("{index:04}.png")).collect(),
        ..small.context()
    };
    let labels = read_labels_path(
        &folder.join("masks"),
        &named,
        &Wanted::All,
        &Budget::default(),
    )
    .expect("reads");
    let indices: Vec<u32> = labels
        .bscans
        .iter()
        .map(|bscan| bscan.bscan_index)
        .collect();
    assert_eq!(indices, [0, 2]);
    let mapping = SchemaMapping::propose(&labels.classes, &small.schema);
    for bscan in labels.bscans {
        let mapped = mapping.apply(&bscan.mask.expect("a mask"));
        assert_eq!(Some(mapped.mask), small.masks[bscan.bscan_index as usize]);
    }
}

#[test]
fn folders_are_taken_in_natural_order() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, class) in [("m10.png", 10), ("m9.png", 9), ("m1.png", 1)] {
        let mask = fovea_annotation::Mask::new(context(1, 1, 3).size, vec![class]).expect("one");
        fs::write(
            folder.path().join(name),
            encode_png_index(&mask).expect("encodes"),
        )
        .expect("writes");
    }
    let read = |bscans| {
        read_labels_path(
            folder.path(),
            &context(1, 1, bscans),
            &Wanted::All,
            &Budget::default(),
        )
    };
    let labels = read(3).expect("reads");
    let found: Vec<u8> = (0..3).map(|index| classes_of(&labels, index)[0]).collect();
    assert_eq!(found, [1, 9, 10]);
    let error = read(4).expect_err("one is missing").to_string();
    assert!(
        error.starts_with("The index PNG file has labels for 3 pictures"),
        "{error}"
    );
}

#[test]
fn real_masks_are_read_as_pillow_reads_them() {
    let (Some(data), Some(python)) = (
        shared_data("real_masks_are_read_as_pillow_reads_them"),
        Python::find("real_masks_are_read_as_pillow_reads_them"),
    ) else {
        return;
    };
    let onh = data.join("zeiss_onh/my-example-datasets/onh-3subsets/train/mask/im00001.png");
    let macula = data.join("oct_layers/masks/001.png");
    let found = python.run(
        r"
import json, sys, numpy as np
from PIL import Image
print(json.dumps([[*Image.open(f).size, *map(int, np.bincount(np.array(Image.open(f)).ravel(), minlength=256))] for f in sys.argv[1:]]))
",
        &[&macula, &onh],
    );
    for (path, expected) in [&macula, &onh]
        .into_iter()
        .zip(found.as_array().expect("two"))
    {
        let number = |at: usize| expected[at].as_u64().expect("a number");
        let context = context(number(0) as u32, number(1) as u32, 1);
        let labels =
            read_labels_path(path, &context, &Wanted::All, &Budget::default()).expect("reads");
        let mut counts = vec![0; 256];
        classes_of(&labels, 0)
            .iter()
            .for_each(|class| counts[usize::from(*class)] += 1);
        assert_eq!(
            json!(counts),
            json!(expected.as_array().expect("counts")[2..])
        );
        let mapping = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
        let is_ours = path == &macula;
        let all = |to: fn(&MapsTo) -> bool| mapping.classes.iter().all(|class| to(&class.to));
        assert!(if is_ours {
            all(|to| matches!(to, MapsTo::Class(_)))
        } else {
            all(|to| *to == MapsTo::Undecided)
        });
    }
}
