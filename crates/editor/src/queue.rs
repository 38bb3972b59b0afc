//! The active-learning queue as the side bar shows it.

use fovea_annotation::{CaseId, TileId};

/// Where the list comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueSource {
    /// The server ranked and leased it.
    Server,
    /// The server is away; the local store ranked what is here.
    LocalStore,
}

/// One tile of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueItem {
    /// The tile.
    pub tile: TileId,
    /// Its case.
    pub case: CaseId,
    /// Name of the case, without personal data.
    pub case_title: String,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Uncertainty score, 0..=1.
    pub score: f32,
    /// Why it is here: "entropy p95 0.61, 3 blobs".
    pub reason: String,
    /// The tile is on this machine and can be opened.
    pub here: bool,
}

/// The queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Only tiles with a higher score.
    pub threshold: f32,
    /// Where the items come from; `None` before the first load.
    pub source: Option<QueueSource>,
    /// Ranked.
    pub items: Vec<QueueItem>,
    /// A load is under way.
    pub loading: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            threshold: 0.3,
            source: None,
            items: Vec::new(),
            loading: false,
        }
    }
}
