//! JPEG pictures that no program writes.

use std::io::Cursor;

use fovea_imaging::{Budget, read_bytes};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

fn picture() -> Vec<u8> {
    let picture = RgbImage::from_fn(48, 40, |x, y| Rgb([(x * 5) as u8, (y * 6) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("writes to memory");
    bytes.into_inner()
}

/// Changes how the channels are sampled: the high half of a byte is the factor along rows, the low half along columns.
fn with_factors(jpeg: &[u8], factors: [u8; 3]) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]);
    let frame = frame.expect("a baseline picture");
    assert_eq!(jpeg[frame + 9], 3, "channels");
    for (channel, factor) in factors.into_iter().enumerate() {
        jpeg[frame + 11 + 3 * channel] = factor;
    }
    jpeg
}

#[test]
fn odd_sampling_is_refused_in_one_sentence() {
    let jpeg = picture();
    assert!(read_bytes(&jpeg, &Budget::default()).is_ok());
    for factors in [
        [0x13, 0x11, 0x44],
        [0x11, 0x22, 0x11],
        [0x32, 0x21, 0x11],
        [0x22, 0x10, 0x11],
    ] {
        let error = read_bytes(&with_factors(&jpeg, factors), &Budget::default());
        let sentence = error.expect_err("is refused").to_string();
        assert!(sentence.contains("sampled"), "{factors:x?}: {sentence}");
        assert!(!sentence.contains('\n'), "{sentence}");
    }
}
