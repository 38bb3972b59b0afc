//! A MetaImage with its voxels behind the header to a volume.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, read_bytes_deep};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let _ = read_bytes_deep(bytes, &Budget::default());
}));
