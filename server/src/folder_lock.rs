//! One process at a time has the data of a folder to itself: the one that serves, or a command that changes everything.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Held as long as the process works on the data; the system frees it when the process ends, however that is.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock file at `path`; `None` while another process has it.
    pub(crate) fn take(path: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_for_the_first_to_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("serve.lock");
        let first = FolderLock::take(&path).expect("works");
        assert!(first.is_some());
        assert!(FolderLock::take(&path).expect("works").is_none());
        drop(first);
        assert!(FolderLock::take(&path).expect("works").is_some());
    }
}
