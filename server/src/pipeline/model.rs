//! The model at work: the same thread, queue and kernels as in the desktop application.

use std::sync::Arc;

use fovea_annotation::ContentHash;
use fovea_imaging::GrayImage;
use fovea_inference::{
    LoadError, ModelSource, SegmentError, Segmentation, Segmenter, SegmenterEvent, built_in_digest,
};
use tokio::sync::mpsc;

use super::StepError;

/// Answers that wait for the step; the model waits behind them.
const EVENTS_MAX: usize = 64;

/// The inference thread of a worker, started when a step first needs it.
#[derive(Default)]
pub(crate) struct ModelRunner {
    started: Option<Started>,
    next_id: u64,
}

struct Started {
    // Dropped before the segmenter, whose thread may be waiting for room in it.
    events: mpsc::Receiver<SegmenterEvent>,
    segmenter: Segmenter,
    digest: ContentHash,
}

impl ModelRunner {
    /// Makes sure that the model `digest` is loaded.
    pub(super) async fn load(&mut self, digest: ContentHash) -> Result<(), StepError> {
        if digest != built_in_digest() {
            return Err(StepError::for_good(
                "model_unknown",
                "this worker does not have the model of the run; start the run with the default model",
            ));
        }
        if self
            .started
            .as_ref()
            .is_some_and(|started| started.digest == digest)
        {
            return Ok(());
        }
        let (sender, mut events) = mpsc::channel(EVENTS_MAX);
        // The receiver is gone only when nobody waits for an answer any more.
        let segmenter = Segmenter::start(None, ModelSource::BuiltIn, move |event| {
            let _ = sender.blocking_send(event);
        });
        let segmenter = segmenter.map_err(|_| stopped())?;
        loop {
            match events.recv().await {
                Some(SegmenterEvent::Ready { digest, .. }) => {
                    self.started = Some(Started {
                        events,
                        segmenter,
                        digest,
                    });
                    return Ok(());
                }
                Some(SegmenterEvent::LoadFailed(error)) => return Err(unusable(&error)),
                Some(_) => {}
                None => return Err(stopped()),
            }
        }
    }

    /// Queues a picture; its answer comes under the number that is returned.
    pub(super) fn submit(&mut self, image: GrayImage) -> Result<u64, StepError> {
        let started = self.started.as_ref().ok_or_else(stopped)?;
        let id = self.next_id;
        self.next_id += 1;
        started
            .segmenter
            .submit(id, Arc::new(image))
            .map_err(|_| stopped())?;
        Ok(id)
    }

    /// The next answer, with the number of its picture.
    pub(super) async fn answer(
        &mut self,
    ) -> Result<(u64, Result<Box<Segmentation>, SegmentError>), StepError> {
        let started = self.started.as_mut().ok_or_else(stopped)?;
        loop {
            match started.events.recv().await {
                Some(SegmenterEvent::Done { id, segmentation }) => {
                    return Ok((id, Ok(segmentation)));
                }
                Some(SegmenterEvent::Failed { id, error }) => return Ok((id, Err(error))),
                Some(_) => {}
                None => {
                    self.started = None;
                    return Err(stopped());
                }
            }
        }
    }

    /// Gives up what was submitted. The answers still come, and belong to nobody.
    pub(crate) fn cancel(&self) {
        if let Some(started) = &self.started {
            started.segmenter.cancel();
        }
    }
}

fn stopped() -> StepError {
    StepError::for_now(
        "model_stopped",
        "the inference thread has stopped; see the log of the worker",
    )
}

fn unusable(error: &LoadError) -> StepError {
    StepError::for_good("model_unusable", error.to_string())
}
