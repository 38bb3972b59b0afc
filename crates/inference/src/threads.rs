//! How many processor threads inference may use.

/// Sizes the thread pool that the processor's kernels share: all cores, but one left to the interface where there are
/// more than two. Later calls, and calls after the pool's first use, change nothing.
pub fn limit_threads() {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if cores > 2 { cores - 1 } else { cores };
    let built = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("inference-{index}"))
        .build_global();
    if built.is_err() {
        tracing::debug!("the inference thread pool exists already");
    }
}
