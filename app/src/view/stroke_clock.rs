//! Time from a pointer event to the frame that shows it.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Started by the UI pass that takes a stroke's samples, stopped by the paint pass that shows them.
#[derive(Debug, Default)]
pub(crate) struct StrokeClock {
    times: Mutex<Times>,
}

#[derive(Debug, Default)]
struct Times {
    started: Option<Instant>,
    measured_ms: Option<f32>,
}

impl StrokeClock {
    /// The samples of a stroke arrived at `at`. An earlier start that is not painted yet stays.
    pub(crate) fn start(&self, at: Instant) {
        self.with(|times| {
            times.started.get_or_insert(at);
        });
    }

    /// The frame is on its way to the screen.
    pub(crate) fn stop(&self) {
        self.with(|times| {
            if let Some(started) = times.started.take() {
                times.measured_ms = Some(started.elapsed().as_secs_f32() * 1000.0);
            }
        });
    }

    /// The newest measurement in ms, once.
    pub(crate) fn take_ms(&self) -> Option<f32> {
        self.with(|times| times.measured_ms.take())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Times) -> T) -> T {
        change(&mut self.times.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
