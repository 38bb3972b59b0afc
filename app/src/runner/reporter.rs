//! The way back to the window.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use fovea_editor::Event;

pub(super) use crate::transfer::sentence;

/// Sends events and wakes the window.
#[derive(Clone)]
pub(super) struct Reporter {
    events: SyncSender<Event>,
    request_repaint: Arc<dyn Fn() + Send + Sync>,
}

impl Reporter {
    pub(super) fn new(
        events: SyncSender<Event>,
        request_repaint: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            events,
            request_repaint,
        }
    }

    /// Sends an event; waits while the channel is full. When the window is gone there is nobody to tell.
    pub(super) fn send(&self, event: Event) {
        if self.events.send(event).is_ok() {
            (self.request_repaint)();
        }
    }

    /// Says in one sentence that something failed.
    pub(super) fn fail(&self, error: impl std::fmt::Display) {
        self.send(Event::Failed {
            sentence: sentence(error),
        });
    }
}
