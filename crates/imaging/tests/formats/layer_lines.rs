//! Masks and boundaries become each other.

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LayerLines, decode_png_index};
use fovea_phantom::{Lesions, PhantomParams, generate};
use fovea_test_data::shared_data;
use proptest::prelude::*;

/// An A-scan of layers in order without gaps, some of them missing, with background above and below.
fn ascan(height: usize) -> impl Strategy<Value = Vec<u8>> {
    (0..height, prop::collection::vec(0..4_usize, 7)).prop_map(move |(above, thicknesses)| {
        let mut column = vec![0; above];
        for (class, thickness) in (5..).zip(thicknesses) {
            column.extend(vec![class; thickness]);
        }
        column.resize(height, 0);
        column
    })
}

fn well_ordered() -> impl Strategy<Value = Mask> {
    (4..24_usize).prop_flat_map(|height| {
        prop::collection::vec(ascan(height), 1..12).prop_map(move |columns| {
            let size = SizePx::new(columns.len() as u32, height as u32);
            let rows = (0..height).flat_map(|y| columns.iter().map(move |column| column[y]));
            Mask::new(size, rows.collect()).expect("columns of one height")
        })
    })
}

proptest! {
    #[test]
    fn a_well_ordered_mask_comes_back(mask in well_ordered()) {
        let schema = LabelSchema::oct_layers();
        let lines = LayerLines::of_mask(&mask, &schema);
        let drawn = lines.to_mask(mask.size(), &schema);
        prop_assert!(drawn.missing.is_empty());
        prop_assert_eq!(drawn.mask.classes(), mask.classes());
        // What was drawn has the same lines, absent ones included.
        let text = |lines: &LayerLines| format!("{lines:?}");
        prop_assert_eq!(text(&LayerLines::of_mask(&drawn.mask, &schema)), text(&lines));
    }

    #[test]
    fn lines_of_any_mask_are_ordered_and_inside(
        (width, classes) in (1..9_usize).prop_flat_map(|width| {
            (Just(width), prop::collection::vec(0..13_u8, width * 11))
        })
    ) {
        let mask = Mask::new(SizePx::new(width as u32, 11), classes).expect("eleven rows");
        let lines = LayerLines::of_mask(&mask, &LabelSchema::oct_layers());
        for x in 0..width {
            let heights: Vec<f32> = lines.lines.iter().map(|l| l.y_px[x]).filter(|y| y.is_finite()).collect();
            prop_assert!(heights.is_sorted() && heights.iter().all(|y| (0.0..=11.0).contains(y)), "{heights:?}");
        }
        let _ = lines.to_mask(mask.size(), &LabelSchema::oct_layers());
    }
}

/// Boundaries of a phantom's mask are its exact boundaries to within half a pixel, also where fluid and drusen lie
/// between layers.
#[test]
fn boundaries_of_phantoms_are_found() {
    for lesions in [
        Lesions::default(),
        Lesions {
            drusen: 3,
            detachments: 1,
            subretinal: 1,
            intraretinal: 3,
        },
    ] {
        let params = PhantomParams {
            lesions,
            ..PhantomParams::sample()
                .with_size(SizePx::new(128, 256))
                .with_bscans(4)
        };
        let phantom = generate(11, &params);
        for (mask, truth) in phantom.masks.iter().zip(&phantom.layer_lines) {
            let found = LayerLines::of_mask(mask, &LabelSchema::oct_layers());
            for (ours, theirs) in [
                ("ILM", "ILM"),
                ("RNFL/GCL", "RNFL"),
                ("OS/RPE", "RPE"),
                ("BM", "BM"),
            ] {
                let (ours, theirs) = (
                    found.get(ours).expect("ours"),
                    truth.get(theirs).expect("theirs"),
                );
                for (x, (a, b)) in ours.y_px.iter().zip(&theirs.y_px).enumerate() {
                    let apart = (a - b.clamp(0.0, 256.0)).abs();
                    assert!(
                        apart <= 0.51 || (a.is_nan() && b.is_nan()),
                        "{} at {x}: {a} {b}",
                        ours.name
                    );
                }
            }
        }
    }
}

/// On real masks with layers alone every pixel comes back but those of disorder, which is rare.
#[test]
fn real_masks_come_back_as_lines() {
    let Some(data) = shared_data("real_masks_come_back_as_lines") else {
        return;
    };
    let schema = LabelSchema::oct_layers();
    let (mut pixels, mut differing, mut files) = (0, 0, 0);
    for file in std::fs::read_dir(data.join("oct_layers/masks")).expect("shared data") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("a file");
        let mask = decode_png_index(&bytes, &Budget::default()).expect("index PNG");
        if mask.classes().iter().any(|class| (1..=4).contains(class)) {
            continue;
        }
        let drawn = LayerLines::of_mask(&mask, &schema).to_mask(mask.size(), &schema);
        files += 1;
        pixels += mask.classes().iter().filter(|class| **class != 0).count();
        let pairs = mask.classes().iter().zip(drawn.mask.classes());
        differing += pairs.filter(|(a, b)| a != b).count();
    }
    let share = differing as f64 / pixels as f64;
    assert!(files >= 10 && share < 0.01, "{files} files, {share}");
}
