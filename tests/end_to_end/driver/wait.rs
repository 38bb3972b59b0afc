//! Waiting for something that can be seen, with a deadline.

use std::time::{Duration, Instant};

/// How often a condition is looked at. Nothing depends on it but the load of the machine.
const LOOK_AGAIN: Duration = Duration::from_millis(60);

/// Looks until `probe` gives a value; panics after `within` with what was waited for.
#[allow(
    clippy::disallowed_methods,
    reason = "the pause between two looks, not a guess at how long something takes"
)]
pub(crate) fn until<T>(what: &str, within: Duration, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(
            start.elapsed() < within,
            "waited {} s in vain for {what}",
            within.as_secs()
        );
        std::thread::sleep(LOOK_AGAIN);
    }
}
