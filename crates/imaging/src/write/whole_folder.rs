//! A folder that appears with everything in it, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::WriteError;

/// The folder while it is being written, under another name.
pub(crate) struct WholeFolder(PathBuf);

impl WholeFolder {
    /// Writes a file; `name` is relative, with `/` between folders, which are made.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(unwritable(parent))?;
        }
        fs::write(&path, bytes).map_err(unwritable(&path))
    }
}

/// Lets `fill` write into a folder beside `folder`, which must not exist yet, and renames it at the end.
pub(crate) fn write_whole<T>(
    folder: &Path,
    fill: impl FnOnce(&WholeFolder) -> Result<T, WriteError>,
) -> Result<T, WriteError> {
    if folder.exists() {
        let reason = "there is already something of that name";
        return Err(unwritable(folder)(io::Error::new(
            io::ErrorKind::AlreadyExists,
            reason,
        )));
    }
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = folder.with_file_name(name);
    let filled = fs::create_dir_all(&partial)
        .map_err(unwritable(&partial))
        .and_then(|()| fill(&WholeFolder(partial.clone())));
    let finished = filled.and_then(|filled| {
        fs::rename(&partial, folder)
            .map(|()| filled)
            .map_err(unwritable(folder))
    });
    if finished.is_err() {
        // The fault itself is what the caller must hear; what is left of the partial folder is not worth a second one.
        let _ = fs::remove_dir_all(&partial);
    }
    finished
}

pub(crate) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let name = path.display().to_string();
    move |reason| WriteError::Unwritable { name, reason }
}
