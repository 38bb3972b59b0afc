//! The client's encrypted database: cases, tiles, the stroke journal, label versions, predictions and the outbox.
//!
//! One SQLCipher file holds everything, pictures included, so that a save is one transaction and nothing lies
//! on the disk in plain. The methods of [`Store`] are use cases, each of them one transaction: it happened as a
//! whole and is durable when the method returns, or it did not happen.
//!
//! Journal, label versions, predictions and stored bytes are insert-only; triggers refuse anything else.

mod approvals;
mod blobs;
mod cases;
mod changes;
mod clock;
mod connection;
mod error;
mod facts;
mod importing;
mod intakes;
mod journal;
mod key;
mod lock;
mod migrate;
mod numbered;
mod outbox;
mod parking;
mod predictions;
mod queue;
mod reviews;
mod save_state;
mod saving;
mod settings;
mod sql;
mod store;
mod sync_state;
mod tile;
mod tiles;
mod uploads;
mod versions;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use approvals::RemoteApproval;
pub use cases::{CaseSummary, NewCase, NewTile};
pub use changes::{RemoteChanges, RemoteVersion};
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Result, StoreError};
pub use facts::{DeviceLine, ScanFacts, TileFacts};
pub use importing::{ImportedLabel, ImportedLabels, ImportedVersion};
pub use intakes::{IntakeRecord, NewIntake};
pub use journal::JournalAck;
pub use key::StoreKey;
pub use outbox::{AckOutcome, OutboxBody, OutboxItem, PendingCounts};
pub use parking::ParkedItem;
pub use predictions::{NewPrediction, PredictionRecord, StoredPrediction};
pub use queue::LocalQueueItem;
pub use reviews::{RemoteReview, ReturnedLabel};
pub use saving::{SaveOutcome, SaveRequest};
pub use store::Store;
pub use sync_state::SyncState;
pub use tile::{OpenTile, TileLabels};
pub use tiles::TileSummary;
pub use uploads::{NewUpload, UploadRecord, UploadStage};
