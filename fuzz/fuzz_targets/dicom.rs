//! A DICOM file to a volume.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let _ = read_bytes(bytes, &Budget::default());
}));
