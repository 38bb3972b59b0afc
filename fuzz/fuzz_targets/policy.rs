//! The text of a policy to its rules.

#![no_main]

use fovea_fuzz::in_time;
use fovea_intake::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| in_time(|| {
    let _ = Policy::parse(text);
}));
