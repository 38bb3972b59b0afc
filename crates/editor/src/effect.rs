//! What the outside must do. The canvas effects are for the interface, the rest for the workers and the host.

use crate::SegmentScope;
use fovea_annotation::{CaseId, JournalEntry, Mask, TileId, VersionId};
use fovea_geometry::RectPx;
use std::{path::PathBuf, sync::Arc};

/// Work asked of the outside. Each is answered by the events named.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The open tile's mask changed inside this rectangle: upload those rows to the canvas.
    MaskChanged(RectPx),
    /// Another tile is shown, or everything of it changed: upload image, mask and uncertainty.
    TileReplaced,

    /// → `CasesListed`.
    ListCases,
    /// → `CaseOpened`, or `Failed`.
    OpenCase(CaseId),
    /// → `TileOpened`, or `Failed`.
    OpenTile(TileId),
    /// Append to the tile's journal, durably → `JournalDurable`, or `JournalFailed`.
    AppendJournal {
        /// The tile.
        tile: TileId,
        /// Number of the entry, counted by the editor from what `TileOpened` said.
        seq: u64,
        /// The entry.
        entry: JournalEntry,
    },
    /// Save the mask as a version on top of the head, with its outbox row, in one transaction
    /// → `VersionSaved`, or `SaveFailed`.
    SaveVersion {
        /// The tile.
        tile: TileId,
        /// The whole mask.
        mask: Arc<Mask>,
        /// What the person wrote.
        comment: String,
    },
    /// Add a version with the payload of `target` and rebase the journal → `VersionSaved`, then `TileOpened`.
    Rollback {
        /// The tile.
        tile: TileId,
        /// The version to go back to.
        target: VersionId,
    },
    /// → `ImportProgressed`, at the end `ImportFinished`.
    Import(Vec<PathBuf>),
    /// Stop importing after the file in hand → `ImportFinished`.
    CancelImport,
    /// Write raw, masks and manifest of a case into a folder → `Exported`, or `Failed`.
    Export {
        /// The case.
        case: CaseId,
        /// The folder.
        folder: PathBuf,
    },
    /// Run the model over these tiles; each result is stored as prediction, and as a version unless a person has worked
    /// on the tile: a label that somebody corrected is never replaced by a model
    /// → `SegmentProgressed`, `TileSegmented`…, at the end `SegmentFinished`, or `SegmentFailed`.
    Segment {
        /// In this order.
        tiles: Vec<TileId>,
        /// What the person asked for.
        scope: SegmentScope,
    },
    /// Stop after the tile in hand → `SegmentFinished`.
    CancelSegment,
    /// → `QueueLoaded`, from the server or, when it is away, from the local store.
    LoadQueue {
        /// Only tiles with a higher score.
        threshold: f32,
    },
    /// Wake the sync engine → `SyncChanged`.
    SyncNow,

    /// Ask the host for files → `Command::Import`.
    PickFiles,
    /// Ask the host for a folder to import → `Command::Import`.
    PickFolder,
    /// Ask the host for a folder to export into → `Command::ExportTo`.
    PickExportFolder,
    /// Close the window and end the program.
    Quit,
}
