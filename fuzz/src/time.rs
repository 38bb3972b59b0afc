//! The limit of time that all targets share.
//!
//! libFuzzer stops a target by the clock on the wall, and a crowded machine stretches that. Time on a processor is the same
//! wherever the target runs.

use std::time::Duration;

/// What one input may take.
const LIMIT: Duration = Duration::from_secs(1);

/// Runs `work` once; what takes over 1 s of processor time runs again, and counts if it is slow twice.
///
/// # Panics
/// When it does, which is how a target tells the fuzzer.
pub fn in_time(work: impl Fn()) {
    if cpu_time_of(&work) > LIMIT {
        let again = cpu_time_of(&work);
        assert!(again <= LIMIT, "the input takes {again:?} on a processor");
    }
}

fn cpu_time_of(work: impl Fn()) -> Duration {
    let start = cpu_time();
    work();
    cpu_time().saturating_sub(start)
}

/// Processor time of the process so far; its threads all work for the one input.
fn cpu_time() -> Duration {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a live timespec, which is all that the call asks for.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut now) };
    assert_eq!(status, 0, "this clock is always there");
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
