//! No input makes a reader panic, hang or take memory that the file cannot need.

use std::fs;
use std::path::Path;

use fovea_imaging::{Budget, decode_png_gray8, decode_png_index, read_bytes};
use image::ImageFormat;
use proptest::prelude::*;
use tiff::encoder::colortype;

use crate::build::{by_image, e2e, gradient, heyex_xml, png_gray, tiff, tiff_gray, vol};
use crate::{dicom_hostile, matlab, tiff_kinds, topcon};

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let page = gradient(6, 5);
    let mut samples = dicom_hostile::samples();
    samples.extend([
        ("png", png_gray(6, 5)),
        ("tiff", tiff_gray(6, 5)),
        (
            "tiff pages",
            tiff::<colortype::Gray8>(6, 5, &[&page, &page, &page]),
        ),
        (
            "tiff tiles",
            tiff_kinds::tiled(&gradient(6, 5), 6, 5, false),
        ),
        ("tiff palette", tiff_kinds::with_palette(&[9; 768])),
        ("bmp", by_image(6, 5, ImageFormat::Bmp)),
        ("jpeg", by_image(6, 5, ImageFormat::Jpeg)),
        ("vol", vol()),
        ("heyex xml", heyex_xml()),
        ("e2e", e2e()),
        ("fda", topcon::fda()),
        ("fds", topcon::fds_without_people()),
        ("matlab", matlab::spectralis()),
        ("matlab, compressed", matlab::stack_compressed()),
    ]);
    samples
}

/// Small limits, so that a header which lies about sizes cannot make the tests slow either.
fn small() -> Budget {
    Budget {
        max_decoded_bytes: 1 << 20,
        max_frames: 64,
        max_side_px: 512,
        max_file_bytes: 1 << 20,
    }
}

fn read_all(bytes: &[u8]) {
    let _ = read_bytes(bytes, &small());
    let _ = decode_png_gray8(bytes, &small());
    let _ = decode_png_index(bytes, &small());
}

#[test]
fn every_prefix_is_refused_in_one_sentence() {
    for (name, bytes) in samples() {
        for length in 0..bytes.len() {
            match read_bytes(&bytes[..length], &small()) {
                Err(error) => {
                    let text = error.to_string();
                    assert!(
                        text.ends_with('.') && !text.contains('\n') && !text.contains(". "),
                        "{name} {length}: {text}"
                    );
                }
                // Trailing bytes that carry no pixels may be missing.
                Ok(volume) => {
                    let whole = read_bytes(&bytes, &small()).expect(name);
                    assert_eq!(
                        volume.bscans,
                        whole.bscans,
                        "{name} read {length} of {} bytes and got other pixels",
                        bytes.len()
                    );
                }
            }
        }
    }
}

#[test]
fn every_flipped_bit_is_survived() {
    for (_, bytes) in samples() {
        let mut bytes = bytes;
        // Sample data is as good as any; headers and the first data are where parsers branch.
        for index in 0..bytes.len().min(700) {
            for bit in 0..8 {
                bytes[index] ^= 1 << bit;
                read_all(&bytes);
                bytes[index] ^= 1 << bit;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_anywhere_is_survived(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24)) {
        let mut samples = samples();
        let (_, mut bytes) = samples.swap_remove(which.index(samples.len()));
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        read_all(&bytes);
    }

    #[test]
    fn noise_behind_a_signature_is_survived(which in any::<prop::sample::Index>(), noise in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut samples = samples();
        let (_, bytes) = samples.swap_remove(which.index(samples.len()));
        read_all(&[&bytes[..8], &noise].concat());
    }
}

/// The fuzzers' corpus: seeds, and every input that once failed.
#[test]
fn the_fuzzers_corpus_is_survived() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut files = 0;
    for target in fs::read_dir(&corpus).expect("the corpus is part of the checkout") {
        for file in fs::read_dir(target.expect("an entry").path()).expect("a folder per target") {
            read_all(&fs::read(file.expect("an entry").path()).expect("a file"));
            files += 1;
        }
    }
    assert!(files >= 8, "only {files} files in the corpus");
}

/// The decoder takes memory for as many values as a tag declares; the file of 630 bytes declares 16 million.
#[test]
fn a_tag_takes_no_more_memory_than_the_file_can_need() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/tiff");
    let bytes = fs::read(corpus.join("tag_of_16_million_values")).expect("part of the checkout");
    let error = read_bytes(&bytes, &Budget::default()).expect_err("is refused");
    assert!(error.to_string().contains("larger than"), "{error}");
}
