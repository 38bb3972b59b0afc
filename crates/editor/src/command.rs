//! Everything a person can ask for. Pointer and view commands come from the canvas, the rest from the command table.

use crate::{
    AccountCommand, AuditCommand, DeskCommand, Dialog, ExportFormat, ReviewCommand, RunsCommand,
    SidebarTab, Tool, UploadId, UsersCommand,
};
use fovea_annotation::{CaseId, TileId, VersionId};
use fovea_geometry::{PointPx, ViewFromImage};
use std::path::PathBuf;

/// What to segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentScope {
    /// The B-scan that is open.
    Bscan,
    /// Every B-scan of the open case.
    Case,
}

/// The answer to "there is unsaved work".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseChoice {
    /// Save a version, then close.
    Save,
    /// Close; the journal keeps the strokes and they are back at the next start.
    KeepInJournal,
    /// Do not close.
    Stay,
}

/// A wish of the person in front of the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Ask the host for files to import.
    OpenFiles,
    /// Ask the host for a folder to import.
    OpenFolder,
    /// Put these files and folders on the import desk; each becomes a case, once everything has been said about it.
    Import(Vec<PathBuf>),
    /// Something about the files on the import desk.
    Desk(DeskCommand),
    /// Stop reading or importing after the file in hand.
    CancelImport,
    /// Ask the host for files to send to the server.
    OpenFilesToSend,
    /// Put these files on the desk of what is to be sent.
    SendFiles(Vec<PathBuf>),
    /// The same with the open case.
    SendCase,
    /// Stop an upload for a while.
    PauseUpload(UploadId),
    /// Go on with an upload that was paused, or try one again now that waits or was refused.
    ContinueUpload(UploadId),
    /// Give an upload up, or take one that is done off the list.
    RemoveUpload(UploadId),
    /// Take everything off the list that is on the server.
    ClearDoneUploads,
    /// Something about the own account.
    Account(AccountCommand),
    /// Something about the accounts of the server.
    Users(UsersCommand),
    /// Something about the audit log of the server.
    Audit(AuditCommand),
    /// Something about tiles with several readings.
    Review(ReviewCommand),
    /// Something about the runs of the server.
    Runs(RunsCommand),
    /// Ask the host for a file of labels for the open case.
    OpenLabels,
    /// Look at a file of labels for the open case.
    ImportLabels(PathBuf),
    /// A class of the label file becomes this class of ours, or is left out.
    MapClass {
        /// Its place among the classes that were found.
        at: usize,
        /// Our class.
        to: Option<u8>,
    },
    /// Make the mapped labels the newest version of each B-scan that has some.
    ApplyMapping,
    /// Make the layer lines that the device drew the newest version of each B-scan that has some.
    UseDeviceLines,
    /// Show the export dialog for the open case.
    ExportCase,
    /// Write it as this.
    SetExportFormat(ExportFormat),
    /// Ask the host for a folder to export into.
    PickExportFolder,
    /// Write into this folder.
    ExportTo(PathBuf),
    /// Write the open case.
    StartExport,
    /// Stop writing; nothing of it stays.
    CancelExport,
    /// The window was asked to close.
    RequestClose,
    /// The person answered the question about unsaved work.
    AnswerClose(CloseChoice),

    /// Open a case at its first B-scan.
    SelectCase(CaseId),
    /// Show B-scan number so many of the open case, from 0.
    SelectBscan(u32),
    /// Go so many B-scans on (or back).
    StepBscan(i32),
    /// Open a tile of the queue.
    OpenQueueItem(TileId),
    /// Open a label that a reviewer sent back.
    OpenReturned(TileId),
    /// Open the next label that a reviewer sent back.
    NextReturned,
    /// Open the next tile of the queue.
    NextInQueue,
    /// Move to the next (`1`) or previous (`-1`) B-scan of the case whose score is above the queue's threshold.
    StepDoubt(i32),

    /// Choose a tool.
    SetTool(Tool),
    /// Choose the class that the brush paints.
    SetClass(u8),
    /// Go so many classes on (or back).
    StepClass(i32),
    /// Set the brush radius in image px.
    SetBrushRadius(f32),
    /// Make the brush bigger (or smaller) by so many steps.
    StepBrushRadius(i32),
    /// Lock or unlock a class: locked classes are not painted over.
    ToggleClassLock(u8),

    /// The button went down on the canvas.
    StrokeBegin {
        /// Where, in image px.
        point: PointPx,
        /// Erase whatever the tool is (right button, Alt).
        erase: bool,
    },
    /// The pointer moved with the button down.
    StrokeMove(PointPx),
    /// The button went up.
    StrokeEnd,
    /// Take the stroke in hand back.
    StrokeCancel,
    /// Take the newest edit back.
    Undo,
    /// Do the newest undone edit again.
    Redo,

    /// The canvas has this size in UI points; the first time for a tile, and on request, the picture is fitted to it.
    ViewportResized {
        /// Width in UI points.
        width: f32,
        /// Height in UI points.
        height: f32,
    },
    /// Show the picture like this (zoom and pan).
    SetViewFromImage(ViewFromImage),
    /// Zoom by this factor around a viewport position in UI points.
    ZoomAt {
        /// From the viewport's left edge.
        x: f32,
        /// From the viewport's top edge.
        y: f32,
        /// Above 1 zooms in.
        factor: f32,
    },
    /// Move the picture by UI points.
    PanBy {
        /// To the right.
        dx: f32,
        /// Downwards.
        dy: f32,
    },
    /// Show the whole picture.
    FitView,
    /// One image px per UI point.
    OneToOne,
    /// Zoom around the middle of the viewport.
    ZoomStep(i32),
    /// Set window width and level (centre), both in gray values 0..=255.
    SetWindowLevel {
        /// Gray values from black to white.
        window: f32,
        /// Gray value in the middle.
        level: f32,
    },
    /// Choose window and level from the picture's histogram.
    AutoContrast,
    /// Window and level of the whole range.
    ResetContrast,
    /// Opacity of the mask, 0..=1.
    SetMaskOpacity(f32),
    /// Change the mask's opacity by so many steps.
    StepMaskOpacity(i32),
    /// Opacity of the uncertainty overlay, 0..=1.
    SetUncertaintyOpacity(f32),
    /// Show or hide mask and uncertainty.
    ToggleOverlay,
    /// Show or hide the uncertainty alone.
    ToggleUncertainty,
    /// Outlines instead of filled classes.
    ToggleOutline,
    /// While held: no overlay.
    Peek(bool),
    /// While held: the version before the newest.
    Compare(bool),
    /// Show or hide one class.
    SetClassVisible {
        /// The class.
        class: u8,
        /// Shown or not.
        visible: bool,
    },

    /// Run the model.
    Segment(SegmentScope),
    /// Stop after the B-scan in hand.
    CancelSegment,
    /// Save the mask as a new version.
    Save,
    /// Ask before going back to this version.
    AskRollback(VersionId),
    /// Go back to the content of this version, as a new record.
    Rollback(VersionId),
    /// Load the queue again.
    RefreshQueue,
    /// Uncertainty above which tiles are queued, 0..=1.
    SetQueueThreshold(f32),
    /// Try the server now.
    SyncNow,

    /// Show a dialog.
    ShowDialog(Dialog),
    /// Close the dialog; what it asked for does not happen.
    CloseDialog,
    /// Escape: cancels the stroke in hand, else closes the dialog. Never quits.
    Escape,
    /// Take a notice away.
    DismissNotice(u64),
    /// Show a tab of the side bar.
    SetTab(SidebarTab),
}
