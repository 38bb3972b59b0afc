//! COCO JSON, against the COCO API.

use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, LabelContext, Laterality, MapsTo, SchemaMapping, coco_json, decode_png_gray8,
    export_coco,
};
use fovea_phantom::{PhantomParams, generate};
use fovea_test_data::Python;
use serde_json::json;

use super::{Small, classes_of, context, golden, read, refusal};

#[test]
fn what_is_written_is_fixed_and_comes_back() {
    let small = Small::new(Laterality::Right);
    let json = coco_json(&small.labelled()).expect("classes of the schema");
    golden("coco.json", &json);
    let labels = read(json.as_bytes(), &small.context());
    let mapping = SchemaMapping::propose(&labels.classes, &small.schema);
    assert!(
        mapping
            .classes
            .iter()
            .all(|class| class.to == MapsTo::Class(class.foreign.index))
    );
    for (index, mask) in (0..).zip(&small.masks) {
        let expected = mask.as_ref().map(|mask| mask.classes().to_vec());
        assert_eq!(classes_of(&labels, index), expected.unwrap_or_default());
    }
    assert_eq!(
        labels.warnings,
        [
            "Labels were put to B-scans by the order of their names; check the first and the last one.",
            "1 pictures have no annotation; their B-scans get no label.",
        ]
    );
}

#[test]
fn the_coco_api_reads_the_same_pixels() {
    let Some(python) = Python::find("the_coco_api_reads_the_same_pixels") else {
        return;
    };
    let params = PhantomParams::sample()
        .with_size(SizePx::new(96, 80))
        .with_bscans(3);
    let phantom = generate(5, &params);
    let masks: Vec<_> = phantom.masks.iter().cloned().map(Some).collect();
    let mut small = Small::new(Laterality::Left);
    (small.volume, small.masks) = (phantom.volume, masks);
    let parent = tempfile::tempdir().expect("temporary folder");
    let folder = parent.path().join("coco");
    export_coco(&folder, &small.labelled()).expect("writes");
    let found = python.run(
        r"
import json, sys, numpy as np
from pycocotools.coco import COCO
from pycocotools import mask as api
coco = COCO(sys.argv[1] + '/annotations.json')
out = []
for image in coco.loadImgs(coco.getImgIds()):
    m = np.zeros((image['height'], image['width']), np.uint8)
    for a in coco.loadAnns(coco.getAnnIds(imgIds=image['id'])):
        part = coco.annToMask(a)
        assert part.sum() == a['area'] == api.area(coco.annToRLE(a)), a['id']
        assert list(api.toBbox(coco.annToRLE(a))) == a['bbox'], a['id']
        m[part > 0] = a['category_id']
    out.append([image['file_name'], m.ravel().tolist()])
print(json.dumps(out))
",
        &[folder.as_os_str()],
    );
    for (index, mask) in small.masks.iter().enumerate() {
        let mask = mask.as_ref().expect("all are labelled");
        assert_eq!(found[index][1], json!(mask.classes()), "B-scan {index}");
        let name = found[index][0].as_str().expect("a name");
        let png = std::fs::read(folder.join(name)).expect("the picture");
        let image = decode_png_gray8(&png, &Budget::default()).expect("a PNG");
        assert_eq!(image.pixels, small.volume.bscans[index].pixels);
    }
}

/// Run lengths of both kinds are exact. The API fills polygons on a grid five times finer and counts what lies on the
/// outline its own way; its area differs from that of the pixel centres by less than half of the outline.
#[test]
fn what_the_coco_api_writes_is_read() {
    let Some(python) = Python::find("what_the_coco_api_writes_is_read") else {
        return;
    };
    let found = python.run(
        r"
import json, numpy as np
from pycocotools import mask as api
h, w = 40, 60
rng = np.random.default_rng(3)
images, annotations, truth = [], [], []
def add(segmentation, mask):
    n = len(images) + 1
    images.append(dict(id=n * 7, width=w, height=h, file_name='a/%d.png' % n))
    annotations.append(dict(id=n, image_id=n * 7, category_id=3, segmentation=segmentation, iscrowd=0))
    truth.append(np.asarray(mask, np.uint8).ravel().tolist())
for density in (0.0001, 0.1, 0.5, 0.97, 1.1):
    m = (rng.random((h, w)) < density).astype(np.uint8)
    m[0, 0] = 1
    rle = api.encode(np.asfortranarray(m))
    add(dict(size=rle['size'], counts=rle['counts'].decode()), m)
    flat = m.ravel(order='F')
    counts, last = [], 0
    for v in flat:
        if v != last or not counts:
            if not counts and v: counts.append(0)
            counts.append(0)
            last = v
        counts[-1] += 1
    add(dict(size=[h, w], counts=counts), m)
for k in range(6):
    angles = np.sort(rng.random(5 + 6 * k)) * 2 * np.pi
    r = 8 + 9 * rng.random(len(angles))
    p = np.stack([30 + r * np.cos(angles), 20 + r * np.sin(angles)], 1).ravel().tolist()
    add([p], api.decode(api.merge(api.frPyObjects([p], h, w))))
print(json.dumps([json.dumps(dict(images=images, annotations=annotations, categories=[dict(id=3, name='cyst')])), truth]))
",
        &[""; 0],
    );
    let json = found[0].as_str().expect("a text");
    let truth = found[1].as_array().expect("a list");
    let labels = read(json.as_bytes(), &context(60, 40, truth.len() as u32));
    assert_eq!(labels.classes[0].name, "cyst");
    for (index, truth) in truth.iter().enumerate() {
        let classes = classes_of(&labels, index as u32);
        let found: Vec<u8> = classes.iter().map(|class| u8::from(*class == 3)).collect();
        if index < 10 {
            assert_eq!(json!(found), *truth, "run lengths {index}");
            continue;
        }
        let expected: Vec<u8> = serde_json::from_value(truth.clone()).expect("zeros and ones");
        let differing = found.iter().zip(&expected).filter(|(a, b)| a != b).count();
        let outline = outline_px(&expected, 60);
        assert!(
            2 * differing <= outline,
            "polygon {index}: {differing} of {outline}"
        );
    }
}

/// Pixels of an object with a neighbour that is none.
fn outline_px(object: &[u8], width: usize) -> usize {
    let is_edge = |at: &usize| {
        object[*at] == 1
            && [at - 1, at + 1, at - width, at + width]
                .iter()
                .any(|n| object[*n] == 0)
    };
    (0..object.len()).filter(is_edge).count()
}

fn dataset(image: &str, annotation: &str) -> String {
    format!(
        r#"{{"images":[{{"id":1,"file_name":"a.png",{image}}}],"annotations":[{{"id":1,{annotation}}}],"categories":[{{"id":0,"name":"cyst"}},{{"id":4,"name":"ped"}}]}}"#
    )
}

const SIZED: &str = r#""width":4,"height":3"#;

#[test]
fn later_annotations_lie_over_earlier_ones() {
    let square = |x: u32, class: u32| {
        let (l, r) = (x, x + 2);
        format!(
            r#"{{"image_id":1,"category_id":{class},"segmentation":[[{l},0,{r},0,{r},2,{l},2]]}}"#
        )
    };
    let json = format!(
        r#"{{"images":[{{"id":1,"file_name":"a","width":4,"height":3}}],"annotations":[{},{},{{"image_id":1,"category_id":4,"bbox":[0,0,1,1]}}],"categories":[{{"id":0,"name":"cyst"}},{{"id":4,"name":"ped"}}]}}"#,
        square(0, 4),
        square(1, 0)
    );
    let labels = read(json.as_bytes(), &context(4, 3, 1));
    assert_eq!(classes_of(&labels, 0), [2, 1, 1, 0, 2, 1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(
        labels.warnings,
        [
            "1 annotations are boxes without an outline and were left out.",
            "2 pixels lie in annotations of more than one class; they have the class of the last one.",
        ]
    );
}

#[test]
fn pictures_are_found_by_name() {
    let json = r#"{"images":[{"id":1,"file_name":"x/two.png","width":1,"height":1},{"id":2,"file_name":"other.png","width":9,"height":9}],
        "annotations":[{"image_id":1,"category_id":1,"segmentation":[[0,0,1,0,1,1,0,1]]}],"categories":[{"id":1,"name":"a"}]}"#;
    let context = LabelContext {
        image_names: vec!["one.tif".to_owned(), "two.tif".to_owned()],
        ..context(1, 1, 2)
    };
    let labels = read(json.as_bytes(), &context);
    assert_eq!((labels.bscans.len(), classes_of(&labels, 1)), (1, vec![1]));
    assert_eq!(labels.bscans[0].image_name.as_deref(), Some("two.tif"));
}

#[test]
fn refusals_say_what_and_where() {
    let annotation = |segmentation: &str| {
        format!(r#""image_id":1,"category_id":4,"segmentation":{segmentation}"#)
    };
    let context = context(4, 3, 1);
    for (image, annotation, expected) in [
        (
            r#""width":5,"height":3"#,
            annotation("[]"),
            "at images[0]: it is 5×3 px, but the B-scans of this volume are 4×3 px",
        ),
        (
            SIZED,
            r#""image_id":9,"category_id":4"#.to_owned(),
            "at annotations[0].image_id: no picture has this id",
        ),
        (
            SIZED,
            r#""image_id":1,"category_id":9"#.to_owned(),
            "at annotations[0].category_id: no category has this id",
        ),
        (
            SIZED,
            annotation("[[1,2,3]]"),
            "at annotations[0].segmentation: a polygon has an odd number of coordinates",
        ),
        (
            SIZED,
            annotation(r#"{"size":[4,3],"counts":[12]}"#),
            "its run lengths are for a picture of another size",
        ),
        (
            SIZED,
            annotation(r#"{"size":[3,4],"counts":[11]}"#),
            "its run lengths do not add up to the picture",
        ),
        (
            SIZED,
            annotation(r#"{"size":[3,4],"counts":[0,99999999999]}"#),
            "its run lengths do not add up to the picture",
        ),
        (
            SIZED,
            annotation(r#"{"size":[3,4],"counts":"oooooooooooooooo"}"#),
            "its run lengths are not well formed",
        ),
        (
            SIZED,
            annotation(r#""Jane Doe""#),
            "a value is missing or of another kind than belongs there",
        ),
    ] {
        let found = refusal(&dataset(image, &annotation), &context);
        assert!(
            found.contains(expected) && !found.contains("Jane"),
            "{found}\n{expected}"
        );
        assert!(
            found.starts_with("The COCO JSON file is damaged ") && found.ends_with("copy."),
            "{found}"
        );
    }
    let two = refusal(
        &dataset(SIZED, r#""image_id":1,"category_id":4"#),
        &super::context(4, 3, 2),
    );
    assert!(two.starts_with("The COCO JSON file has labels for 1 pictures, none of which is known by name, where the volume has 2 B-scans"), "{two}");
}
