//! The objects of a backup: copied once, checked when they are read and when they are written.

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::path::Path;

use fovea_annotation::ContentHash;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};

use super::super::UpkeepError;
use super::super::error::{at, blocking};
use super::super::progress::{Counter, Progress};
use super::folder::make_folder;
use super::{BackupFolder, State};
use crate::db::BlobRow;
use crate::objects::{KeyRing, ObjectError, Objects};
use crate::secret_file;

pub(super) const OBJECT_LIST: &str = "objects.jsonl.age";
/// Objects that are copied at a time.
const AT_A_TIME: usize = 8;

/// One object of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::upkeep) struct ObjectEntry {
    pub(in crate::upkeep) sha256: ContentHash,
    pub(in crate::upkeep) len: u64,
    /// Its file; `None` where the home itself has lost the bytes.
    pub(in crate::upkeep) file: Option<SealedFile>,
}

/// The file of an object as it lies in the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::upkeep) struct SealedFile {
    pub(in crate::upkeep) len: u64,
    pub(in crate::upkeep) sha256: ContentHash,
}

/// Copies objects into a folder of backups.
pub(super) struct Copier {
    pub(super) objects: Objects,
    pub(super) folder: BackupFolder,
    pub(super) key: KeyRing,
    /// Files that an earlier state is known to have.
    pub(super) known: HashMap<ContentHash, SealedFile>,
}

impl Copier {
    /// Copies what is not there yet.
    pub(super) async fn copy_all(
        &self,
        blobs: Vec<BlobRow>,
        progress: &Progress,
    ) -> Result<(Vec<ObjectEntry>, u64), UpkeepError> {
        let mut counter = Counter::new(progress, "objects", blobs.len() as u64);
        let copies = stream::iter(blobs)
            .map(|blob| self.copy(blob))
            .buffered(AT_A_TIME);
        let mut copies = std::pin::pin!(copies);
        let (mut entries, mut copied) = (Vec::new(), 0);
        while let Some((entry, is_new)) = copies.try_next().await? {
            counter.add(entry.len);
            copied += u64::from(is_new);
            entries.push(entry);
        }
        Ok((entries, copied))
    }

    /// The entry of `blob`, and whether it had to be copied.
    async fn copy(&self, blob: BlobRow) -> Result<(ObjectEntry, bool), UpkeepError> {
        let entry = |file| ObjectEntry {
            sha256: blob.sha256,
            len: blob.len,
            file,
        };
        let (path, known) = (
            self.folder.object(blob.sha256),
            self.known.get(&blob.sha256).copied(),
        );
        let key = self.key.clone();
        let there = blocking(move || Ok(is_there(&path, blob.sha256, known, &key))).await?;
        if let Some(file) = there {
            return Ok((entry(Some(file)), false));
        }
        let bytes = match self.objects.get(blob.sha256).await {
            Ok(bytes) => bytes,
            Err(ObjectError::Damaged | ObjectError::Missing) => return Ok((entry(None), false)),
            Err(error) => return Err(error.into()),
        };
        let (path, key) = (self.folder.object(blob.sha256), self.key.clone());
        let file = blocking(move || {
            let sealed = key.seal(&bytes)?;
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            secret_file::replace(&path, &sealed).map_err(at(&path))?;
            Ok(SealedFile {
                len: sealed.len() as u64,
                sha256: ContentHash::of(&sealed),
            })
        });
        Ok((entry(Some(file.await?)), true))
    }
}

/// The file of an object, where there is one that can be trusted: one of an earlier state that still has its length, or
/// one that a broken-off backup left and that opens to the right bytes.
fn is_there(
    path: &Path,
    sha256: ContentHash,
    known: Option<SealedFile>,
    key: &KeyRing,
) -> Option<SealedFile> {
    let len = std::fs::metadata(path).ok()?.len();
    if known.is_some_and(|known| known.len == len) {
        return known;
    }
    let sealed = std::fs::read(path).ok()?;
    let bytes = key.open(&sealed)?;
    (ContentHash::of(&bytes) == sha256).then(|| SealedFile {
        len,
        sha256: ContentHash::of(&sealed),
    })
}

/// Writes the list of a state.
pub(super) fn write_entries(
    state: &State,
    entries: &[ObjectEntry],
    key: &KeyRing,
) -> Result<(), UpkeepError> {
    let path = state.path.join(OBJECT_LIST);
    let mut text = Vec::new();
    for entry in entries {
        let line = serde_json::to_writer(&mut text, entry).map_err(Into::into);
        line.and_then(|()| text.write_all(b"\n"))
            .map_err(at(&path))?;
    }
    secret_file::replace(&path, &key.seal(&text)?).map_err(at(&path))
}

/// Reads the list of a state.
pub(in crate::upkeep) fn read_entries(
    state: &State,
    key: &KeyRing,
) -> Result<Vec<ObjectEntry>, UpkeepError> {
    let path = state.path.join(OBJECT_LIST);
    let damaged = || UpkeepError::Damaged(OBJECT_LIST.to_owned());
    let sealed = std::fs::read(&path).map_err(at(&path))?;
    let text = key.open(&sealed).ok_or_else(damaged)?;
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(&line?).map_err(Into::into));
    let entries: std::io::Result<Vec<ObjectEntry>> = lines.collect();
    entries.map_err(|_| damaged())
}
