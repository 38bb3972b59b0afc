//! What the engine says of itself.

use fovea_annotation::VersionId;
use fovea_local_store::PendingCounts;
use fovea_protocol::QueuePage;

/// Whether the server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not tried yet.
    Connecting,
    /// The last exchange went well.
    Online,
    /// The last exchange failed.
    Offline {
        /// What is wrong, and what to do or what happens by itself.
        reason: String,
        /// Since when, µs since 1970 UTC.
        since_us: i64,
    },
}

/// The engine's view of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncStatus {
    /// Whether the server answers.
    pub link: Link,
    /// What waits.
    pub pending: PendingCounts,
}

/// A report of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum SyncEvent {
    /// Link or counts changed.
    Status(SyncStatus),
    /// The server acknowledged these versions.
    VersionsOnServer(Vec<VersionId>),
    /// So much of what other people did is new here: versions, payloads, reviews and approvals.
    Received(usize),
    /// The queue that was asked for, or why there is none.
    Queue {
        /// The threshold that was asked for.
        threshold: f32,
        /// The server's ranking.
        result: Result<QueuePage, String>,
    },
}
