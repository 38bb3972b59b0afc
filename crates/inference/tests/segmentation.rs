//! Segmentation on the processor: tiles without a seam, every size, the same answer twice.

mod support;

use std::cell::Cell;

use fovea_geometry::SizePx;
use fovea_imaging::GrayImage;
use fovea_inference::{SegmentError, TileShape};
use support::{model, phantom};

#[test]
fn tiles_join_without_a_seam() {
    let model = model();
    let image = phantom(3, 330, 590);
    let whole = model
        .segment(&image, &mut |_, _| {}, &|| false)
        .expect("segments");
    let largest = TileShape {
        height_px: 416,
        width_px: 304,
    };
    let mut tiles = 0;
    let tiled = model
        .segment_in_tiles(&image, largest, &mut |_, of| tiles = of, &|| false)
        .expect("segments");
    assert!(tiles >= 4, "{tiles} tiles prove nothing");
    assert_eq!(whole.mask, tiled.mask);
    assert_eq!(whole.uncertainty, tiled.uncertainty);
    assert_eq!(whole.score, tiled.score);
}

#[test]
fn the_same_scan_gives_the_same_answer() {
    let (model, image) = (model(), phantom(11, 120, 96));
    let run = || {
        model
            .segment(&image, &mut |_, _| {}, &|| false)
            .expect("segments")
    };
    let (first, second) = (run(), run());
    assert_eq!(
        (first.mask, first.uncertainty, first.score),
        (second.mask, second.uncertainty, second.score)
    );
}

#[test]
fn a_phantom_of_the_middle_of_the_retina_is_recognised() {
    let answer = model()
        .segment(&phantom(1, 336, 480), &mut |_, _| {}, &|| false)
        .expect("segments");
    let labelled = answer
        .mask
        .classes()
        .iter()
        .filter(|class| **class > 0)
        .count();
    assert!(
        labelled > answer.mask.classes().len() / 50,
        "{labelled} pixels are labelled"
    );
    assert!(answer.score.score > 0.0 && answer.score.score <= 1.0);
}

#[test]
fn every_size_is_segmented_or_refused() {
    let model = model();
    for (width, height) in [(1, 1), (1, 17), (33, 1), (2, 3), (16, 16), (15, 31)] {
        let size = SizePx::new(width, height);
        let image = GrayImage {
            size,
            pixels: vec![90; size.len()],
        };
        let answer = model
            .segment(&image, &mut |_, _| {}, &|| false)
            .expect("segments");
        assert_eq!(
            (answer.mask.size(), answer.uncertainty.size()),
            (size, size)
        );
    }
    let refused = |size: SizePx, pixels: usize| {
        let image = GrayImage {
            size,
            pixels: vec![0; pixels],
        };
        model
            .segment(&image, &mut |_, _| {}, &|| false)
            .expect_err("refused")
    };
    assert_eq!(refused(SizePx::new(0, 7), 0), SegmentError::Empty);
    assert_eq!(refused(SizePx::new(4, 4), 15), SegmentError::WrongLength);
    assert_eq!(
        refused(SizePx::new(40_000, 40_000), 0),
        SegmentError::TooLarge {
            width: 40_000,
            height: 40_000
        }
    );
}

#[test]
fn a_cancelled_scan_stops_at_the_next_tile() {
    let (model, image) = (model(), phantom(3, 330, 590));
    let largest = TileShape {
        height_px: 416,
        width_px: 304,
    };
    let tiles_done = Cell::new(0);
    let answer = model.segment_in_tiles(
        &image,
        largest,
        &mut |done, _| tiles_done.set(done),
        &|| tiles_done.get() == 1,
    );
    assert_eq!(answer.err(), Some(SegmentError::Cancelled));
    assert_eq!(tiles_done.get(), 1);
}
