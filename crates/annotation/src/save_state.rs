//! The four honest states of a person's work.

use serde::{Deserialize, Serialize};

/// How safe the newest work on a tile is. Ordered: a later state includes the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaveState {
    /// Only in memory: a stroke whose journal entry is not durable yet.
    InHand,
    /// In the journal on this machine's disk; survives a crash.
    OnDisk,
    /// Saved as a version and waiting to be sent.
    Queued,
    /// The server has acknowledged the version.
    OnServer,
}

impl SaveState {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::InHand, Self::OnDisk, Self::Queued, Self::OnServer];

    /// The words a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InHand => "in hand",
            Self::OnDisk => "on disk",
            Self::Queued => "queued",
            Self::OnServer => "on server",
        }
    }
}
