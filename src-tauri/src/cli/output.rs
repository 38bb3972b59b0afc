//! Result files: all of a run, or none.

use std::fs;
use std::path::{Path, PathBuf};

use super::exit::Failure;

/// Files written by a run. Dropped before [`Output::keep`], it removes them again.
pub(super) struct Output {
    folder: PathBuf,
    written: Vec<PathBuf>,
}

impl Output {
    /// Makes the folder if it is not there.
    pub(super) fn new(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(|reason| {
            Failure::environment(format!(
                "The folder {} cannot be made: {reason}.",
                folder.display()
            ))
        })?;
        Ok(Self {
            folder: folder.to_path_buf(),
            written: Vec::new(),
        })
    }

    /// Writes one file under a temporary name and renames it, so that a reader never sees half of it.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let partial = self.folder.join(format!(".{name}.partial"));
        let result = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
        if let Err(reason) = result {
            // What is left of a failed write is of no use to anybody.
            let _ = fs::remove_file(&partial);
            let text = format!(
                "{} cannot be written: {reason}; check the folder's rights and the free space.",
                path.display()
            );
            return Err(Failure::environment(text));
        }
        self.written.push(path);
        Ok(())
    }

    /// The run succeeded: the files stay.
    pub(super) fn keep(mut self) {
        self.written.clear();
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        for path in &self.written {
            // The run failed already; a file that cannot be removed changes nothing about that.
            let _ = fs::remove_file(path);
        }
    }
}
