//! Stopping long work from the window's thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stops everything that was handed out before, and nothing that comes after.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicU64>);

/// One piece of work's view of a [`Stop`].
pub(super) struct Ticket {
    stop: Stop,
    issued: u64,
}

impl Stop {
    /// Stops what holds a ticket now.
    pub(super) fn stop(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// For a new piece of work.
    pub(super) fn ticket(&self) -> Ticket {
        Ticket {
            stop: self.clone(),
            issued: self.0.load(Ordering::Acquire),
        }
    }
}

impl Ticket {
    /// True once the work is to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.0.load(Ordering::Acquire) != self.issued
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_reaches_what_was_handed_out_before_it_only() {
        let stop = Stop::default();
        let before = stop.ticket();
        assert!(!before.is_stopped());
        stop.stop();
        assert!(before.is_stopped() && !stop.ticket().is_stopped());
    }
}
