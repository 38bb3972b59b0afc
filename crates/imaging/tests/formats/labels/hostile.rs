//! No input makes a reader of labels panic, hang or take memory that the file cannot need.

use std::time::{Duration, Instant};

use fovea_imaging::{
    Budget, Laterality, Wanted, boundaries_of, coco_json, encode_png_index, eyelab_bytes,
    layer_lines_csv, read_bytes, read_labels_bytes,
};
use proptest::prelude::*;

use super::{Small, context};

/// One B-scan of 4×5 px in every format.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let mut small = Small::new(Laterality::Right);
    small.volume.bscans.truncate(1);
    small.masks.truncate(1);
    let lines = boundaries_of(&small.labelled()).expect("sizes agree");
    let mask = small.masks[0].as_ref().expect("labelled");
    vec![
        ("coco", coco_json(&small.labelled()).expect("writes").into_bytes()),
        ("polygons", br#"{"images":[{"id":1,"file_name":"a","width":4,"height":5}],"annotations":[{"image_id":1,"category_id":1,"segmentation":[[0,0,3,0,3,3.5]]}],"categories":[{"id":1,"name":"x"}]}"#.to_vec()),
        ("labelme", br#"{"shapes":[{"label":"cyst","points":[[1,1],[2,2.5]],"shape_type":"circle"}],"imagePath":"a","imageWidth":4,"imageHeight":5}"#.to_vec()),
        ("yolo", b"0 0 0 0.5 0 0.5 0.5\n1 0.1 0.1 0.9 0.1 0.5 0.9\n".to_vec()),
        ("layer csv", layer_lines_csv(&lines).expect("writes").into_bytes()),
        ("eyelab", eyelab_bytes(&small.labelled()).expect("writes")),
        ("index png", encode_png_index(mask).expect("writes")),
    ]
}

fn sentence(bytes: &[u8]) -> Option<String> {
    let read = read_labels_bytes(bytes, &context(4, 5, 1), &Wanted::All, &Budget::default());
    let _ = read_bytes(bytes, &Budget::default());
    read.err().map(|error| error.to_string())
}

#[test]
fn every_sample_is_read_and_every_prefix_survived() {
    for (name, bytes) in samples() {
        assert_eq!(sentence(&bytes), None, "{name}");
        for length in 0..bytes.len() {
            if let Some(text) = sentence(&bytes[..length]) {
                let is_one = text.ends_with('.') && !text.contains('\n') && !text.contains(". ");
                assert!(is_one, "{name} {length}: {text}");
            }
        }
    }
}

#[test]
fn every_flipped_bit_is_survived() {
    for (_, mut bytes) in samples() {
        for index in 0..bytes.len().min(400) {
            for bit in 0..8 {
                bytes[index] ^= 1 << bit;
                let _ = sentence(&bytes);
                bytes[index] ^= 1 << bit;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_anywhere_is_survived(which in 0usize..7, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24)) {
        let (_, mut bytes) = samples().swap_remove(which);
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let _ = sentence(&bytes);
    }
}

/// Few bytes that ask for much work: outlines over the largest picture, again and again.
#[test]
fn small_files_take_a_moment() {
    let whole = "0 -9 -9 9 -9 9 9 -9 9\n".repeat(2_000);
    let zigzag: String = (0..20_000)
        .map(|i| format!(" 0.{i} {}", i % 2 * 9 - 1))
        .collect();
    for text in [whole, format!("0{zigzag}\n")] {
        let start = Instant::now();
        let read = read_labels_bytes(
            text.as_bytes(),
            &context(16_384, 16_384, 1),
            &Wanted::All,
            &Budget::default(),
        );
        let error = read.expect_err("too much").to_string();
        assert!(error.contains("over the limit of"), "{error}");
        // Far above what it takes, so that a busy machine fails nothing.
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
}

#[test]
fn what_is_no_label_is_named() {
    for (bytes, expected) in [
        (&b""[..], "The file is empty (0 bytes)"),
        (
            b"hello world",
            "The file starts with bytes 68 65 6c 6c 6f 20 77 6f, which is no format of labels that Fovea knows; choose labels as an index PNG, NIfTI or MetaImage, COCO JSON, YOLO-seg, labelme, DICOM SEG or Height Map, layer CSV, Matlab lines or eyelab .eye, or a folder with one file per picture.",
        ),
        // All of its bytes are text to a parser of UTF-8, and its first line names a column.
        (
            b"II*\0\x08\0\0\0\0,\0x\0;x,z\n1,2\n",
            "The TIFF file has its labels in a picture of this format, which Fovea does not read; masks are read from PNG, NIfTI and MetaImage, so save",
        ),
        (
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0x,z\n1,2\n",
            "The BMP file has its labels in a picture of this format, which Fovea does not read; masks are read from PNG",
        ),
        (
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            "The JPEG file has its labels in a picture of this format, which Fovea does not read; masks are read from PNG",
        ),
        (
            b"\0\x01\x02z,x\n1,2\n",
            "The file starts with bytes 00 01 02 7a 2c 78 0a 31, which is no format of labels that Fovea knows; ",
        ),
        (
            b"HSF-OCT-103\0\0\0",
            "This is a Heidelberg .vol scan and holds no labels for another; choose labels as ",
        ),
        (
            b"\x93NUMPY\x01\0v\0",
            "This is a NumPy array, which is not supported yet; export the labels as COCO JSON, labelme, an index PNG or NIfTI and import that.",
        ),
        (
            b"{\"name\": \"Jane\"}",
            "The JSON file has neither the images and categories of COCO nor the shapes of labelme, which",
        ),
        (
            b"{\"name\": ",
            "The JSON file is cut off at byte 9, inside its JSON",
        ),
        (
            b"PK\x03\x04",
            "The eyelab .eye file is cut off at byte 4, inside the directory of the archive",
        ),
    ] {
        let found = sentence(bytes).expect("refused");
        assert!(found.starts_with(expected), "{found}");
    }
}
