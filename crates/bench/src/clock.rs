//! Time that this process spent on processors, all its threads together.

use std::time::Duration;

/// CPU time of the process so far, in user and system mode.
pub(crate) fn cpu_time() -> Duration {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a live timespec, which is all that the call asks for.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut now) };
    debug_assert_eq!(status, 0, "this clock is always there");
    Duration::new(
        now.tv_sec.try_into().unwrap_or_default(),
        now.tv_nsec.try_into().unwrap_or_default(),
    )
}

/// CPU-seconds of one run of `work`.
pub(crate) fn cpu_seconds(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let start = cpu_time();
    work()?;
    Ok((cpu_time() - start).as_secs_f64())
}
