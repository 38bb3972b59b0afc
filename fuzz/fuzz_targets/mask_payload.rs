//! The stored bytes of a mask to the mask.

#![no_main]

use fovea_annotation::{mask_from_payload, mask_to_payload};
use fovea_fuzz::in_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    if let Ok(mask) = mask_from_payload(bytes) {
        let again = mask_to_payload(&mask).expect("what was read can be written");
        assert_eq!(mask_from_payload(&again).expect("what was written"), mask);
    }
}));
