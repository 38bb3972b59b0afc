//! Bodies that come too slowly are cut off, so that slow senders cannot use up what the server holds for each.
//!
//! Only the time counts in which the server waits for the client. What is cut off answers 408; an upload keeps what has
//! arrived, and goes on from there over as bad a line as it may be.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::limits::LimitsSection;
use crate::problem::Problem;

/// Whether a body was cut off.
#[derive(Clone, Debug, Default)]
pub(super) struct CutOff(Arc<AtomicBool>);

impl CutOff {
    /// What the client is told, where it was.
    pub(super) fn problem(&self) -> Option<Problem> {
        let is_cut_off = self.0.load(Ordering::Relaxed);
        is_cut_off.then(|| {
            let detail = "the body came too slowly and was cut off; send it over a better line, or as an upload that can be taken up again";
            Problem {
                retryable: true,
                ..Problem::refused(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
            }
        })
    }
}

/// `body`, as long as its sender keeps the speed that `limits` ask for.
pub(super) fn steady(body: Body, limits: &LimitsSection) -> (Body, CutOff) {
    let cut_off = CutOff::default();
    if body.is_end_stream() || limits.body_bytes_per_s_min == 0 {
        return (body, cut_off);
    }
    let steady = Steady {
        body,
        window: limits.body_window(),
        bytes_min: limits.body_bytes_per_window(),
        left: limits.body_window(),
        bytes: 0,
        waiting: None,
        cut_off: cut_off.clone(),
    };
    (Body::new(steady), cut_off)
}

struct Steady {
    body: Body,
    window: Duration,
    /// Bytes that a window has to bring.
    bytes_min: u64,
    /// What is left of the window.
    left: Duration,
    /// Bytes in this window so far.
    bytes: u64,
    /// Since when the client is waited for, and the end of its patience.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    cut_off: CutOff,
}

impl Steady {
    /// The client is waited for. Resolves when it has brought too little for too long.
    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let left = self.left;
            let (_, sleep) = self
                .waiting
                .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
            ready!(sleep.as_mut().poll(context));
            if self.bytes < self.bytes_min {
                return Poll::Ready(());
            }
            self.begin_window();
        }
    }

    fn begin_window(&mut self) {
        (self.left, self.bytes, self.waiting) = (self.window, 0, None);
    }

    /// Something arrived.
    fn took(&mut self, bytes: u64) {
        self.bytes += bytes;
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        if self.left.is_zero() && self.bytes >= self.bytes_min {
            self.begin_window();
        }
    }
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let bytes = match &frame {
                    Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
                    _ => 0,
                };
                this.took(bytes);
                Poll::Ready(frame)
            }
            Poll::Pending => {
                ready!(this.poll_too_slow(context));
                this.cut_off.0.store(true, Ordering::Relaxed);
                let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Poll::Ready(Some(Err(axum::Error::new(error))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
