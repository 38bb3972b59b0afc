//! What lies beside the database of a home and belongs to its backup.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::UpkeepError;
use super::super::error::at;
use super::State;
use crate::backend::DataFolder;
use crate::objects::KeyRing;
use crate::secret_file;

pub(super) const KEPT_FILE: &str = "keys.json.age";
const SETTINGS: &str = "server.toml";

/// Keys, heads of the audit log, settings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::upkeep) struct Kept {
    /// The site key in hexadecimal.
    pub(in crate::upkeep) site_key: String,
    /// The file of age keys that seals the objects, where one does.
    pub(in crate::upkeep) object_keys: Option<String>,
    /// The file of the key that signs the audit log, where one does.
    pub(in crate::upkeep) audit_key: Option<String>,
    /// The file of the audit heads.
    pub(in crate::upkeep) audit_heads: String,
    /// `server.toml`, to look at; a restore leaves that of the new home alone.
    pub(in crate::upkeep) settings: Option<String>,
}

impl Kept {
    /// What lies in `folder`, whose objects `ring` seals.
    pub(in crate::upkeep) fn of(
        folder: &DataFolder,
        ring: Option<&KeyRing>,
    ) -> Result<Self, UpkeepError> {
        let site_key = folder.site_key();
        let heads = text_of(&folder.audit_heads())?;
        Ok(Self {
            site_key: hex::encode(std::fs::read(&site_key).map_err(at(&site_key))?),
            object_keys: ring.map(KeyRing::to_text),
            audit_key: text_of(&folder.audit_key())?,
            audit_heads: heads.unwrap_or_default(),
            settings: text_of(&folder.path().join(SETTINGS))?,
        })
    }

    pub(super) fn write(&self, state: &State, key: &KeyRing) -> Result<(), UpkeepError> {
        let path = state.path.join(KEPT_FILE);
        let text = serde_json::to_vec(self).map_err(|error| at(&path)(error.into()))?;
        secret_file::replace(&path, &key.seal(&text)?).map_err(at(&path))
    }

    pub(super) fn read(state: &State, key: &KeyRing) -> Result<Self, UpkeepError> {
        let path = state.path.join(KEPT_FILE);
        let text = key.open(&std::fs::read(&path).map_err(at(&path))?);
        let read = text.and_then(|text| serde_json::from_slice(&text).ok());
        read.ok_or_else(|| UpkeepError::Damaged(KEPT_FILE.to_owned()))
    }
}

/// Text of a file that may be missing.
fn text_of(path: &Path) -> Result<Option<String>, UpkeepError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}
