//! What a state of a backup consists of.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::super::UpkeepError;
use super::super::error::at;
use super::State;
use crate::db::{SCHEMA_VERSION, TableTally};
use crate::objects::KeyRing;
use crate::secret_file;

pub(super) const MANIFEST: &str = "manifest.json";
const FORMAT: &str = "fovea.backup/1";

/// The manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::upkeep) struct Manifest {
    pub(super) format: String,
    /// Name of the state.
    pub(super) state: String,
    pub(in crate::upkeep) server_id: Uuid,
    /// Life of the database that it was taken from.
    pub(in crate::upkeep) incarnation: Uuid,
    /// Program that wrote it.
    pub(super) server_version: String,
    /// Engine that it was taken from.
    pub(super) engine: String,
    pub(in crate::upkeep) schema: u32,
    pub(in crate::upkeep) taken_at_us: i64,
    pub(in crate::upkeep) tables: Vec<TableTally>,
    pub(super) files: Vec<FileEntry>,
    /// Objects that belong to it.
    pub(super) objects: u64,
    /// Their bytes.
    pub(super) object_bytes: u64,
    /// Made of everything above and of the key of the folder.
    seal: Option<ContentHash>,
}

/// A file of a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) len: u64,
    pub(super) sha256: ContentHash,
}

/// What a manifest is made of.
pub(super) struct Content {
    pub(super) server_id: Uuid,
    pub(super) incarnation: Uuid,
    pub(super) engine: &'static str,
    pub(super) schema: u32,
    pub(super) taken_at_us: i64,
    pub(super) tables: Vec<TableTally>,
    pub(super) files: Vec<FileEntry>,
    pub(super) objects: u64,
    pub(super) object_bytes: u64,
}

impl Manifest {
    /// Seals `content` and writes it into `state`, which is whole from then on.
    pub(super) fn write(state: &State, content: Content, key: &KeyRing) -> Result<(), UpkeepError> {
        let mut manifest = Self {
            format: FORMAT.to_owned(),
            state: state.name.clone(),
            server_id: content.server_id,
            incarnation: content.incarnation,
            server_version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: content.engine.to_owned(),
            schema: content.schema,
            taken_at_us: content.taken_at_us,
            tables: content.tables,
            files: content.files,
            objects: content.objects,
            object_bytes: content.object_bytes,
            seal: None,
        };
        manifest.seal = Some(manifest.sealed_with(key));
        let path = state.path.join(MANIFEST);
        let text = to_json(&manifest);
        secret_file::replace(&path, text.as_bytes()).map_err(at(&path))?;
        secret_file::sync_folder_of(&state.path).map_err(at(&state.path))
    }

    /// Reads the manifest of `state` and checks that the key of the folder sealed it.
    pub(in crate::upkeep) fn read(state: &State, key: &KeyRing) -> Result<Self, UpkeepError> {
        let path = state.path.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(at(&path))?;
        let damaged = || UpkeepError::Damaged(MANIFEST.to_owned());
        let mut manifest: Self = serde_json::from_str(&text).map_err(|_| damaged())?;
        let is_as_written = to_json(&manifest) == text;
        let seal = manifest.seal.take();
        if !is_as_written
            || manifest.format != FORMAT
            || manifest.state != state.name
            || seal != Some(manifest.sealed_with(key))
        {
            return Err(damaged());
        }
        match manifest.schema <= SCHEMA_VERSION {
            true => Ok(manifest),
            false => Err(UpkeepError::TooNew {
                found: manifest.schema,
                known: SCHEMA_VERSION,
            }),
        }
    }

    /// Checks a file of `state` against what is said of it here.
    pub(super) fn check_file(&self, state: &State, name: &str) -> Result<(), UpkeepError> {
        let entry = self.files.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| UpkeepError::Damaged(MANIFEST.to_owned()))?;
        check_file(&state.path.join(name), name, entry.len, entry.sha256)
    }

    fn sealed_with(&self, key: &KeyRing) -> ContentHash {
        let secret = key.to_text();
        let (secret, text) = (secret.as_bytes(), to_json(self));
        ContentHash::of_parts(&[b"fovea.backup/1 seal", secret, text.as_bytes(), secret])
    }
}

fn to_json(manifest: &Manifest) -> String {
    // A struct of numbers and text always has a JSON form.
    let mut text = serde_json::to_string_pretty(manifest).unwrap_or_default();
    text.push('\n');
    text
}

/// Length and hash of a file of a state, as it lies there.
pub(super) fn file_entry(state: &State, name: &str) -> Result<FileEntry, UpkeepError> {
    let path = state.path.join(name);
    let (len, sha256) = hash_file(&path).map_err(at(&path))?;
    Ok(FileEntry {
        name: name.to_owned(),
        len,
        sha256,
    })
}

/// Checks the file at `path` against its length and hash; `name` is what a person is told.
pub(super) fn check_file(
    path: &Path,
    name: &str,
    len: u64,
    sha256: ContentHash,
) -> Result<(), UpkeepError> {
    match hash_file(path) {
        Ok(found) if found == (len, sha256) => Ok(()),
        Ok(_) => Err(UpkeepError::Damaged(name.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(UpkeepError::Missing(name.to_owned()))
        }
        Err(error) => Err(at(path)(error)),
    }
}

fn hash_file(path: &Path) -> std::io::Result<(u64, ContentHash)> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let (mut buffer, mut len) = (vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((len, ContentHash::from_bytes(hasher.finalize().into()))),
            read => {
                hasher.update(&buffer[..read]);
                len += read as u64;
            }
        }
    }
}
