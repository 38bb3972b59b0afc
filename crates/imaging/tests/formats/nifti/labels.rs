//! NIfTI of class indices.

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, ForeignLabels, LabelContext, Labelled, NiftiPacking, ReadError, Wanted,
    encode_nifti_masks, encode_nifti_volume, read_labels_bytes,
};

use crate::build::marked;

fn read(bytes: &[u8]) -> Result<ForeignLabels, ReadError> {
    let context = LabelContext::of(&marked(0, |v| v as f32));
    read_labels_bytes(bytes, &context, &Wanted::All, &Budget::default())
}

#[test]
fn masks_go_out_and_come_back() {
    let volume = marked(0, |v| v as f32);
    let size = volume.bscan_size();
    let mask = |salt: usize| {
        let classes = (0..size.len()).map(|i| {
            if i % 3 == 0 {
                ((i + salt) % 12) as u8
            } else {
                0
            }
        });
        Mask::new(size, classes.collect()).expect("one class per pixel")
    };
    let masks = [Some(mask(1)), None, Some(mask(5))];
    let schema = LabelSchema::oct_layers();
    let labelled = Labelled {
        volume: &volume,
        masks: &masks,
        schema: &schema,
    };
    for packing in [NiftiPacking::Plain, NiftiPacking::Gzip] {
        let bytes = encode_nifti_masks(&labelled, packing).expect("writes");
        let labels = read(&bytes).expect("our own file");
        let found: Vec<_> = labels
            .bscans
            .iter()
            .map(|b| (b.bscan_index, b.mask.as_ref()))
            .collect();
        assert_eq!(found, [(0, masks[0].as_ref()), (2, masks[2].as_ref())]);
        let classes: Vec<_> = labels
            .classes
            .iter()
            .map(|c| (c.index, c.name.as_str()))
            .collect();
        let expected: Vec<u8> = (1..12)
            .filter(|class| {
                masks
                    .iter()
                    .flatten()
                    .any(|mask| mask.classes().contains(class))
            })
            .collect();
        assert_eq!(
            classes.iter().map(|(index, _)| *index).collect::<Vec<_>>(),
            expected
        );
        assert_eq!(classes.last(), Some(&(11, "11")));
        assert_eq!(
            labels.warnings,
            ["1 B-scans hold no class and were taken as not labelled."]
        );
    }
    let wrong = [Mask::new(SizePx::new(1, 1), vec![0]).ok()];
    let labelled = Labelled {
        masks: &wrong,
        ..labelled
    };
    let error = encode_nifti_masks(&labelled, NiftiPacking::Plain).expect_err("another size");
    assert_eq!(
        error.to_string(),
        "The picture of 5×4 px has 1 pixel values; nothing was written."
    );
}

#[test]
fn labels_must_be_class_indices() {
    let volume = marked(2, |v| v as f32);
    let float = encode_nifti_volume(&volume, NiftiPacking::Plain).expect("writes");
    let whole = read(&float).expect("whole numbers");
    assert_eq!((whole.bscans.len(), whole.classes.len()), (3, 60));
    for (value, is_class) in [
        (255.0f32, true),
        (256.0, false),
        (1.5, false),
        (-1.0, false),
        (f32::NAN, false),
    ] {
        let mut bytes = float.clone();
        bytes[352 + 4 * 7..][..4].copy_from_slice(&value.to_le_bytes());
        match read(&bytes) {
            Ok(_) => assert!(is_class, "{value}"),
            Err(error) => {
                assert!(!is_class, "{value}");
                assert_eq!(
                    error.to_string(),
                    "The NIfTI file has at byte 380 a voxel that is no class index (a whole number from 0 to 255), \
                     which Fovea does not read; export the labels as whole numbers, one per class."
                );
            }
        }
    }
    // A slope that halves the values makes some of them odd halves.
    let mut halved = float.clone();
    halved[112..116].copy_from_slice(&0.5f32.to_le_bytes());
    assert!(read(&halved).is_err());
}

#[test]
fn labels_of_another_volume_are_refused() {
    let volume = marked(0, |v| v as f32);
    let bytes = encode_nifti_volume(&volume, NiftiPacking::Plain).expect("writes");
    let context = LabelContext::of(&volume);
    let cases = [
        (
            LabelContext {
                size: SizePx::new(4, 5),
                ..context.clone()
            },
            "The NIfTI file is damaged at the size of its axes: it is 5×4 px, but the B-scans of this volume are 4×5 px; export",
        ),
        (
            LabelContext {
                bscan_count: 2,
                ..context
            },
            "The NIfTI file is damaged at the size of its axes: it holds 3 B-scans, but this volume 2; export",
        ),
    ];
    for (context, expected) in cases {
        let error = read_labels_bytes(&bytes, &context, &Wanted::All, &Budget::default())
            .expect_err("of another volume");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
