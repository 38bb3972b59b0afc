//! eyelab's .eye to a volume and to labels.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, LabelContext, Wanted, read_bytes, read_labels_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    if let Ok(volume) = read_bytes(bytes, &Budget::default()) {
        let _ = read_labels_bytes(
            bytes,
            &LabelContext::of(&volume),
            &Wanted::All,
            &Budget::default(),
        );
    }
}));
