//! The files of a folder of backups.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use fovea_annotation::ContentHash;

use super::super::UpkeepError;
use super::super::error::at;
use super::manifest::MANIFEST;
use crate::folder_lock::FolderLock;

const LOCK: &str = "backup.lock";
const STATES: &str = "states";
const OBJECTS: &str = "objects";

/// A folder of backups.
#[derive(Clone, Debug)]
pub(in crate::upkeep) struct BackupFolder(PathBuf);

/// One state in it.
#[derive(Clone, Debug)]
pub(in crate::upkeep) struct State {
    /// Time and a random end.
    pub(in crate::upkeep) name: String,
    pub(in crate::upkeep) path: PathBuf,
}

impl State {
    /// Whether it was written to its end.
    fn is_whole(&self) -> bool {
        self.path.join(MANIFEST).is_file()
    }
}

impl BackupFolder {
    /// The folder at `path`.
    pub(in crate::upkeep) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The folder at `path` for writing to; made, and closed to others, when it is missing.
    pub(super) fn open(path: &Path) -> Result<(Self, FolderLock), UpkeepError> {
        make_folder(path)?;
        let lock = FolderLock::take(&path.join(LOCK), true).map_err(at(path))?;
        let lock = lock.ok_or(UpkeepError::BackupInUse)?;
        let folder = Self(path.to_owned());
        for name in [STATES, OBJECTS] {
            make_folder(&folder.0.join(name))?;
        }
        Ok((folder, lock))
    }

    pub(in crate::upkeep) fn path(&self) -> &Path {
        &self.0
    }

    /// Where the file of an object is.
    pub(in crate::upkeep) fn object(&self, sha256: ContentHash) -> PathBuf {
        let name = sha256.to_hex();
        self.0
            .join(OBJECTS)
            .join(&name[..2])
            .join(format!("{name}.age"))
    }

    /// A new state.
    pub(super) fn new_state(&self, name: String) -> Result<State, UpkeepError> {
        let path = self.0.join(STATES).join(&name);
        make_folder(&path)?;
        Ok(State { name, path })
    }

    /// The newest whole state, or the one of that name.
    pub(in crate::upkeep) fn state(&self, name: Option<&str>) -> Result<State, UpkeepError> {
        let mut states = self.states()?;
        states.retain(|state| state.is_whole() && name.is_none_or(|name| name == state.name));
        let missing = || UpkeepError::NoBackup(name.unwrap_or("in the folder").to_owned());
        states.pop().ok_or_else(missing)
    }

    /// Removes states that were broken off; gives their names.
    pub(super) fn remove_broken(&self) -> Result<Vec<String>, UpkeepError> {
        let mut states = self.states()?;
        states.retain(|state| !state.is_whole());
        for state in &states {
            std::fs::remove_dir_all(&state.path).map_err(at(&state.path))?;
        }
        Ok(states.into_iter().map(|state| state.name).collect())
    }

    /// All states, oldest first: their names begin with the time.
    fn states(&self) -> Result<Vec<State>, UpkeepError> {
        let folder = self.0.join(STATES);
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&folder)(error)),
        };
        let mut states = Vec::new();
        for entry in entries {
            let entry = entry.map_err(at(&folder))?;
            if let Ok(name) = entry.file_name().into_string() {
                let path = entry.path();
                states.push(State { name, path });
            }
        }
        states.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(states)
    }
}

/// Makes a folder that nobody but its owner looks into.
pub(super) fn make_folder(path: &Path) -> Result<(), UpkeepError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(at(path))
}
