//! The queue of doubtful tiles: the server's, or our own when it is away.

use fovea_annotation::{CaseId, QUEUE_LEN_MAX, TileId};
use fovea_editor::{Event, QueueItem, QueueSource};
use fovea_local_store::StoreError;
use fovea_protocol::QueuePage;

use super::store_thread::StoreWorker;

impl StoreWorker {
    pub(super) fn load_queue(&mut self, threshold: f32) {
        if !(self.is_online && self.lines.fetch_queue(threshold)) {
            self.local_queue(threshold);
        }
    }

    /// The server's answer; when it has none, what is known here.
    pub(super) fn server_queue(&self, threshold: f32, result: Result<QueuePage, String>) {
        match result {
            Ok(page) => {
                let items = page.tiles.into_iter();
                let items = items.map(|item| {
                    self.item(
                        item.tile_id,
                        item.case_id,
                        item.bscan_index,
                        item.score,
                        item.reason,
                    )
                });
                self.report(QueueSource::Server, items.collect());
            }
            Err(_) => self.local_queue(threshold),
        }
    }

    fn local_queue(&self, threshold: f32) {
        match self.store.queue_local(threshold, QUEUE_LEN_MAX) {
            Ok(found) => {
                let items = found.into_iter().map(|item| {
                    self.item(
                        item.tile_id,
                        item.case_id,
                        item.bscan_index,
                        item.score.score,
                        item.score.reason,
                    )
                });
                self.report(QueueSource::LocalStore, items.collect());
            }
            Err(error) => self.reporter.fail(error),
        }
    }

    fn report(&self, source: QueueSource, items: Vec<QueueItem>) {
        self.reporter.send(Event::QueueLoaded { source, items });
    }

    fn item(
        &self,
        tile: TileId,
        case: CaseId,
        bscan_index: u32,
        score: f32,
        reason: String,
    ) -> QueueItem {
        let title = self.store.case(case).map(|case| case.title);
        QueueItem {
            tile,
            case,
            here: !matches!(title, Err(StoreError::Missing { .. })),
            case_title: title.unwrap_or_else(|_| format!("Case {}", case.short())),
            bscan_index,
            score,
            reason,
        }
    }
}
