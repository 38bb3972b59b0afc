//! A .fovea file to the cases in it.

#![no_main]

use fovea_fuzz::in_time;
use fovea_imaging::{Budget, ProjectReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_time(|| {
    let Ok(mut reader) = ProjectReader::of_bytes(bytes, &Budget::default()) else {
        return;
    };
    for number in 0..reader.case_count() {
        let case = reader.case(number);
        assert!(case.is_ok(), "what was checked can be read");
    }
}));
