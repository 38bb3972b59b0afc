//! One process per store.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::{Result, StoreError};

/// Held while the store is open. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct InstanceLock {
    file: File,
}

impl Drop for InstanceLock {
    fn drop(&mut self) {
        // To close the file is not enough: a child has a copy of it until it has become the program that was started.
        // What fails here ends with the process.
        let _ = self.file.unlock();
    }
}

impl InstanceLock {
    /// Takes the lock of the store at `database`, or says that another process has it.
    pub(crate) fn take(database: &Path) -> Result<Self> {
        let path = lock_path(database);
        let folder = |source| StoreError::Folder {
            path: path.clone(),
            source,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::AlreadyOpen {
                path: database.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(StoreError::Folder { path, source }),
        }
    }
}

fn lock_path(database: &Path) -> PathBuf {
    database.with_extension("lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_free_whoever_has_a_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("fovea.db");
        let first = InstanceLock::take(&database).expect("is free");
        // As a child that is being started has one.
        let _copy = first.file.try_clone().expect("copies");
        assert!(InstanceLock::take(&database).is_err());
        drop(first);
        assert!(InstanceLock::take(&database).is_ok());
    }
}
