//! Journal entries on their way to the disk. One that could not be written is kept and tried again, in order.

use std::collections::VecDeque;

use fovea_annotation::{JournalEntry, TileId};
use fovea_editor::Event;
use fovea_local_store::{Store, StoreError};

use super::reporter::{Reporter, sentence};

/// Entries that are not on disk yet.
#[derive(Default)]
pub(super) struct Unwritten {
    entries: VecDeque<(TileId, u64, JournalEntry)>,
    /// The person has been told that writing fails.
    told: bool,
}

impl Unwritten {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True when a stroke of this tile is still in memory only.
    pub(super) fn holds(&self, tile: TileId) -> bool {
        self.entries.iter().any(|(of, _, _)| *of == tile)
    }

    pub(super) fn push(&mut self, tile: TileId, seq: u64, entry: JournalEntry) {
        self.entries.push_back((tile, seq, entry));
    }

    /// Writes what can be written; stops at the first failure, because later entries build on earlier ones.
    pub(super) fn flush(&mut self, store: &mut Store, reporter: &Reporter) {
        while let Some((tile, seq, entry)) = self.entries.front() {
            let (tile, seq) = (*tile, *seq);
            match store.append_numbered(tile, seq, entry) {
                Ok(()) => {
                    self.told = false;
                    self.entries.pop_front();
                    reporter.send(Event::JournalDurable { tile, seq });
                }
                Err(error @ StoreError::Refused { .. }) => {
                    // Trying again changes nothing; the label can still be saved as a version.
                    self.entries.pop_front();
                    reporter.send(Event::JournalFailed {
                        tile,
                        sentence: sentence(error),
                    });
                }
                Err(error) => {
                    if !std::mem::replace(&mut self.told, true) {
                        reporter.send(Event::JournalFailed {
                            tile,
                            sentence: sentence(error),
                        });
                    }
                    return;
                }
            }
        }
    }
}
