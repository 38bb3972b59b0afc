//! Who works on the data of a folder: several processes that serve and work, or one command that changes everything.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Held as long as the process works on the data; the system frees it when the process ends, however that is.
#[derive(Debug)]
pub(crate) struct FolderLock {
    file: File,
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // To close the file is not enough: a child has a copy of it until it has become the program that was started.
        // What fails here ends with the process.
        let _ = self.file.unlock();
    }
}

impl FolderLock {
    /// Takes the lock file at `path`, alone or beside others who do not want it alone; `None` while that cannot be.
    pub(crate) fn take(path: &Path, is_alone: bool) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let taken = match is_alone {
            true => file.try_lock(),
            false => file.try_lock_shared(),
        };
        match taken {
            Ok(()) => Ok(Some(Self { file })),
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
        let take = |is_alone| FolderLock::take(&path, is_alone).expect("works");
        let first = take(true);
        assert!(first.is_some());
        assert!(take(true).is_none() && take(false).is_none());
        drop(first);
        let beside = [take(false), take(false)];
        assert!(beside.iter().all(Option::is_some));
        assert!(take(true).is_none());
        drop(beside);
        assert!(take(true).is_some());
    }

    #[test]
    fn what_is_given_back_is_free_whoever_has_a_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("serve.lock");
        let take = || FolderLock::take(&path, true).expect("works");
        let first = take().expect("is free");
        // As a child that is being started has one.
        let _copy = first.file.try_clone().expect("copies");
        assert!(take().is_none());
        drop(first);
        assert!(take().is_some());
    }
}
