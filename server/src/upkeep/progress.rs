//! What an administrator sees of a command that takes a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two lines about the same thing.
const PERIOD: Duration = Duration::from_secs(1);

/// Takes lines of text; clones share it.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(&str) + Send + Sync>);

impl Progress {
    /// Gives each line to `say`.
    pub fn new(say: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(say))
    }

    /// Says nothing.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    pub(super) fn say(&self, line: &str) {
        (self.0)(line);
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

/// Counts things and their bytes, and says so now and then.
pub(super) struct Counter {
    progress: Progress,
    what: &'static str,
    of: u64,
    done: u64,
    bytes: u64,
    said: Instant,
}

impl Counter {
    /// Counts up to `of` of `what`.
    pub(super) fn new(progress: &Progress, what: &'static str, of: u64) -> Self {
        Self {
            progress: progress.clone(),
            what,
            of,
            done: 0,
            bytes: 0,
            said: Instant::now(),
        }
    }

    /// One more.
    pub(super) fn add(&mut self, bytes: u64) {
        self.done += 1;
        self.bytes += bytes;
        if self.said.elapsed() >= PERIOD || self.done == self.of {
            self.said = Instant::now();
            let (what, done, of) = (self.what, self.done, self.of);
            let mib = self.bytes >> 20;
            self.progress
                .say(&format!("{what}: {done} of {of}, {mib} MiB"));
        }
    }
}
