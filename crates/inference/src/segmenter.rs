//! The inference worker: one named thread that owns the model, one bounded queue in front of it.
//!
//! burn orders work on a graphics device by the thread it comes from, so everything that touches the model runs here.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use fovea_geometry::SizePx;
use fovea_gpu::{GpuContext, InferenceDevice};
use fovea_imaging::GrayImage;
use thiserror::Error;

use crate::{
    LoadError, Model, ModelCard, SegmentError, Segmentation, choose_device, limit_threads,
};

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

struct Worker {
    gpu: Option<GpuContext>,
    model: Option<Model>,
    device: Option<(burn::tensor::Device, InferenceDevice)>,
    epoch: Arc<AtomicU64>,
    on_event: Box<dyn Fn(SegmenterEvent) + Send>,
}

impl Worker {
    fn run(mut self, source: ModelSource, requests: &Receiver<Request>) {
        self.load(&source);
        while let Ok(request) = requests.recv() {
            match request {
                Request::Load(source) => self.load(&source),
                Request::WarmUp(size) => self.warm_up(size),
                Request::Segment { id, epoch, image } => self.segment(id, epoch, &image),
            }
        }
    }

    fn load(&mut self, source: &ModelSource) {
        let (device, choice) = self
            .device
            .get_or_insert_with(|| choose_device(self.gpu.as_ref()));
        let loaded = match source {
            ModelSource::BuiltIn => Model::built_in(device),
            ModelSource::File(path) => Model::load(path, device),
        };
        let event = match loaded {
            Ok(model) => {
                let card = Box::new(model.card().clone());
                let event = SegmenterEvent::Ready {
                    card,
                    digest: model.digest(),
                    device: choice.clone(),
                };
                self.model = Some(model);
                event
            }
            Err(error) => SegmenterEvent::LoadFailed(error),
        };
        (self.on_event)(event);
    }

    fn warm_up(&self, size: SizePx) {
        let Some(model) = &self.model else { return };
        (self.on_event)(SegmenterEvent::Preparing(size));
        let image = GrayImage {
            size,
            pixels: vec![0; size.len()],
        };
        if let Err(error) = model.segment(&image, &mut |_, _| {}, &|| false) {
            tracing::warn!(%error, "preparing the model failed");
        }
    }

    fn segment(&self, id: u64, epoch: u64, image: &GrayImage) {
        let is_cancelled = || self.epoch.load(Ordering::Acquire) != epoch;
        let Some(model) = &self.model else {
            let what = "no model is loaded".to_owned();
            return (self.on_event)(SegmenterEvent::Failed {
                id,
                error: SegmentError::Device { what },
            });
        };
        let mut progress = |done, of| (self.on_event)(SegmenterEvent::Progress { id, done, of });
        // A panic in a kernel must not take the worker down: the next scan may well be fine.
        let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            if is_cancelled() {
                Err(SegmentError::Cancelled)
            } else {
                model.segment(image, &mut progress, &is_cancelled)
            }
        }));
        let answer = answer.unwrap_or_else(|_| {
            Err(SegmentError::Device {
                what: "a kernel stopped".into(),
            })
        });
        (self.on_event)(match answer {
            Ok(segmentation) => SegmenterEvent::Done {
                id,
                segmentation: Box::new(segmentation),
            },
            Err(error) => SegmenterEvent::Failed { id, error },
        });
    }
}
