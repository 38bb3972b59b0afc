//! A NIfTI of either version, packed or not, to a volume and to labels.

#![no_main]

use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LabelContext, Wanted, read_bytes_deep, read_labels_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let _ = read_bytes_deep(bytes, &Budget::default());
    let context = LabelContext::new(SizePx::new(5, 4), 3);
    let _ = read_labels_bytes(bytes, &context, &Wanted::All, &Budget::default());
}));
