//! A PNG of any colour type to gray.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, decode_png_gray8};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let _ = decode_png_gray8(bytes, &Budget::default());
}));
