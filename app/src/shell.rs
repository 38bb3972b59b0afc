//! What the interface needs from the window system, as a port.

use std::path::PathBuf;

/// What a file dialog is opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileDialog {
    /// Scans to import, one or several files.
    ImportFiles,
    /// A folder whose pictures make up one volume.
    ImportFolder,
    /// Scans to send to the server, one or several files.
    SendFiles,
    /// A file of labels for the open case.
    ImportLabels,
    /// A folder to export a case into.
    ExportFolder,
    /// A name for a file to be written.
    SaveFile {
        /// What it is called where nobody says otherwise.
        name: String,
    },
}

/// Takes the answer of a file dialog: the chosen paths, none when it was cancelled.
pub type ChosenPaths = Box<dyn FnOnce(Vec<PathBuf>) + Send>;

/// The window and the desktop's file dialogs. Nothing here may block the frame.
pub trait Shell {
    /// Opens a dialog; `chosen` is called at most once, on any thread.
    fn open_dialog(&mut self, dialog: FileDialog, chosen: ChosenPaths);
    /// Sets the title of the window.
    fn set_title(&mut self, title: &str);
    /// Ends the program. Unsaved work has been asked about already.
    fn quit(&mut self);
}
