//! Result files that are named by the user: all of them appear, or none.

use std::fs;
use std::path::{Path, PathBuf};

use super::exit::Failure;

/// Files and folders under other names until all of them are whole. Dropped before, it takes away what it wrote.
#[derive(Default)]
pub(super) struct Written {
    /// Where something is to be, and where it is so far.
    pending: Vec<(PathBuf, PathBuf)>,
}

impl Written {
    /// Writes a file called `name` into `folder`.
    pub(super) fn in_folder(
        &mut self,
        folder: &Path,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        let partial = self.partial(folder);
        fs::create_dir_all(&partial)
            .and_then(|()| fs::write(partial.join(name), bytes))
            .map_err(|reason| failure(folder, &reason))
    }

    /// Writes a file of its own.
    pub(super) fn file(&mut self, target: &Path, bytes: &[u8]) -> Result<(), Failure> {
        let partial = self.partial(target);
        fs::write(partial, bytes).map_err(|reason| failure(target, &reason))
    }

    /// The name under which `target` is written until it is whole.
    fn partial(&mut self, target: &Path) -> PathBuf {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = target.with_file_name(name);
        if !self.pending.iter().any(|(known, _)| known == target) {
            // Left by a run that was killed; nothing of it may get among the new files.
            take_away(&partial);
            self.pending.push((target.to_owned(), partial.clone()));
        }
        partial
    }

    /// Gives everything its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        for (index, (target, partial)) in self.pending.iter().enumerate() {
            if let Err(reason) = fs::rename(partial, target) {
                // All or nothing: what was there a moment ago goes as well.
                for (done, _) in &self.pending[..index] {
                    take_away(done);
                }
                return Err(failure(target, &reason));
            }
        }
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for (_, partial) in &self.pending {
            take_away(partial);
        }
    }
}

/// What is left of a failed run is of no use to anybody; it is a folder, a file or gone already.
fn take_away(path: &Path) {
    let _ = fs::remove_dir_all(path);
    let _ = fs::remove_file(path);
}

fn failure(target: &Path, reason: &std::io::Error) -> Failure {
    Failure::environment(format!(
        "{} cannot be written: {reason}; check that the folder exists and has room.",
        target.display()
    ))
}
