//! Labels from elsewhere, as an import takes them.

use fovea_annotation::LabelSchema;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LabelContext, SchemaMapping, read_labels_bytes};

/// Reads labels for one B-scan of 12×10 px, maps their classes to ours, and fills the layers between their lines.
pub fn import(bytes: &[u8]) {
    let context = LabelContext {
        size: SizePx::new(12, 10),
        bscan_count: 1,
        image_names: Vec::new(),
    };
    let Ok(labels) = read_labels_bytes(bytes, &context, &Budget::default()) else {
        return;
    };
    let schema = LabelSchema::oct_layers();
    let mapping = SchemaMapping::propose(&labels.classes, &schema);
    for bscan in &labels.bscans {
        let _ = bscan.mask.as_ref().map(|mask| mapping.apply(mask));
        let _ = bscan.lines.to_mask(context.size, &schema);
    }
}
