//! A DICOM file without its patient: what comes out can go in again, and then nothing changes.

#![no_main]

use std::sync::LazyLock;

use fovea_fuzz::in_time;
use fovea_intake::{Intake, Policy, SiteKey};
use libfuzzer_sys::fuzz_target;

const POLICY: &str = r#"
id = "fuzz"
version = 1
[require]
consent = []
device_id = false
[dates]
mode = "shift"
days_max = 3650
times = "keep"
[[private]]
group = "0029"
creator = "FOVEA"
elements = ["01"]
[[rule]]
name = "all"
when.format = ["dicom"]
then = "deid"
reason = "Everything is cleaned."
"#;

static INTAKE: LazyLock<Intake> = LazyLock::new(|| {
    let policy = Policy::parse(POLICY).expect("the text above");
    Intake::new(policy, SiteKey::new([7; 32]))
});

fuzz_target!(|bytes: &[u8]| in_time(|| {
    if let Ok((once, _)) = INTAKE.deidentify_bytes(bytes) {
        let (twice, _) = INTAKE
            .deidentify_bytes(&once)
            .expect("what came out goes in");
        assert_eq!(once, twice);
    }
}));
