//! What the interface may ask of the desktop: dialogs, the title, the clipboard, the end of the program.

use std::path::PathBuf;

use fovea_app::{ChosenPaths, FileDialog, Shell};
use tauri::{AppHandle, Window};
use tauri_plugin_dialog::{DialogExt as _, FilePath};

/// Extensions that the file dialog offers first; it can show every file too.
const SCAN_EXTENSIONS: [&str; 19] = [
    "vol", "xml", "e2e", "fda", "fds", "dcm", "nii", "gz", "mha", "mhd", "mat", "eye", "fovea",
    "png", "tif", "tiff", "jpg", "jpeg", "bmp",
];

/// The same for labels of other programs.
const LABEL_EXTENSIONS: [&str; 8] = ["json", "txt", "csv", "dcm", "nii", "gz", "png", "eye"];

/// One thing to do for the interface after its frame.
pub(crate) enum Wish {
    /// Open a file dialog.
    Dialog(FileDialog, ChosenPaths),
    /// Change the window's title.
    Title(String),
    /// End the program.
    Quit,
}

/// Collects wishes during a frame.
#[derive(Default)]
pub(crate) struct WishList {
    wishes: Vec<Wish>,
}

impl WishList {
    /// Everything that was asked for since the last call.
    pub(crate) fn take(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wishes)
    }
}

impl Shell for WishList {
    fn open_dialog(&mut self, dialog: FileDialog, chosen: ChosenPaths) {
        self.wishes.push(Wish::Dialog(dialog, chosen));
    }

    fn set_title(&mut self, title: &str) {
        self.wishes.push(Wish::Title(title.to_owned()));
    }

    fn quit(&mut self) {
        self.wishes.push(Wish::Quit);
    }
}

/// The desktop as Tauri reaches it.
#[derive(Clone)]
pub(crate) struct Desktop {
    app: AppHandle,
    window: Window,
}

impl Desktop {
    /// The desktop around `window`.
    pub(crate) fn new(app: AppHandle, window: Window) -> Self {
        Self { app, window }
    }

    /// Does what the interface asked for.
    pub(crate) fn carry_out(&self, wish: Wish) {
        match wish {
            Wish::Dialog(dialog, chosen) => self.open_dialog(dialog, chosen),
            Wish::Title(title) => {
                if let Err(error) = self.window.set_title(&title) {
                    tracing::warn!(%error, "the window title could not be set");
                }
            }
            Wish::Quit => self.app.exit(0),
        }
    }

    fn open_dialog(&self, dialog: FileDialog, chosen: ChosenPaths) {
        let picker = self.app.dialog().file().set_parent(&self.window);
        match dialog {
            FileDialog::ImportFiles => picker
                .set_title("Open scans")
                .add_filter("OCT scans", &SCAN_EXTENSIONS)
                .add_filter("All files", &["*"])
                .pick_files(move |files| chosen(local_paths(files.unwrap_or_default()))),
            FileDialog::SendFiles => picker
                .set_title("Send scans to the server")
                .add_filter("OCT scans", &SCAN_EXTENSIONS)
                .add_filter("All files", &["*"])
                .pick_files(move |files| chosen(local_paths(files.unwrap_or_default()))),
            FileDialog::ImportFolder => picker
                .set_title("Open a folder of B-scans")
                .pick_folder(move |folder| chosen(local_paths(folder.into_iter().collect()))),
            FileDialog::ImportLabels => picker
                .set_title("Import labels")
                .add_filter("Labels", &LABEL_EXTENSIONS)
                .add_filter("All files", &["*"])
                .pick_file(move |file| chosen(local_paths(file.into_iter().collect()))),
            FileDialog::SaveFile { name } => picker
                .set_title("Save a file")
                .set_file_name(name)
                .save_file(move |file| chosen(local_paths(file.into_iter().collect()))),
            FileDialog::ExportFolder => picker
                .set_title("Export into a folder")
                .pick_folder(move |folder| chosen(local_paths(folder.into_iter().collect()))),
        }
    }
}

fn local_paths(files: Vec<FilePath>) -> Vec<PathBuf> {
    files
        .into_iter()
        .filter_map(|file| file.into_path().ok())
        .collect()
}
