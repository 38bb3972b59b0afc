//! A file that is there as a whole or not at all.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::in_place::put_in_place;

/// A file that is being written beside its place. Dropped before it is finished, nothing of it stays.
pub(super) struct WholeFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    is_finished: bool,
}

impl WholeFile {
    /// Begins a file that is to stand at `path`; what is there stays until it is finished.
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = path.with_file_name(name);
        Ok(Self {
            file: File::create(&partial)?,
            partial,
            path: path.to_owned(),
            is_finished: false,
        })
    }

    /// Writes more of it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Puts it in its place; when this returns it is there after a crash as well.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        put_in_place(&self.partial, &self.path)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // It may be gone already.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// Writes a whole file at once.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::begin(path)?;
    file.write(bytes)?;
    file.finish()
}
