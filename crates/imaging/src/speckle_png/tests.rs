//! The pictures are read by a decoder that was made by others.

use fovea_geometry::SizePx;
use proptest::prelude::*;

use super::tokens::of_length;
use super::*;
use crate::{Budget, decode_png_gray8};

fn is_read_back(size: SizePx, pixels: &[u8]) -> usize {
    let png = encode(size, pixels);
    assert_eq!(png, encode_anywhere(size, pixels), "on any processor");
    let budget = Budget::default();
    let image = decode_png_gray8(&png, &budget).expect("our own PNG");
    assert_eq!((image.size, &image.pixels[..]), (size, pixels));
    png.len()
}

/// A row of zeros of every length up to two of the longest matches, at every place within a step.
#[test]
fn runs_of_any_length_are_read_back() {
    for zeros in 0..600 {
        for before in [0, 1, 7, 8] {
            let pixels = [vec![9; before], vec![0; zeros], vec![9; 11]].concat();
            is_read_back(SizePx::new(pixels.len() as u32, 1), &pixels);
        }
    }
}

#[test]
fn lengths_follow_the_table() {
    // First and last length of some symbols, from RFC 1951.
    for (length, symbol, extra, count) in [
        (3, 257, 0, 0),
        (10, 264, 0, 0),
        (11, 265, 0, 1),
        (12, 265, 1, 1),
        (13, 266, 0, 1),
        (34, 272, 3, 2),
        (35, 273, 0, 3),
        (131, 281, 0, 5),
        (257, 284, 30, 5),
        (258, 285, 0, 0),
    ] {
        assert_eq!(of_length(length), (symbol, extra, count), "{length}");
    }
}

#[test]
fn black_takes_next_to_nothing_and_noise_little_more_than_itself() {
    let size = SizePx::new(512, 496);
    assert!(is_read_back(size, &vec![0; size.len()]) < 4_000);
    assert!(is_read_back(size, &noise(size)) < size.len() * 51 / 50);
}

fn noise(size: SizePx) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..size.len()).map(|_| next()).collect()
}

/// A tile is known by the digest of its picture: with other bytes a scan that comes again would not be the same case.
#[test]
fn the_bytes_of_a_picture_stay_what_they_are() {
    let size = SizePx::new(200, 150);
    let faint: Vec<u8> = noise(size).iter().map(|value| value / 16).collect();
    let mut crc = Crc::new();
    crc.update(&encode(size, &faint));
    assert_eq!((crc.amount(), crc.sum()), (18_762, 3_193_122_671));
}

proptest! {
    #[test]
    fn any_picture_is_read_back(
        width in 1_u32..90,
        height in 1_u32..300,
        values in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 1..400),
    ) {
        let size = SizePx::new(width, height);
        let pixels: Vec<u8> = values.iter().copied().cycle().take(size.len()).collect();
        is_read_back(size, &pixels);
    }
}
