//! The clock that latencies are measured with.

use std::sync::Arc;
use std::time::Instant;

/// Tells the time; a test gives one that stands still.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    pub(crate) fn new(now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    pub(crate) fn now(&self) -> Instant {
        (self.0)()
    }

    /// Time since `start` in ms.
    pub(crate) fn ms_since(&self, start: Instant) -> f32 {
        self.now().saturating_duration_since(start).as_secs_f32() * 1000.0
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Instant::now)
    }
}
