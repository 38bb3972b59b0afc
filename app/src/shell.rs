//! What the interface needs from the window system, as a port.
//!
//! Dialogs answer later, as editor events through the runner: nothing here may block the frame.

use std::path::PathBuf;

/// What a file dialog is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDialog {
    /// Scans to import, one or several files.
    ImportFiles,
    /// A folder whose pictures make up one volume.
    ImportFolder,
}

/// The answer of a file dialog: the chosen paths, none when it was cancelled.
pub type ChosenPaths = Box<dyn FnOnce(Vec<PathBuf>) + Send>;

/// The window, the desktop's file dialogs and its clipboard.
pub trait Shell {
    /// Opens a dialog; `chosen` is called once, on any thread.
    fn open_dialog(&mut self, dialog: FileDialog, chosen: ChosenPaths);
    /// Sets the title of the window.
    fn set_title(&mut self, title: &str);
    /// Ends the program. Unsaved work has been asked about already.
    fn quit(&mut self);
    /// Puts text on the clipboard.
    fn copy_text(&mut self, text: &str);
}
