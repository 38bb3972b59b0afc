//! What happens on the inference thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use fovea_geometry::SizePx;
use fovea_gpu::{GpuContext, InferenceDevice};
use fovea_imaging::GrayImage;

use super::{ModelSource, Request, SegmenterEvent};
use crate::{Model, SegmentError, choose_device};

/// The thread's state.
pub(super) struct Worker {
    pub(super) gpu: Option<GpuContext>,
    pub(super) model: Option<Model>,
    pub(super) device: Option<(burn::tensor::Device, InferenceDevice)>,
    pub(super) epoch: Arc<AtomicU64>,
    pub(super) on_event: Box<dyn Fn(SegmenterEvent) + Send>,
}

impl Worker {
    /// Works until the handle is dropped.
    pub(super) fn run(mut self, source: ModelSource, requests: &Receiver<Request>) {
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
