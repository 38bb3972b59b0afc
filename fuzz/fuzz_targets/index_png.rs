//! A PNG of class indices to a mask.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, decode_png_index};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let _ = decode_png_index(bytes, &Budget::default());
}));
