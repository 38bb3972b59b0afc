//! What the threads hand to each other.

use std::path::PathBuf;

use fovea_annotation::CaseId;
use fovea_editor::{Effect, Event, ExportOrder, FileId, ImportOrder, SendOrder};
use fovea_inference::SegmenterEvent;
use fovea_sync::SyncEvent;

use super::stop::Ticket;
use crate::transfer::LabelsIn;

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
    /// Labels that were read, for the tiles of a case.
    Labels(CaseId, LabelsIn),
    /// The program ends; everything before this is done.
    Stop,
}

/// Work of the files thread.
pub(super) enum FileWork {
    LoadSettings,
    Inspect {
        files: Vec<(FileId, PathBuf)>,
        /// The case that is open: what is no scan may be labels for it.
        open: Option<CaseId>,
        ticket: Ticket,
    },
    InspectCase {
        file: FileId,
        case: CaseId,
    },
    Import(ImportOrder, Ticket),
    Send(SendOrder),
    InspectLabels {
        case: CaseId,
        path: PathBuf,
    },
    ImportLabels {
        case: CaseId,
        path: PathBuf,
        pairs: Vec<(u8, u8)>,
    },
    UseDeviceLines(CaseId),
    Export(ExportOrder, Ticket),
}
