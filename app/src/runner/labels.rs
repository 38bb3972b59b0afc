//! Saving, rolling back, and labels from elsewhere.

use fovea_annotation::{CaseId, Mask, TileId, VersionId};
use fovea_editor::Event;
use fovea_local_store::{Result, SaveOutcome, SaveRequest};

use super::reporter::sentence;
use super::store_thread::StoreWorker;
use crate::labeler;
use crate::transfer::{self, LabelsIn};

impl StoreWorker {
    /// In whose name versions are saved.
    pub(super) fn labeler(&self) -> Result<String> {
        labeler::labeler(&self.store, &self.computer_user)
    }

    /// Versions are saved in this account's name from now on.
    pub(super) fn work_as(&mut self, account: Option<&str>) {
        match labeler::keep_account(&mut self.store, account) {
            // Other labels may wait for this person.
            Ok(true) => self.list_returned(),
            Ok(false) => {}
            Err(error) => self.reporter.fail(error),
        }
    }

    pub(super) fn save(&mut self, tile: TileId, mask: &Mask, comment: &str) {
        let saved = self.labeler().and_then(|author| {
            self.store.save_version(&SaveRequest {
                tile_id: tile,
                mask,
                author: &author,
                comment,
            })
        });
        match saved {
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
        let taken = self
            .labeler()
            .map_err(sentence)
            .and_then(|author| transfer::store_labels(&mut self.store, labels, &author));
        match taken {
            Ok(sentence) => {
                self.reporter.send(Event::LabelsImported { case, sentence });
                self.told_outbox_grew();
            }
            Err(sentence) => self.reporter.send(Event::Failed { sentence }),
        }
    }

    pub(super) fn roll_back(&mut self, tile: TileId, target: VersionId) {
        let rolled_back = self
            .labeler()
            .and_then(|author| self.store.rollback_to(target, &author, ""));
        match rolled_back {
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
