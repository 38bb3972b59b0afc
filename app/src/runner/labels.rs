//! Saving and rolling back.

use fovea_annotation::{Mask, TileId, VersionId};
use fovea_editor::Event;
use fovea_local_store::{SaveOutcome, SaveRequest};

use super::reporter::sentence;
use super::store_thread::StoreWorker;

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
