//! Asking the event loop for a frame, from any thread.
//!
//! The loop sleeps until something happens. A request sets a flag and posts one empty event; however many requests
//! come before that event arrives, no second one is posted. `ControlFlow::WaitUntil` is never used: on Linux the
//! loop stalls after its first deadlines, so a delayed frame is a timer that posts the same event.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::EventLoopMessage;
use tauri_runtime_wry::{Message, tao::event_loop::EventLoopProxy};

/// A handle that asks for frames. Clones refer to the same loop.
#[derive(Clone)]
pub(crate) struct Wake(Arc<Inner>);

struct Inner {
    proxy: EventLoopProxy<Message<EventLoopMessage>>,
    is_event_in_flight: AtomicBool,
    is_frame_wanted: AtomicBool,
    due: Mutex<Option<Instant>>,
}

impl Wake {
    /// A handle on the loop behind `proxy`.
    pub(crate) fn new(proxy: EventLoopProxy<Message<EventLoopMessage>>) -> Self {
        Self(Arc::new(Inner {
            proxy,
            is_event_in_flight: AtomicBool::new(false),
            is_frame_wanted: AtomicBool::new(false),
            due: Mutex::new(None),
        }))
    }

    /// Asks for a frame as soon as the loop is free.
    pub(crate) fn frame(&self) {
        self.0.is_frame_wanted.store(true, Ordering::Release);
        if !self.0.is_event_in_flight.swap(true, Ordering::AcqRel) {
            // A loop that is gone draws no more frames, so there is nobody to tell.
            let _ = self.0.proxy.send_event(Message::Task(Box::new(|| {})));
        }
    }

    /// Asks for a frame after `delay`; of several open requests the earliest is kept.
    pub(crate) fn frame_after(&self, delay: Duration) {
        if delay.is_zero() {
            return self.frame();
        }
        let Some(at) = Instant::now().checked_add(delay) else {
            return;
        };
        {
            let mut due = self.0.due.lock().unwrap_or_else(PoisonError::into_inner);
            if due.is_some_and(|earlier| earlier <= at) {
                return;
            }
            *due = Some(at);
        }
        let wake = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(delay).await;
            wake.frame_if_due(at);
        });
    }

    /// True once per request; called by the loop when it has handled all its events.
    pub(crate) fn take_frame(&self) -> bool {
        self.0.is_event_in_flight.store(false, Ordering::Release);
        self.0.is_frame_wanted.swap(false, Ordering::AcqRel)
    }

    /// A timer that an earlier one replaced stays silent.
    fn frame_if_due(&self, at: Instant) {
        let mut due = self.0.due.lock().unwrap_or_else(PoisonError::into_inner);
        if *due == Some(at) {
            *due = None;
            drop(due);
            self.frame();
        }
    }
}
