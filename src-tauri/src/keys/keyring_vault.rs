//! Secrets in the desktop's keyring.

use std::path::{Path, PathBuf};

use fovea_local_store::StoreKey;

use super::KeyError;

/// The name under which the keyring shows our entries.
const SERVICE: &str = "org.fovea.desktop";

/// The entries of one data folder. They go by an identity that lies in the folder, so the folder may be moved.
pub(crate) struct KeyringVault {
    identity: String,
    identity_file: PathBuf,
    is_new: bool,
}

impl KeyringVault {
    /// Connects to the keyring.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, KeyError> {
        if let Err(error) = keyring::Entry::store_status() {
            return Err(KeyError::NoKeyring(error.to_string()));
        }
        let identity_file = data_dir.join("keyring-id");
        match std::fs::read_to_string(&identity_file) {
            Ok(identity) => Ok(Self {
                identity: identity.trim().to_owned(),
                identity_file,
                is_new: false,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let random = StoreKey::generate()
                    .map_err(|error| KeyError::NoRandomness(error.to_string()))?;
                Ok(Self {
                    identity: random.to_hex()[..16].to_owned(),
                    identity_file,
                    is_new: true,
                })
            }
            Err(source) => Err(KeyError::File {
                path: identity_file,
                source,
            }),
        }
    }

    /// A secret, if it was ever kept.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, KeyError> {
        match self.entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            // A folder with an identity had a key once; a new key could not open what lies there.
            Err(keyring::Error::NoEntry) if !self.is_new && name == super::STORE_KEY => {
                Err(KeyError::KeyGone)
            }
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    /// Keeps a secret; the folder's identity is written once the keyring has it.
    pub(crate) fn set(&mut self, name: &str, secret: &str) -> Result<(), KeyError> {
        self.entry(name)?.set_password(secret).map_err(refusal)?;
        if self.is_new {
            let failed = |source| KeyError::File {
                path: self.identity_file.clone(),
                source,
            };
            std::fs::write(&self.identity_file, &self.identity).map_err(failed)?;
            self.is_new = false;
        }
        Ok(())
    }

    fn entry(&self, name: &str) -> Result<keyring::Entry, KeyError> {
        keyring::Entry::new(SERVICE, &format!("{name}@{}", self.identity)).map_err(refusal)
    }
}

/// Keeps what the keyring said, but never the bytes that some of its errors carry.
fn refusal(error: keyring::Error) -> KeyError {
    match error {
        keyring::Error::NoStorageAccess(source) | keyring::Error::PlatformFailure(source) => {
            KeyError::Keyring(source.to_string())
        }
        keyring::Error::NoDefaultStore => KeyError::NoKeyring("no default store".to_owned()),
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => KeyError::Damaged,
        _ => KeyError::Keyring("the entry is not usable".to_owned()),
    }
}
