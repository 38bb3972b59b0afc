//! A DICOM Segmentation or Height Map Segmentation to labels.

#![no_main]

use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LabelContext, read_labels_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let context = LabelContext {
        size: SizePx::new(5, 3),
        bscan_count: 2,
        image_names: Vec::new(),
    };
    let _ = read_labels_bytes(bytes, &context, &Budget::default());
}));
