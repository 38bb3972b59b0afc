//! Checking a backup without restoring it.

use std::path::{Path, PathBuf};

use super::super::UpkeepError;
use super::super::error::blocking;
use super::super::progress::{Counter, Progress};
use super::kept::KEPT_FILE;
use super::manifest::check_file;
use super::object_files::{OBJECT_LIST, read_entries};
use super::row_file::ROW_FILE;
use super::{BackupFolder, Kept, Manifest, ObjectEntry, Passphrase, State, load_rows, unlock};
use crate::db::{TableTally, Tally};
use crate::objects::KeyRing;

/// Which backup to check or restore.
#[derive(Clone, Debug)]
pub struct BackupToCheck {
    /// Folder of backups.
    pub from: PathBuf,
    /// Name of a state; the newest where there is none.
    pub state: Option<String>,
    /// File with the passphrase on its first line.
    pub passphrase_file: PathBuf,
}

/// A state whose files are all as they were written.
pub(in crate::upkeep) struct CheckedState {
    pub(in crate::upkeep) folder: BackupFolder,
    pub(in crate::upkeep) state: State,
    pub(in crate::upkeep) key: KeyRing,
    pub(in crate::upkeep) manifest: Manifest,
    pub(in crate::upkeep) kept: Kept,
    pub(in crate::upkeep) objects: Vec<ObjectEntry>,
}

impl CheckedState {
    /// Name of the state.
    pub(in crate::upkeep) fn name(&self) -> &str {
        &self.state.name
    }
}

/// Checks every file and every row of a backup; returns its name.
pub async fn check_backup(
    wanted: BackupToCheck,
    progress: Progress,
) -> Result<String, UpkeepError> {
    blocking(move || Ok(checked(&wanted, &progress)?.name().to_owned())).await
}

/// Checks every file and every row.
pub(in crate::upkeep) fn checked(
    wanted: &BackupToCheck,
    progress: &Progress,
) -> Result<CheckedState, UpkeepError> {
    let passphrase = Passphrase::read(&wanted.passphrase_file)?;
    let folder = BackupFolder::at(&wanted.from);
    let state = folder.state(wanted.state.as_deref())?;
    let key = unlock(folder.path(), &passphrase)?;
    let key = key.ok_or_else(|| UpkeepError::Missing("key.age".to_owned()))?;
    let manifest = Manifest::read(&state, &key)?;
    for name in [ROW_FILE, KEPT_FILE, OBJECT_LIST] {
        manifest.check_file(&state, name)?;
    }
    if rows_of(&state.path, &key)? != manifest.tables {
        return Err(UpkeepError::Damaged(ROW_FILE.to_owned()));
    }
    let objects = read_entries(&state, &key)?;
    let mut counter = Counter::new(progress, "objects checked", objects.len() as u64);
    for entry in &objects {
        if let Some(file) = entry.file {
            let name = format!("the object {}", entry.sha256);
            check_file(&folder.object(entry.sha256), &name, file.len, file.sha256)?;
        }
        counter.add(entry.len);
    }
    Ok(CheckedState {
        kept: Kept::read(&state, &key)?,
        folder,
        state,
        key,
        manifest,
        objects,
    })
}

fn rows_of(state: &Path, key: &KeyRing) -> Result<Vec<TableTally>, UpkeepError> {
    let mut tally = Tally::default();
    load_rows(state, key, &mut tally)?;
    Ok(tally.finish())
}
