//! Files that lie about their frames, segments and lengths.

use std::sync::LazyLock;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use fovea_annotation::LabelSchema;
use fovea_imaging::{
    Budget, LabelContext, Labelled, SegmentAlgorithm, Wanted, encode_dicom_height_map,
    encode_dicom_seg, open_dicom, read_labels_bytes,
};
use proptest::prelude::*;

use super::{export, phantom};

fn seg() -> Vec<u8> {
    let phantom = phantom();
    let labelled = Labelled {
        volume: &phantom.volume.volume,
        masks: &phantom.masks,
        schema: &LabelSchema::oct_layers(),
    };
    encode_dicom_seg(&labelled, &export(), &SegmentAlgorithm::Manual).expect("writes")
}

pub(super) fn height_map() -> Vec<u8> {
    let phantom = phantom();
    let lines = &phantom.volume.layer_lines;
    encode_dicom_height_map(
        &phantom.volume.volume,
        lines,
        &export(),
        &SegmentAlgorithm::Manual,
    )
    .expect("writes")
}

/// The file after `change`.
pub(super) fn changed(bytes: &[u8], change: impl FnOnce(&mut DefaultDicomObject)) -> Vec<u8> {
    let mut file = open_dicom(bytes, &Budget::default()).expect("ours");
    change(&mut file);
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).expect("writes to memory");
    bytes
}

fn put(tag: Tag, vr: VR, value: impl Into<PrimitiveValue>) -> impl FnOnce(&mut DefaultDicomObject) {
    let value = value.into();
    move |file| {
        file.put(DataElement::new(tag, vr, value));
    }
}

/// Changes the first item of `inner` in the first item of `outer`.
fn in_item(
    outer: Tag,
    inner: Option<Tag>,
    mut change: impl FnMut(&mut InMemDicomObject),
) -> impl FnOnce(&mut DefaultDicomObject) {
    move |file| {
        file.update_value(outer, |value| {
            let item = value.items_mut().and_then(|items| items.first_mut());
            let item = item.expect("an item");
            match inner {
                None => change(item),
                Some(inner) => {
                    item.update_value(inner, |value| {
                        let items = value.items_mut();
                        change(items.and_then(|items| items.first_mut()).expect("an item"));
                    });
                }
            }
        });
    }
}

fn refusal(bytes: &[u8], context: &LabelContext) -> String {
    let labels = read_labels_bytes(bytes, context, &Wanted::All, &Budget::default());
    labels.expect_err("a lie").to_string()
}

#[test]
fn lies_of_a_segmentation_are_named() {
    let seg = seg();
    let frames = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
    let source = |value: &str| {
        let value = value.to_owned();
        in_item(frames, Some(tags::DERIVATION_IMAGE_SEQUENCE), move |item| {
            item.update_value(tags::SOURCE_IMAGE_SEQUENCE, |sequence| {
                let items = sequence.items_mut().expect("a sequence");
                items[0].put(DataElement::new(
                    tags::REFERENCED_FRAME_NUMBER,
                    VR::IS,
                    value.as_str(),
                ));
            });
        })
    };
    let number = |value: u16| {
        in_item(
            frames,
            Some(tags::SEGMENT_IDENTIFICATION_SEQUENCE),
            move |item| {
                item.put(DataElement::new(
                    tags::REFERENCED_SEGMENT_NUMBER,
                    VR::US,
                    PrimitiveValue::from(value),
                ));
            },
        )
    };
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (
            changed(&seg, put(tags::NUMBER_OF_FRAMES, VR::IS, "20001")),
            "The DICOM file (Number of Frames) declares 20001 frames, over the limit of 20000 frames",
        ),
        (
            changed(&seg, put(tags::NUMBER_OF_FRAMES, VR::IS, "0")),
            "The DICOM SEG file is damaged at Number of Frames (0028,0008): it declares no frame; ",
        ),
        (
            changed(&seg, put(tags::NUMBER_OF_FRAMES, VR::IS, "19999")),
            "The DICOM SEG file is damaged at Pixel Data (7FE0,0010): 19999 frames of 37×41 px do not fit its ",
        ),
        (
            changed(
                &seg,
                put(tags::ROWS, VR::US, PrimitiveValue::from(65_535u16)),
            ),
            "The DICOM SEG file declares 37×65535 px, over the limit of 16384 px a side",
        ),
        (
            changed(
                &seg,
                put(tags::BITS_ALLOCATED, VR::US, PrimitiveValue::from(8u16)),
            ),
            "The DICOM SEG file is damaged at Bits Allocated (0028,0100): it is 8, which does not go with the type of segmentation; ",
        ),
        (
            changed(&seg, put(tags::SEGMENTATION_TYPE, VR::CS, "SECRET")),
            "The DICOM SEG file is damaged at Segmentation Type (0062,0001): it is none of BINARY, FRACTIONAL and LABELMAP; ",
        ),
        (
            changed(
                &seg,
                put(tags::PIXEL_DATA, VR::OB, PrimitiveValue::from([1u8, 2])),
            ),
            "The DICOM SEG file is damaged at Pixel Data (7FE0,0010): ",
        ),
        (
            changed(&seg, source("6")),
            "The DICOM SEG file is damaged at Referenced Frame Number (0008,1160) of frame 1: it is 6, but this volume has 5 B-scans; ",
        ),
        (
            changed(&seg, source("0")),
            "The DICOM SEG file is damaged at Referenced Frame Number (0008,1160) of frame 1: it is 0, but this volume has 5 B-scans; ",
        ),
        (
            changed(&seg, number(77)),
            "The DICOM SEG file is damaged at Referenced Segment Number (0062,000B) of frame 1: it is missing or no segment of the file; ",
        ),
        (
            changed(
                &seg,
                in_item(tags::SEGMENT_SEQUENCE, None, |item| {
                    item.put(DataElement::new(
                        tags::SEGMENT_NUMBER,
                        VR::US,
                        PrimitiveValue::from(2u16),
                    ));
                }),
            ),
            "The DICOM SEG file is damaged at Segment Sequence (0062,0002): two segments have one number; ",
        ),
        (
            changed(&seg, |file| {
                file.remove_element(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
            }),
            "The DICOM SEG file is damaged at Referenced Segment Number (0062,000B) of frame 1: ",
        ),
    ];
    let context = phantom().context();
    for (bytes, expected) in cases {
        let error = refusal(&bytes, &context);
        assert!(error.starts_with(expected), "\n  {error}\n  {expected}");
    }
}

#[test]
fn lies_of_a_height_map_are_named() {
    let map = height_map();
    let us = |tag, value: u16| put(tag, VR::US, PrimitiveValue::from(value));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (
            changed(&map, us(tags::COLUMNS, 36)),
            "The DICOM Height Map file is damaged at Columns (0028,0011): it is 36, but the B-scans of this volume have 37 A-scans; ",
        ),
        (
            changed(&map, us(tags::ROWS, 6)),
            "The DICOM Height Map file is damaged at Rows (0028,0010): it is 6, but this volume has 5 B-scans; ",
        ),
        (
            changed(&map, put(tags::NUMBER_OF_FRAMES, VR::IS, "200")),
            "The DICOM Height Map file is damaged at Float Pixel Data (7FE0,0008): 200 surfaces of 185 heights do not fit its ",
        ),
        (
            changed(&map, put(tags::NUMBER_OF_FRAMES, VR::IS, "256")),
            "The DICOM Height Map declares 256 surfaces, over the limit of 255 surfaces",
        ),
        (
            changed(&map, |file| {
                file.remove_element(tags::FLOAT_PIXEL_DATA);
            }),
            "The DICOM Height Map file is damaged at Float Pixel Data (7FE0,0008): it is missing; ",
        ),
        (
            changed(&map, |file| {
                file.remove_element(tags::SEGMENT_SEQUENCE);
            }),
            "The DICOM Height Map file is damaged at Referenced Segment Number (0062,000B) of frame 1: it is missing or no segment of the file; ",
        ),
    ];
    let context = phantom().context();
    for (bytes, expected) in cases {
        let error = refusal(&bytes, &context);
        assert!(error.starts_with(expected), "\n  {error}\n  {expected}");
    }
}

#[test]
fn heights_outside_the_picture_are_counted() {
    let map = changed(&height_map(), |file| {
        file.remove_element(tags::FLOAT_PIXEL_PADDING_VALUE);
    });
    let labels = read_labels_bytes(&map, &phantom().context(), &Wanted::All, &Budget::default());
    let warnings = labels.expect("lines").warnings;
    // Without its declaration, padding is a height above the picture.
    assert!(warnings.len() <= 1, "{warnings:?}");
    assert!(warnings.iter().all(|said| said.ends_with("were left out.")));
}

#[test]
fn every_cut_is_survived() {
    let context = phantom().context();
    for bytes in [seg(), height_map()] {
        for end in (0..bytes.len()).step_by(997).chain(0..200) {
            let _ = read_labels_bytes(
                &bytes[..end.min(bytes.len())],
                &context,
                &Wanted::All,
                &Budget::default(),
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn damage_is_survived(
        is_seg in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
    ) {
        static FILES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [seg(), height_map()]);
        static CONTEXT: LazyLock<LabelContext> = LazyLock::new(|| phantom().context());
        let mut bytes = FILES[usize::from(is_seg)].clone();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let _ = read_labels_bytes(&bytes, &CONTEXT, &Wanted::All, &Budget::default());
    }
}
