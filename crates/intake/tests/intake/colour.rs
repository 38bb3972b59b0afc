//! Pictures in colour wait for a person, as reports do, in whatever format they come.

use std::io::Cursor;

use fovea_intake::{Decision, Flag};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::door::intake;

const FORMATS: [ImageFormat; 4] = [
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::Bmp,
    ImageFormat::Tiff,
];

/// A soft ramp, with a mark in the colour.
fn picture(mark: [u8; 3]) -> DynamicImage {
    let mut picture = RgbImage::from_fn(120, 90, |x, y| Rgb([(60 + x / 2 + y / 3) as u8; 3]));
    for at in 30..60 {
        for width in 0..6 {
            picture.put_pixel(at, 40 + width, Rgb(mark));
        }
    }
    picture.into()
}

#[test]
fn colour_is_held_back_and_gray_in_three_channels_is_not() {
    for format in FORMATS {
        for (mark, is_colour) in [
            ([200, 30, 30], true),
            ([20, 90, 210], true),
            ([90; 3], false),
        ] {
            let mut bytes = Cursor::new(Vec::new());
            picture(mark).write_to(&mut bytes, format).expect("encodes");
            let examination = intake()
                .examine_bytes(bytes.get_ref())
                .expect("a whole picture");
            let name = format!("{format:?} {mark:?}");
            assert_eq!(examination.flags == [Flag::Colour], is_colour, "{name}");
            let said = examination.volume.warnings;
            let is_said = said.iter().any(|said| said.contains("in colour"));
            assert_eq!(is_said, is_colour, "{name}: {said:?}");
            let is_held = examination.decision == Decision::Quarantine;
            assert_eq!(is_held, is_colour, "{name}: {:?}", examination.reasons);
        }
    }
}
