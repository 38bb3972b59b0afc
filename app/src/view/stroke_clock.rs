//! Time from a pointer event to the frame that shows it.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::clock::Clock;

/// Started by the UI pass that takes a stroke's samples, stopped by the paint pass that shows them.
#[derive(Default)]
pub(crate) struct StrokeClock {
    times: Mutex<Times>,
}

#[derive(Default)]
struct Times {
    started: Option<(Instant, Clock)>,
    measured_ms: Option<f32>,
}

impl StrokeClock {
    /// The samples of a stroke arrived at `at`. An earlier start that is not painted yet stays.
    pub(crate) fn start(&self, at: Instant, clock: &Clock) {
        self.with(|times| {
            times.started.get_or_insert_with(|| (at, clock.clone()));
        });
    }

    /// The frame is on its way to the screen.
    pub(crate) fn stop(&self) {
        self.with(|times| {
            if let Some((started, clock)) = times.started.take() {
                times.measured_ms = Some(clock.ms_since(started));
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
