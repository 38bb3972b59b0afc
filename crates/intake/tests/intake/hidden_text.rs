//! Text that is in a file and that its display does not show.

use dicom_core::value::PrimitiveValue;
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::{tags, uids};
use fovea_geometry::SizePx;
use fovea_imaging::{Bscan, SourceFormat, Volume};
use fovea_intake::{Decision, text_score};

use crate::door::intake;
use crate::font::{Line, draw};
use crate::pixels::image::{self, bits};

const SIZE: SizePx = SizePx {
    width: 400,
    height: 300,
};

/// Speckle of up to `most`, with a name in it, if one is to be there: which pixels are its strokes is all that is asked
/// of the font.
fn values(most: u16, name: Option<u16>) -> Vec<u16> {
    let mut strokes = vec![0; SIZE.len()];
    let line = Line {
        text: "SMITH, JOHN 1947",
        at_px: (30, 40),
        scale_px: 2,
        gray: 1,
    };
    draw(&mut strokes, SIZE.width, line);
    let mut state = 1_u32;
    strokes
        .iter()
        .map(|stroke| {
            // A linear congruential generator (Numerical Recipes).
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match name {
                Some(value) if *stroke == 1 => value,
                _ => ((u32::from(most) * (state >> 16)) >> 17) as u16,
            }
        })
        .collect()
}

/// An image with values of 16 bits that are shown through a window.
fn file(values: &[u16], center: &str, width: &str) -> Vec<u8> {
    let mut object = image::image(bits(16, 16, 15));
    object.put(image::number(tags::ROWS, SIZE.height as u16));
    object.put(image::number(tags::COLUMNS, SIZE.width as u16));
    object.put(DataElement::new(tags::WINDOW_CENTER, VR::DS, center));
    object.put(DataElement::new(tags::WINDOW_WIDTH, VR::DS, width));
    let pixels = PrimitiveValue::U16(values.iter().copied().collect());
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, pixels));
    image::file(object, uids::EXPLICIT_VR_LITTLE_ENDIAN)
}

#[test]
fn a_window_hides_no_text() {
    // Values of tissue, of the name, and a window in which both are white, or black, or one gray.
    let cases = [
        ("clipped to white", 2_000, Some(4_000), "5", "10", true),
        (
            "clipped to black",
            2_000,
            Some(4_000),
            "50000",
            "1000",
            true,
        ),
        (
            "shown as one gray",
            2_000,
            Some(4_000),
            "30000",
            "60000",
            true,
        ),
        ("the tissue alone", 2_000, None, "5", "10", false),
        (
            "the tissue in one gray",
            2_000,
            None,
            "30000",
            "60000",
            false,
        ),
    ];
    for (name, most, value, center, width, is_text) in cases {
        let bytes = file(&values(most, value), center, width);
        let examination = intake().examine_bytes(&bytes).expect("an image");
        let is_held = examination.decision == Decision::Quarantine;
        assert_eq!(is_held, is_text, "{name}: {}", examination.text_score);
        // What only the search needed is not carried on.
        assert!(
            examination
                .volume
                .bscans
                .iter()
                .all(|bscan| bscan.deep.is_none()),
            "{name}"
        );
    }
}

#[test]
fn a_bright_pixel_hides_no_text() {
    let mut values = values(2_000, Some(4_000));
    values[0] = u16::MAX;
    let bytes = file(&values, "32768", "65536");
    let examination = intake().examine_bytes(&bytes).expect("an image");
    assert_eq!(examination.decision, Decision::Quarantine);
}

#[test]
fn text_in_few_grays_is_found() {
    for (most, name, is_text) in [
        (10, 25, true),
        (60, 110, true),
        (10, 5, false),
        (2, 4, false),
    ] {
        let mut pixels: Vec<u8> = values(most, Some(name)).iter().map(|v| *v as u8).collect();
        // One pixel does not widen the range.
        pixels[7] = u8::MAX;
        let volume = Volume::of_bscans(vec![Bscan::new(SIZE, pixels)], SourceFormat::Png);
        let score = text_score(&volume);
        assert_eq!(score >= 0.5, is_text, "{most} {name}: {score}");
    }
}
