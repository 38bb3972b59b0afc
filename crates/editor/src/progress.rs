//! Long work under way.

use crate::{ImportedCase, Refusal, SegmentScope};

/// Files being imported, and what came of the last import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportProgress {
    /// `(done, total)` while it runs.
    pub running: Option<(u32, u32)>,
    /// The person asked to stop.
    pub cancelling: bool,
    /// What came in with the last import.
    pub cases: Vec<ImportedCase>,
    /// What the last import refused.
    pub refused: Vec<Refusal>,
}

/// The model at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentProgress {
    /// What was asked for.
    pub scope: SegmentScope,
    /// The model is being prepared; nothing is segmented yet.
    pub preparing: bool,
    /// Tiles done.
    pub done: u32,
    /// Tiles in all.
    pub total: u32,
    /// The person asked to stop.
    pub cancelling: bool,
}
