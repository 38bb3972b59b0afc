//! JPEG pictures that no program writes.

use std::io::Cursor;

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, read_bytes};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::tiff_kinds::with_jpeg;

const SIZE: [u32; 2] = [48, 40];

fn picture([width, height]: [u32; 2]) -> Vec<u8> {
    let pixel = |x, y| Rgb([(x * 5) as u8, (y * 6) as u8, 90]);
    let picture = RgbImage::from_fn(width, height, pixel);
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("writes to memory");
    bytes.into_inner()
}

/// Where the frame header starts.
fn header_at(jpeg: &[u8]) -> usize {
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]);
    frame.expect("a baseline picture")
}

/// The same with a second header for one channel, which is where the decoder loses count.
fn with_second_header(jpeg: &[u8]) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let scan = jpeg.windows(2).position(|pair| pair == [0xff, 0xda]);
    let second = [0xff, 0xc0, 0, 11, 8, 0, 40, 0, 48, 1, 1, 0x11, 0];
    let scan = scan.expect("a scan");
    jpeg.splice(scan..scan, second);
    jpeg
}

fn refusal(bytes: &[u8]) -> String {
    let sentence = read_bytes(bytes, &Budget::default()).expect_err("is refused");
    let sentence = sentence.to_string();
    assert!(!sentence.contains('\n'), "{sentence}");
    sentence
}

/// Changes how the channels are sampled: the high half of a byte is the factor along rows, the low half along columns.
fn with_factors(jpeg: &[u8], factors: [u8; 3]) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let frame = header_at(&jpeg);
    assert_eq!(jpeg[frame + 9], 3, "channels");
    for (channel, factor) in factors.into_iter().enumerate() {
        jpeg[frame + 11 + 3 * channel] = factor;
    }
    jpeg
}

const ODD: [[u8; 3]; 4] = [
    [0x13, 0x11, 0x44],
    [0x11, 0x22, 0x11],
    [0x32, 0x21, 0x11],
    [0x22, 0x10, 0x11],
];

#[test]
fn odd_headers_are_refused_in_one_sentence() {
    let jpeg = picture(SIZE);
    assert!(read_bytes(&jpeg, &Budget::default()).is_ok());
    for factors in ODD {
        let sentence = refusal(&with_factors(&jpeg, factors));
        assert!(sentence.contains("sampled"), "{factors:x?}: {sentence}");
    }
    let sentence = refusal(&with_second_header(&jpeg));
    assert!(
        sentence.contains("more than one frame header"),
        "{sentence}"
    );
}

#[test]
fn the_same_holds_inside_tiff() {
    let jpeg = picture(SIZE);
    let volume = read_bytes(&with_jpeg(&jpeg, None), &Budget::default());
    assert_eq!(volume.expect("reads").bscans[0].size, SizePx::new(48, 40));
    for factors in ODD {
        let sentence = refusal(&with_jpeg(&with_factors(&jpeg, factors), None));
        assert!(sentence.contains("sampled"), "{factors:x?}: {sentence}");
    }
    // The decoder takes memory for what the picture says, not for what the page does.
    for size in [[96, 40], [48, 80]] {
        let mut tiff = with_jpeg(&picture(size), None);
        let sentence = refusal(&tiff);
        assert!(sentence.contains("larger than its strip"), "{sentence}");
        // The same where the strip is said to go on behind the end of the file.
        let entry = [279u16.to_le_bytes(), 4u16.to_le_bytes(), [1, 0], [0, 0]].concat();
        let at = tiff.windows(8).rposition(|bytes| bytes == entry);
        let at = at.expect("the length of the strip") + 8;
        tiff[at..at + 4].copy_from_slice(&i32::MAX.to_le_bytes());
        assert_eq!(refusal(&tiff), sentence);
    }
}

#[test]
fn tables_that_stand_apart_count_too() {
    let jpeg = picture(SIZE);
    let at = header_at(&jpeg);
    let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    let (end_of_image, start_of_image) = ([0xff, 0xd9], [0xff, 0xd8]);
    // All before the header among the tables; and the header too.
    for (split, header_is_apart) in [(at, false), (at + length, true)] {
        let tables = [&jpeg[..split], &end_of_image].concat();
        let rest = [&start_of_image, &jpeg[split..]].concat();
        let volume = read_bytes(&with_jpeg(&rest, Some(&tables)), &Budget::default());
        assert!(volume.is_ok(), "{volume:?}");
        let sentence = match header_is_apart {
            true => refusal(&with_jpeg(&with_second_header(&rest), Some(&tables))),
            false => refusal(&with_jpeg(&with_factors(&rest, ODD[0]), Some(&tables))),
        };
        assert!(sentence.contains("a JPEG in it with"), "{sentence}");
    }
}
