//! Saving, rolling back, and labels from elsewhere.

use fovea_annotation::{CaseId, Mask, TileId, VersionId};
use fovea_editor::Event;
use fovea_local_store::{SaveOutcome, SaveRequest};

use super::reporter::sentence;
use super::store_thread::StoreWorker;
use crate::transfer::{self, LabelsIn};

impl StoreWorker {
    pub(super) fn save(&mut self, tile: TileId, mask: &Mask, comment: &str) {
        let request = SaveRequest {
            tile_id: tile,
            mask,
            author: &self.author,
            comment,
        };
        match self.store.save_version(&request) {
            Ok(SaveOutcome::Saved(version)) => {
                self.reporter.send(Event::VersionSaved(Box::new(version)));
                self.told_outbox_grew();
            }
            Ok(SaveOutcome::Unchanged(version)) => {
                let sentence = format!("Nothing has changed since v{}.", version.number);
                self.reporter.send(Event::SaveFailed { tile, sentence });
            }
            Err(error) => self.reporter.send(Event::SaveFailed {
                tile,
                sentence: sentence(error),
            }),
        }
    }

    /// Labels from elsewhere become the newest versions of their tiles.
    pub(super) fn take_labels(&mut self, case: CaseId, labels: &LabelsIn) {
        match transfer::store_labels(&mut self.store, labels, &self.author) {
            Ok(sentence) => {
                self.reporter.send(Event::LabelsImported { case, sentence });
                self.told_outbox_grew();
            }
            Err(sentence) => self.reporter.send(Event::Failed { sentence }),
        }
    }

    pub(super) fn roll_back(&mut self, tile: TileId, target: VersionId) {
        match self.store.rollback_to(target, &self.author, "") {
            Ok(version) => {
                self.reporter.send(Event::VersionSaved(Box::new(version)));
                self.told_outbox_grew();
            }
            Err(error) => self.reporter.send(Event::SaveFailed {
                tile,
                sentence: sentence(error),
            }),
        }
    }
}
