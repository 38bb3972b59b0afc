//! The model at work: scans go to the inference thread, results into the store.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use fovea_annotation::TileId;
use fovea_editor::{Event, InferenceReport, SegmentedTile};
use fovea_gpu::{GpuContext, InferenceDevice};
use fovea_imaging::{Budget, GrayImage, decode_png_gray8, encode_png_gray8};
use fovea_inference::{ModelSource, SegmentError, Segmentation, Segmenter, SegmenterEvent};
use fovea_local_store::NewPrediction;

use super::reporter::sentence;
use super::store_thread::StoreWorker;
use super::work::StoreWork;

/// Scans at the model at once: one in hand and one that waits, so that it never idles and a cancel is quick.
const IN_FLIGHT_MAX: usize = 2;

/// Starts the inference thread, which reports to the store thread.
pub(super) fn start(
    gpu: Option<GpuContext>,
    model: ModelSource,
    work: SyncSender<StoreWork>,
) -> std::io::Result<Segmenter> {
    // The store thread is gone only when the program ends.
    Segmenter::start(gpu, model, move |event| {
        drop(work.send(StoreWork::Inference(event)))
    })
}

/// What is known of the model.
#[derive(Default)]
pub(super) struct ModelState {
    report: InferenceReport,
    adapter: String,
    /// Why there is no model.
    failure: Option<String>,
}

impl ModelState {
    pub(super) fn new(gpu: Option<&GpuContext>) -> Self {
        let Some(adapter) = gpu.map(GpuContext::report) else {
            let report = InferenceReport {
                display_adapter: "none".to_owned(),
                ..InferenceReport::default()
            };
            return Self {
                report,
                ..Self::default()
            };
        };
        let display_adapter = format!("{} ({}, {})", adapter.name, adapter.backend, adapter.driver);
        Self {
            report: InferenceReport {
                display_adapter,
                ..InferenceReport::default()
            },
            adapter: adapter.name,
            failure: None,
        }
    }
}

/// A wish to segment, under way.
#[derive(Default)]
pub(super) struct Job {
    waiting: VecDeque<TileId>,
    in_flight: HashMap<u64, TileId>,
    next_id: u64,
    done: u32,
    total: u32,
    cancelled: bool,
}

impl StoreWorker {
    pub(super) fn segment(&mut self, tiles: Vec<TileId>) {
        if let Some(sentence) = self.model.failure.clone() {
            return self.reporter.send(Event::SegmentFailed { sentence });
        }
        let job = self.job.get_or_insert_default();
        job.total += u32::try_from(tiles.len()).unwrap_or(u32::MAX);
        job.waiting.extend(tiles);
        self.report_progress(false);
        self.submit_waiting();
    }

    pub(super) fn cancel_segment(&mut self) {
        let Some(job) = &mut self.job else { return };
        job.cancelled = true;
        job.waiting.clear();
        self.segmenter.cancel();
        self.finish_when_empty();
    }

    pub(super) fn inferred(&mut self, event: SegmenterEvent) {
        match event {
            SegmenterEvent::Ready {
                card,
                digest,
                device,
            } => {
                let (name, reason) = match device {
                    InferenceDevice::Gpu => (self.model.adapter.clone(), String::new()),
                    InferenceDevice::Cpu { reason } => ("CPU".to_owned(), reason),
                };
                let report = &mut self.model.report;
                (report.device, report.reason) = (name, reason);
                report.model = format!("{} {}", card.name, card.version);
                report.model_digest = digest.to_hex()[..12].to_owned();
                report.tile_ms = None;
                self.model.failure = None;
                self.reporter.send(Event::InferenceReady(report.clone()));
            }
            SegmenterEvent::LoadFailed(error) => {
                self.model.failure = Some(sentence(&error));
                self.fail_job(sentence(error));
            }
            SegmenterEvent::Preparing(_) => self.report_progress(true),
            SegmenterEvent::Progress { .. } => {}
            SegmenterEvent::Done { id, segmentation } => self.segmented(id, &segmentation),
            SegmenterEvent::Failed { id, error } => self.not_segmented(id, error),
        }
    }

    fn segmented(&mut self, id: u64, segmentation: &Segmentation) {
        let Some(tile) = self.job.as_mut().and_then(|job| job.in_flight.remove(&id)) else {
            return;
        };
        match self.store_result(tile, segmentation) {
            Ok(()) => {
                self.on_device.put(tile, segmentation.on_device.clone());
                let (score, elapsed_ms) = (segmentation.score.score, segmentation.elapsed_ms);
                self.reporter.send(Event::TileSegmented(SegmentedTile {
                    tile,
                    score,
                    elapsed_ms,
                }));
                if self.model.report.tile_ms.replace(elapsed_ms).is_none() {
                    self.reporter
                        .send(Event::InferenceReady(self.model.report.clone()));
                }
                if let Some(job) = &mut self.job {
                    job.done += 1;
                }
                self.told_outbox_grew();
                self.report_progress(false);
                self.submit_waiting();
            }
            Err(sentence) => self.fail_job(sentence),
        }
    }

    fn not_segmented(&mut self, id: u64, error: SegmentError) {
        let known = self
            .job
            .as_mut()
            .and_then(|job| job.in_flight.remove(&id))
            .is_some();
        match error {
            SegmentError::Cancelled => self.finish_when_empty(),
            error if known => self.fail_job(sentence(error)),
            _ => {}
        }
    }

    fn store_result(&mut self, tile: TileId, segmentation: &Segmentation) -> Result<(), String> {
        let map = &segmentation.uncertainty;
        let uncertainty_png = encode_png_gray8(map.size(), map.values()).map_err(sentence)?;
        let prediction = NewPrediction {
            tile_id: tile,
            model_digest: segmentation.model_digest,
            mask: &segmentation.mask,
            uncertainty_png: &uncertainty_png,
            score: &segmentation.score,
        };
        self.store
            .store_prediction(&prediction)
            .map(drop)
            .map_err(sentence)
    }

    /// Keeps the model busy; ends the job when nothing is left.
    fn submit_waiting(&mut self) {
        while let Some(job) = &mut self.job {
            if job.in_flight.len() >= IN_FLIGHT_MAX {
                return;
            }
            let Some(tile) = job.waiting.pop_front() else {
                break;
            };
            let id = job.next_id;
            job.next_id += 1;
            let submitted = self
                .read_image(tile)
                .and_then(|image| self.segmenter.submit(id, image).map_err(sentence));
            match (submitted, &mut self.job) {
                (Ok(()), Some(job)) => drop(job.in_flight.insert(id, tile)),
                (Err(sentence), _) => return self.fail_job(sentence),
                (Ok(()), None) => return,
            }
        }
        self.finish_when_empty();
    }

    fn read_image(&self, tile: TileId) -> Result<Arc<GrayImage>, String> {
        let png = self
            .store
            .tile(tile)
            .and_then(|tile| self.store.blob(tile.raw))
            .map_err(sentence)?;
        decode_png_gray8(&png, &Budget::default())
            .map(Arc::new)
            .map_err(sentence)
    }

    fn finish_when_empty(&mut self) {
        let is_over = self
            .job
            .as_ref()
            .is_some_and(|job| job.waiting.is_empty() && job.in_flight.is_empty());
        if let Some(job) = self.job.take_if(|_| is_over) {
            self.reporter.send(Event::SegmentFinished {
                done: job.done,
                cancelled: job.cancelled,
            });
        }
    }

    /// Gives the whole job up; scans that are still at the model are answered into the void.
    fn fail_job(&mut self, sentence: String) {
        if self.job.take().is_some() {
            self.segmenter.cancel();
            self.reporter.send(Event::SegmentFailed { sentence });
        } else {
            self.reporter.send(Event::Failed { sentence });
        }
    }

    fn report_progress(&self, preparing: bool) {
        if let Some(job) = &self.job {
            self.reporter.send(Event::SegmentProgressed {
                preparing,
                done: job.done,
                total: job.total,
            });
        }
    }
}
