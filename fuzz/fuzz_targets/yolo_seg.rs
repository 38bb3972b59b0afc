//! YOLO segmentation text to labels.

#![no_main]

use fovea_fuzz::{in_time, labels};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| labels::import(bytes)));
