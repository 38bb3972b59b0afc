//! A DICOM Segmentation or Height Map Segmentation to labels, for a scan of which nothing is known and for one of which
//! objects and planes are.

#![no_main]

use fovea_fuzz::in_time;
use fovea_geometry::SizePx;
use fovea_imaging::{BscanSource, Budget, LabelContext, Plane, Wanted, read_labels_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let mut context = LabelContext::new(SizePx::new(5, 3), 2);
    let _ = read_labels_bytes(bytes, &context, &Wanted::All, &Budget::default());
    context.sources = ["1.2", "1.3"]
        .into_iter()
        .zip([0.0, -0.25])
        .map(|(uid, z_mm)| BscanSource {
            sop_instance_uid: Some(uid.to_owned()),
            plane: Some(Plane {
                position_mm: [0.0, 0.0, z_mm],
                orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            }),
        })
        .collect();
    let _ = read_labels_bytes(bytes, &context, &Wanted::All, &Budget::default());
}));
