//! Classes that are left out, in every format that paints them over each other.

use std::collections::BTreeSet;

use fovea_imaging::{Budget, read_labels_bytes};

use super::{Wanted, classes_of, context};

const COCO: &str = r#"{"images":[{"id":1,"file_name":"a.png","width":4,"height":2}],
    "annotations":[{"image_id":1,"category_id":1,"segmentation":[[0,0,2,0,2,1,0,1]]},
        {"image_id":1,"category_id":2,"segmentation":[[1,0,4,0,4,1,1,1]]},
        {"image_id":1,"category_id":3,"segmentation":[[0,0,4,0,4,2,0,2]]}],
    "categories":[{"id":1,"name":"SRF"},{"id":2,"name":"IRF"},{"id":3,"name":"region"}]}"#;

const YOLO: &str = "0 0 0 .5 0 .5 .5 0 .5\n1 .25 0 1 0 1 .5 .25 .5\n2 0 0 1 0 1 1 0 1\n";

const LABELME: &str = r#"{"shapes":[{"label":"SRF","points":[[0,0],[2,1]],"shape_type":"rectangle"},
        {"label":"IRF","points":[[1,0],[4,1]],"shape_type":"rectangle"},
        {"label":"region","points":[[0,0],[4,2]],"shape_type":"rectangle"}],
    "imagePath":"a.png","imageWidth":4,"imageHeight":2}"#;

/// A small area, one that covers half of it, and one over the whole picture.
#[test]
fn a_class_that_is_left_out_hides_nothing() {
    for (name, file) in [("COCO", COCO), ("YOLO", YOLO), ("labelme", LABELME)] {
        for (chosen, expected, hidden_px) in [
            (None, [3, 3, 3, 3, 3, 3, 3, 3], 5),
            (Some(&[1, 2][..]), [1, 2, 2, 2, 0, 0, 0, 0], 1),
            (Some(&[1]), [1, 1, 0, 0, 0, 0, 0, 0], 0),
            (Some(&[2]), [0, 2, 2, 2, 0, 0, 0, 0], 0),
            (Some(&[]), [0; 8], 0),
            (Some(&[9]), [0; 8], 0),
        ] {
            let wanted = chosen.map_or(Wanted::All, |classes| {
                Wanted::Only(classes.iter().copied().collect::<BTreeSet<u8>>())
            });
            let labels = read_labels_bytes(
                file.as_bytes(),
                &context(4, 2, 1),
                &wanted,
                &Budget::default(),
            );
            let labels = labels.expect("labels");
            assert_eq!(classes_of(&labels, 0), expected, "{name} {wanted:?}");
            assert_eq!(labels.classes.len(), 3, "{name} {wanted:?}");
            let said = format!("{hidden_px} pixels lie in annotations of more than one class");
            let warning = labels.warnings.first();
            assert_eq!(warning.is_some(), hidden_px > 0, "{name}: {warning:?}");
            assert!(
                warning.is_none_or(|warning| warning.starts_with(&said)),
                "{name}: {warning:?}"
            );
        }
    }
}

#[test]
fn what_is_left_out_is_background_where_a_pixel_has_one_class() {
    let png = super::png_mask(3, 1, &[1, 2, 255]);
    let wanted = Wanted::Only(BTreeSet::from([2]));
    let labels = read_labels_bytes(&png, &context(3, 1, 1), &wanted, &Budget::default());
    let labels = labels.expect("a mask");
    assert_eq!(
        (classes_of(&labels, 0), labels.classes.len()),
        (vec![0, 2, 0], 3)
    );
}
