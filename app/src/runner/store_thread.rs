//! The store thread: takes work in order, one piece at a time.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use fovea_editor::Effect;
use fovea_gpu::GpuContext;
use fovea_inference::Segmenter;
use fovea_local_store::Store;

use super::device_slot::DeviceSlot;
use super::journal::Unwritten;
use super::lines::Lines;
use super::reporter::Reporter;
use super::segmenting::{Job, ModelState};
use super::work::StoreWork;

/// How soon an entry that could not be written is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What the thread owns.
pub(super) struct StoreWorker {
    pub(super) store: Store,
    pub(super) reporter: Reporter,
    pub(super) lines: Lines,
    pub(super) is_online: bool,
    pub(super) computer_user: String,
    pub(super) segmenter: Segmenter,
    pub(super) model: ModelState,
    pub(super) job: Option<Job>,
    pub(super) unwritten: Unwritten,
    pub(super) on_device: DeviceSlot,
}

impl StoreWorker {
    pub(super) fn new(
        store: Store,
        reporter: Reporter,
        lines: Lines,
        segmenter: Segmenter,
        computer_user: String,
        gpu: Option<&GpuContext>,
    ) -> Self {
        Self {
            store,
            reporter,
            lines,
            is_online: false,
            computer_user,
            segmenter,
            model: ModelState::new(gpu),
            job: None,
            unwritten: Unwritten::default(),
            on_device: DeviceSlot::default(),
        }
    }

    /// Works until it is told to stop; everything that came before is on disk then.
    pub(super) fn run(mut self, inbox: &Receiver<StoreWork>) {
        if !self.lines.wake_sync() {
            self.report_without_server();
        }
        loop {
            let work = if self.unwritten.is_empty() {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                inbox.recv_timeout(RETRY)
            };
            self.unwritten.flush(&mut self.store, &self.reporter);
            match work {
                Ok(StoreWork::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(work) => self.take(work),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn take(&mut self, work: StoreWork) {
        match work {
            StoreWork::Effect(effect) => self.carry_out(effect),
            StoreWork::Inference(event) => self.inferred(event),
            StoreWork::Sync(event) => self.synced(event),
            StoreWork::Report(event) => self.reporter.send(event),
            StoreWork::Labels(case, labels) => self.take_labels(case, &labels),
            StoreWork::Stop => {}
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::ListCases => self.list_cases(),
            Effect::ListReturned => self.list_returned(),
            Effect::OpenCase(case) => self.open_case(case),
            Effect::OpenTile(tile) => self.open_tile(tile),
            Effect::LookAtLabels(tile) => self.look_at_labels(tile),
            Effect::AppendJournal { tile, seq, entry } => {
                self.unwritten.push(tile, seq, entry);
                self.unwritten.flush(&mut self.store, &self.reporter);
            }
            Effect::SaveVersion {
                tile,
                mask,
                comment,
            } => self.save(tile, &mask, &comment),
            Effect::Rollback { tile, target } => self.roll_back(tile, target),
            Effect::Segment { tiles, .. } => self.segment(tiles),
            Effect::CancelSegment => self.cancel_segment(),
            Effect::CheckAudit { save_to } => self.check_audit(save_to),
            Effect::KeepAuditHeads(heads) => self.keep_audit_heads(&heads),
            Effect::WorkAs(account) => self.work_as(account.as_deref()),
            Effect::LoadQueue { threshold } => self.load_queue(threshold),
            // Not the store's; the runner has sorted them out before.
            _ => {}
        }
    }
}
