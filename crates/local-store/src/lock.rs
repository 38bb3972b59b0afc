//! One process per store.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::{Result, StoreError};

/// Held while the store is open. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct InstanceLock {
    _file: File,
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
            Ok(()) => Ok(Self { _file: file }),
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
