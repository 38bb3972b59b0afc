//! The inference worker: one named thread that owns the model, one bounded queue in front of it.
//!
//! burn orders work on a graphics device by the thread it comes from, so everything that touches the model runs here.

mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use fovea_geometry::SizePx;
use fovea_gpu::{GpuContext, InferenceDevice};
use fovea_imaging::GrayImage;
use thiserror::Error;

use crate::{LoadError, ModelCard, SegmentError, Segmentation, limit_threads};
use worker::Worker;

/// Scans that may wait. A caller with more keeps them and submits as answers arrive.
pub const SEGMENTER_QUEUE_MAX: usize = 64;

/// Which weights to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSource {
    /// The model inside the binary.
    BuiltIn,
    /// A weight file, with its card beside it if there is one.
    File(PathBuf),
}

/// What the worker says. `id` is the one given to [`Segmenter::submit`].
#[derive(Debug)]
pub enum SegmenterEvent {
    /// A model is loaded; scans are accepted.
    Ready {
        /// Its card.
        card: Box<ModelCard>,
        /// SHA-256 of its weights.
        digest: fovea_annotation::ContentHash,
        /// Where it runs, and why.
        device: InferenceDevice,
    },
    /// A model was refused; the one before, if any, stays.
    LoadFailed(LoadError),
    /// Kernels are being prepared for scans of this size; on a graphics device this takes seconds the first time.
    Preparing(SizePx),
    /// Tiles done of tiles in all.
    Progress {
        /// Of which request.
        id: u64,
        /// Done.
        done: usize,
        /// In all.
        of: usize,
    },
    /// The answer to a request.
    Done {
        /// Of which request.
        id: u64,
        /// The answer.
        segmentation: Box<Segmentation>,
    },
    /// No answer to a request.
    Failed {
        /// Of which request.
        id: u64,
        /// Why.
        error: SegmentError,
    },
}

/// The queue takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SubmitError {
    /// [`SEGMENTER_QUEUE_MAX`] scans wait already.
    #[error("The inference queue is full; wait for a scan to finish.")]
    Full,
    /// The worker is gone.
    #[error("The inference worker has stopped; restart the program.")]
    Stopped,
}

enum Request {
    Segment {
        id: u64,
        epoch: u64,
        image: Arc<GrayImage>,
    },
    Load(ModelSource),
    WarmUp(SizePx),
}

/// Handle of the worker. Dropping it ends the thread after the tile in hand.
#[derive(Debug)]
pub struct Segmenter {
    requests: Option<SyncSender<Request>>,
    epoch: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Segmenter {
    /// Starts the thread and loads `source` on it. `on_event` is called on that thread and must not block for long.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        gpu: Option<GpuContext>,
        source: ModelSource,
        on_event: impl Fn(SegmenterEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        limit_threads();
        let (requests, receiver) = sync_channel(SEGMENTER_QUEUE_MAX);
        let epoch = Arc::new(AtomicU64::new(0));
        let worker_epoch = Arc::clone(&epoch);
        let thread = thread::Builder::new()
            .name("inference".into())
            .spawn(move || {
                Worker {
                    gpu,
                    model: None,
                    device: None,
                    epoch: worker_epoch,
                    on_event: Box::new(on_event),
                }
                .run(source, &receiver);
            })?;
        Ok(Self {
            requests: Some(requests),
            epoch,
            thread: Some(thread),
        })
    }

    /// Queues a scan; the answer comes as [`SegmenterEvent::Done`] or [`SegmenterEvent::Failed`] with this `id`.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub fn submit(&self, id: u64, image: Arc<GrayImage>) -> Result<(), SubmitError> {
        self.send(Request::Segment {
            id,
            epoch: self.epoch.load(Ordering::Acquire),
            image,
        })
    }

    /// Replaces the model once the scans queued before are done.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub fn load(&self, source: ModelSource) -> Result<(), SubmitError> {
        self.send(Request::Load(source))
    }

    /// Prepares for scans of this size, so that the first one does not wait.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub fn warm_up(&self, size: SizePx) -> Result<(), SubmitError> {
        self.send(Request::WarmUp(size))
    }

    /// Gives up all scans submitted so far; each is answered with [`SegmentError::Cancelled`], the one in hand at its
    /// next tile.
    pub fn cancel(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    fn send(&self, request: Request) -> Result<(), SubmitError> {
        let requests = self.requests.as_ref().ok_or(SubmitError::Stopped)?;
        requests.try_send(request).map_err(|error| match error {
            TrySendError::Full(_) => SubmitError::Full,
            TrySendError::Disconnected(_) => SubmitError::Stopped,
        })
    }
}

impl Drop for Segmenter {
    fn drop(&mut self) {
        self.cancel();
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the worker was printed when it happened; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}
