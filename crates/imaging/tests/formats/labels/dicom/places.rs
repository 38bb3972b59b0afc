//! Which B-scans frames are put to, by what they and the files of the scan say.

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_annotation::{LabelSchema, Mask};
use fovea_imaging::{
    BscanSource, Budget, ForeignLabels, LabelContext, Labelled, Plane, ReadError, SegmentAlgorithm,
    Wanted, encode_dicom_seg, read_labels_bytes,
};

use super::hostile::{changed, height_map};
use super::{Phantom, counts, export, phantom};

/// A segmentation of every B-scan, so that each occurs in each segment.
fn seg_of_all(phantom: &Phantom) -> Vec<u8> {
    let mask = phantom.masks[0].clone();
    encoded(phantom, &vec![mask; 5])
}

fn encoded(phantom: &Phantom, masks: &[Option<Mask>]) -> Vec<u8> {
    let labelled = Labelled {
        volume: &phantom.volume.volume,
        masks,
        schema: &LabelSchema::oct_layers(),
    };
    encode_dicom_seg(&labelled, &export(), &SegmentAlgorithm::Manual).expect("writes")
}

/// The file after a change of each frame's functional groups; `change` gets the B-scan that the frame is of.
fn with_groups(bytes: &[u8], change: impl Fn(&mut InMemDicomObject, u32)) -> Vec<u8> {
    changed(bytes, |file| {
        file.update_value(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, |value| {
            for group in value.items_mut().expect("a sequence") {
                let content = group.element(tags::FRAME_CONTENT_SEQUENCE).expect("there");
                let content = &content.items().expect("a sequence")[0];
                let number = content
                    .element(tags::IN_STACK_POSITION_NUMBER)
                    .expect("there");
                let number: u32 = number.to_int().expect("a number");
                change(group, number - 1);
            }
        });
    })
}

/// Dimension indices that run against the B-scans, as the first of a file's frames may be the last of the scan.
fn count_backwards(group: &mut InMemDicomObject, bscan: u32) {
    group.update_value(tags::FRAME_CONTENT_SEQUENCE, |value| {
        let content = &mut value.items_mut().expect("a sequence")[0];
        content.remove_element(tags::IN_STACK_POSITION_NUMBER);
        let values = dicom_core::PrimitiveValue::U32([1, 1, 5 - bscan].as_slice().into());
        content.put(DataElement::new(
            tags::DIMENSION_INDEX_VALUES,
            VR::UL,
            values,
        ));
    });
}

fn refer_to(group: &mut InMemDicomObject, uids: &[String], frame: Option<&str>) {
    let item = |uid: &String| {
        let mut item = InMemDicomObject::new_empty();
        item.put(DataElement::new(
            tags::REFERENCED_SOP_INSTANCE_UID,
            VR::UI,
            uid.as_str(),
        ));
        if let Some(frame) = frame {
            item.put(DataElement::new(
                tags::REFERENCED_FRAME_NUMBER,
                VR::IS,
                frame,
            ));
        }
        item
    };
    let items: Vec<InMemDicomObject> = uids.iter().map(item).collect();
    group.update_value(tags::DERIVATION_IMAGE_SEQUENCE, |value| {
        let derivation = &mut value.items_mut().expect("a sequence")[0];
        derivation.put(DataElement::new(
            tags::SOURCE_IMAGE_SEQUENCE,
            VR::SQ,
            DataSetSequence::from(items.clone()),
        ));
    });
}

fn uid(bscan: u32) -> String {
    format!("1.2.{}", bscan + 1)
}

fn read(bytes: &[u8], context: &LabelContext) -> Result<ForeignLabels, ReadError> {
    read_labels_bytes(bytes, context, &Wanted::All, &Budget::default())
}

/// The phantom's B-scans, from the last to the first if `is_reversed`.
fn context(phantom: &Phantom, is_reversed: bool) -> LabelContext {
    let distance_mm = phantom.volume.volume.spacing_um.expect("a phantom's").z / 1e3;
    let source = |bscan: u32| BscanSource {
        sop_instance_uid: Some(uid(bscan)),
        plane: Some(Plane {
            position_mm: [0.0, 0.0, -distance_mm * f64::from(4 - bscan)],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        }),
    };
    let mut sources: Vec<BscanSource> = (0..5).map(source).collect();
    if is_reversed {
        sources.reverse();
    }
    LabelContext {
        sources,
        ..phantom.context()
    }
}

/// What the file says when its B-scans are those of a volume that runs the other way.
fn reversed(mut counts: Vec<(u32, u8, usize)>) -> Vec<(u32, u8, usize)> {
    for (bscan, ..) in &mut counts {
        *bscan = 4 - *bscan;
    }
    counts.sort_by_key(|(bscan, class, _)| (*bscan, *class));
    counts
}

#[test]
fn frames_go_to_their_planes_and_objects_whatever_their_ordinals() {
    let phantom = phantom();
    let seg = encoded(&phantom, &phantom.masks);
    let truth = counts(&read(&seg, &phantom.context()).expect("with references"));
    let by_plane = with_groups(&seg, |group, bscan| {
        group.remove_element(tags::DERIVATION_IMAGE_SEQUENCE);
        count_backwards(group, bscan);
    });
    let by_object = |frame: Option<&'static str>| {
        with_groups(&seg, move |group, bscan| {
            count_backwards(group, bscan);
            group.remove_element(tags::PLANE_POSITION_SEQUENCE);
            refer_to(group, &[uid(bscan)], frame);
        })
    };
    for (name, bytes) in [
        ("planes", by_plane),
        ("objects", by_object(None)),
        ("objects of one frame", by_object(Some("1"))),
    ] {
        for is_reversed in [false, true] {
            let labels = read(&bytes, &context(&phantom, is_reversed)).expect(name);
            let expected = match is_reversed {
                true => reversed(truth.clone()),
                false => truth.clone(),
            };
            assert_eq!(counts(&labels), expected, "{name}");
            assert_eq!(labels.warnings, [""; 0], "{name}");
        }
        let error = read(&bytes, &phantom.context())
            .expect_err(name)
            .to_string();
        let expected = "with places of their own that do not say which of the 5 B-scans they are of, which Fovea does not read; bring it in together with the DICOM files of its scan";
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn positions_in_a_stack_count_where_all_b_scans_occur() {
    let phantom = phantom();
    let without_references = |bytes: &[u8]| {
        with_groups(bytes, |group, _| {
            group.remove_element(tags::DERIVATION_IMAGE_SEQUENCE);
        })
    };
    let whole = seg_of_all(&phantom);
    let truth = counts(&read(&whole, &phantom.context()).expect("with references"));
    let labels = read(&without_references(&whole), &phantom.context()).expect("a whole stack");
    assert_eq!(counts(&labels), truth);
    assert_eq!(
        labels.warnings,
        [
            "The frames do not name their B-scans and were put to them by their positions in the stack; check the first and the last one."
        ]
    );
    let part = without_references(&encoded(&phantom, &phantom.masks));
    let error = read(&part, &phantom.context())
        .expect_err("a part")
        .to_string();
    assert!(error.contains("with places of their own"), "{error}");
}

#[test]
fn the_order_of_frames_counts_where_nothing_is_at_odds_with_it() {
    let phantom = phantom();
    let whole = seg_of_all(&phantom);
    let truth = counts(&read(&whole, &phantom.context()).expect("with references"));
    let bare = |bytes: &[u8], keeps_places: bool| {
        let bare = with_groups(bytes, |group, bscan| {
            group.remove_element(tags::DERIVATION_IMAGE_SEQUENCE);
            count_backwards(group, bscan);
            if !keeps_places {
                group.remove_element(tags::PLANE_POSITION_SEQUENCE);
            }
        });
        changed(&bare, |file| {
            file.remove_element(tags::DIMENSION_INDEX_SEQUENCE);
        })
    };
    let labels = read(&bare(&whole, false), &phantom.context()).expect("in order");
    assert_eq!(counts(&labels), truth);
    assert_eq!(
        labels.warnings,
        [
            "The frames do not name their B-scans and were put to them by their order; check the first and the last one."
        ]
    );
    let with_places = read(&bare(&whole, true), &phantom.context());
    let error = with_places.expect_err("places").to_string();
    assert!(error.contains("with places of their own"), "{error}");
    let part = read(
        &bare(&encoded(&phantom, &phantom.masks), false),
        &phantom.context(),
    );
    let error = part.expect_err("too few").to_string();
    assert!(
        error.ends_with(
            "frames that do not say which of the 5 B-scans they are of, which Fovea does not read; export it with references to the frames of the scan."
        ),
        "{error}"
    );
}

#[test]
fn rows_of_a_height_map_go_to_their_objects() {
    let phantom = phantom();
    let map = height_map();
    let in_shared = |change: &dyn Fn(&mut InMemDicomObject)| {
        changed(&map, |file| {
            file.update_value(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, |value| {
                change(&mut value.items_mut().expect("a sequence")[0]);
            });
        })
    };
    let uids: Vec<String> = (0..5).map(uid).collect();
    let by_object = in_shared(&|group| refer_to(group, &uids, None));
    let truth = read(&map, &phantom.context()).expect("a whole scan");
    let labels = read(&by_object, &context(&phantom, true)).expect("five objects");
    let heights =
        |labels: &ForeignLabels, bscan: usize| format!("{:?}", labels.bscans[bscan].lines);
    for bscan in 0..5 {
        assert_eq!(heights(&labels, bscan), heights(&truth, 4 - bscan));
    }
    let error = read(&by_object, &phantom.context())
        .expect_err("unknown")
        .to_string();
    assert!(
        error.starts_with("The DICOM Height Map file has rows of several objects that are not known as B-scans of the scan, which Fovea does not read; bring it in together"),
        "{error}"
    );
    let without = in_shared(&|group| {
        group.remove_element(tags::DERIVATION_IMAGE_SEQUENCE);
    });
    let labels = read(&without, &phantom.context()).expect("in order");
    assert_eq!(labels.bscans.len(), 5);
    assert_eq!(
        labels.warnings,
        [
            "The rows do not name their B-scans and were put to them by their order; check the first and the last one."
        ]
    );
}
