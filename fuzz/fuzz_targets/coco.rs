//! COCO JSON to labels, and the classes that it has to ours.

#![no_main]

use fovea_annotation::LabelSchema;
use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LabelContext, SchemaMapping, read_labels_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let context = LabelContext {
        size: SizePx::new(12, 10),
        bscan_count: 1,
        image_names: Vec::new(),
    };
    let Ok(labels) = read_labels_bytes(bytes, &context, &Budget::default()) else {
        return;
    };
    let mapping = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    for bscan in &labels.bscans {
        let _ = bscan.mask.as_ref().map(|mask| mapping.apply(mask));
        let _ = bscan
            .lines
            .to_mask(context.size, &LabelSchema::oct_layers());
    }
}));
