//! A PNG of any colour type to gray.

#![no_main]

use fovea_imaging::{Budget, decode_png_gray8};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = decode_png_gray8(bytes, &Budget::default());
});
