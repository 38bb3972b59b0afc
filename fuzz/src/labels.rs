//! Labels from elsewhere, as an import takes them.

use std::collections::BTreeSet;

use fovea_annotation::LabelSchema;
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, LabelContext, SchemaMapping, Wanted, read_labels_bytes};

/// Reads labels for one B-scan of 12×10 px, reads them again without their first class, maps the classes to ours, and
/// fills the layers between their lines.
pub fn import(bytes: &[u8]) {
    let context = LabelContext::new(SizePx::new(12, 10), 1);
    let Ok(labels) = read_labels_bytes(bytes, &context, &Wanted::All, &Budget::default()) else {
        return;
    };
    let schema = LabelSchema::oct_layers();
    let mapping = SchemaMapping::propose(&labels.classes, &schema);
    let classes: BTreeSet<u8> = labels.classes.iter().map(|class| class.index).collect();
    let chosen = Wanted::Only(classes.into_iter().skip(1).collect());
    let again = read_labels_bytes(bytes, &context, &chosen, &Budget::default());
    let again = again.expect("labels that can be read with all classes can be read with fewer");
    assert_eq!(again.classes, labels.classes);
    for bscan in labels.bscans.iter().chain(&again.bscans) {
        let _ = mapping.whole_mask(bscan, context.size, &schema);
    }
}
