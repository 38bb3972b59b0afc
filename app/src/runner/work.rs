//! What the threads hand to each other.

use std::path::PathBuf;

use fovea_annotation::CaseId;
use fovea_editor::{Effect, Event};
use fovea_inference::SegmenterEvent;
use fovea_sync::SyncEvent;

/// Work of the store thread.
pub(super) enum StoreWork {
    /// Asked for by the editor.
    Effect(Effect),
    /// Said by the inference worker.
    Inference(SegmenterEvent),
    /// Said by the sync engine.
    Sync(SyncEvent),
    /// To be passed on, in order with the rest.
    Report(Event),
    /// The program ends; everything before this is done.
    Stop,
}

/// Work of the files thread.
pub(super) enum FileWork {
    Import(Vec<PathBuf>),
    Export { case: CaseId, folder: PathBuf },
}
