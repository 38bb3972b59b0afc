//! Secrets of this data folder: the key of the encrypted store and the token for the server.
//!
//! They live in the desktop's keyring. A site without one names a file with a passphrase, and the secrets then lie
//! in the data folder, encrypted with it. They are never in the settings, the environment or the log.

mod credentials;
mod error;
mod keyring_vault;
mod passphrase_vault;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use fovea_local_store::StoreKey;

pub(crate) use credentials::VaultCredentials;
pub(crate) use error::KeyError;
use keyring_vault::KeyringVault;
use passphrase_vault::PassphraseVault;

/// Names a file whose first line is the passphrase of this data folder.
pub(crate) const PASSPHRASE_FILE_ENV: &str = "FOVEA_PASSPHRASE_FILE";

/// Names a file whose first line is the token for the server. It is kept from then on, so the file may go.
pub(crate) const TOKEN_FILE_ENV: &str = "FOVEA_TOKEN_FILE";

const STORE_KEY: &str = "store-key";
const SERVER_TOKEN: &str = "server-token";
/// What the token file said when it was last read: the token that came from it may have been followed by others.
const TOKEN_FILE_LINE: &str = "server-token-file";

/// Where the secrets of one data folder are kept.
pub(crate) struct Vault {
    place: Place,
}

enum Place {
    Keyring(KeyringVault),
    Passphrase(PassphraseVault),
}

impl Vault {
    /// Opens the place where the secrets of `data_dir` are: the passphrase file's if one is named, else the keyring.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, KeyError> {
        Self::open_with(data_dir, named_file(PASSPHRASE_FILE_ENV))
    }

    fn open_with(data_dir: &Path, passphrase_file: Option<PathBuf>) -> Result<Self, KeyError> {
        let place = match passphrase_file {
            Some(file) => Place::Passphrase(PassphraseVault::open(data_dir, &first_line(&file)?)?),
            None if PassphraseVault::exists(data_dir) => return Err(KeyError::PassphraseNeeded),
            None => Place::Keyring(KeyringVault::open(data_dir)?),
        };
        Ok(Self { place })
    }

    /// The key of the encrypted store; the first time, a new one that is safely kept before it is returned.
    pub(crate) fn store_key(&mut self) -> Result<StoreKey, KeyError> {
        if let Some(hex) = self.get(STORE_KEY)? {
            return StoreKey::from_hex(&hex).map_err(|_| KeyError::Damaged);
        }
        let key =
            StoreKey::generate().map_err(|source| KeyError::NoRandomness(source.to_string()))?;
        self.set(STORE_KEY, &key.to_hex())?;
        Ok(key)
    }

    /// The token for the server, if this user has one.
    pub(crate) fn server_token(&mut self) -> Result<Option<String>, KeyError> {
        self.server_token_with(named_file(TOKEN_FILE_ENV))
    }

    fn server_token_with(
        &mut self,
        token_file: Option<PathBuf>,
    ) -> Result<Option<String>, KeyError> {
        let kept = self.get(SERVER_TOKEN)?;
        let Some(file) = token_file else {
            return Ok(kept);
        };
        let line = first_line(&file)?;
        if kept.is_some() && self.get(TOKEN_FILE_LINE)?.as_deref() == Some(&line) {
            return Ok(kept);
        }
        self.keep_server_token(&line)?;
        self.set(TOKEN_FILE_LINE, &line)?;
        Ok(Some(line))
    }

    /// Keeps another token for the server.
    pub(crate) fn keep_server_token(&mut self, text: &str) -> Result<(), KeyError> {
        self.set(SERVER_TOKEN, text)
    }

    fn get(&self, name: &str) -> Result<Option<String>, KeyError> {
        match &self.place {
            Place::Keyring(vault) => vault.get(name),
            Place::Passphrase(vault) => Ok(vault.get(name)),
        }
    }

    fn set(&mut self, name: &str, secret: &str) -> Result<(), KeyError> {
        match &mut self.place {
            Place::Keyring(vault) => vault.set(name, secret),
            Place::Passphrase(vault) => vault.set(name, secret),
        }
    }
}

fn named_file(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|path: &OsString| !path.is_empty())
        .map(PathBuf::from)
}

fn first_line(file: &Path) -> Result<String, KeyError> {
    let unreadable = |source| KeyError::SecretFile {
        path: file.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    match text
        .lines()
        .next()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        Some(line) => Ok(line.to_owned()),
        None => Err(KeyError::EmptySecretFile {
            path: file.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder {
        dir: tempfile::TempDir,
    }

    impl Folder {
        fn new() -> Self {
            Self {
                dir: tempfile::tempdir().expect("a folder"),
            }
        }

        fn file(&self, name: &str, text: &str) -> PathBuf {
            let path = self.dir.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        }

        fn open(&self, passphrase: &str) -> Result<Vault, KeyError> {
            Vault::open_with(self.dir.path(), Some(self.file("passphrase", passphrase)))
        }
    }

    #[test]
    fn the_store_key_stays_the_same_and_needs_its_passphrase() {
        let folder = Folder::new();
        let first = folder
            .open("correct horse\n")
            .expect("opened")
            .store_key()
            .expect("made");
        let again = folder
            .open("correct horse")
            .expect("opened")
            .store_key()
            .expect("kept");
        assert_eq!(first.as_bytes(), again.as_bytes());
        assert!(matches!(
            folder.open("wrong"),
            Err(KeyError::WrongPassphrase)
        ));
        assert!(matches!(
            folder.open("\n"),
            Err(KeyError::EmptySecretFile { .. })
        ));
        assert!(matches!(
            Vault::open_with(folder.dir.path(), None),
            Err(KeyError::PassphraseNeeded)
        ));
    }

    #[test]
    fn a_token_file_is_kept_and_may_go() {
        let folder = Folder::new();
        assert_eq!(
            folder
                .open("p")
                .expect("opened")
                .server_token_with(None)
                .expect("read"),
            None
        );
        let file = folder.file("token", "t0ken\nrest");
        let token = folder
            .open("p")
            .expect("opened")
            .server_token_with(Some(file.clone()))
            .expect("read");
        assert_eq!(token.as_deref(), Some("t0ken"));
        std::fs::remove_file(&file).expect("removed");
        let kept = folder
            .open("p")
            .expect("opened")
            .server_token_with(None)
            .expect("read");
        assert_eq!(kept.as_deref(), Some("t0ken"));
    }

    #[test]
    fn a_token_that_followed_another_is_not_overwritten_by_its_file() {
        let folder = Folder::new();
        let file = folder.file("token", "first");
        let read = |file: &PathBuf| {
            let mut vault = folder.open("p").expect("opened");
            vault.server_token_with(Some(file.clone())).expect("read")
        };
        assert_eq!(read(&file).as_deref(), Some("first"));
        let mut vault = folder.open("p").expect("opened");
        vault.keep_server_token("second").expect("kept");
        assert_eq!(read(&file).as_deref(), Some("second"));
        let file = folder.file("token", "third");
        assert_eq!(read(&file).as_deref(), Some("third"));
    }

    #[test]
    fn a_missing_secret_file_is_named() {
        let folder = Folder::new();
        let missing = folder.dir.path().join("missing");
        let error = Vault::open_with(folder.dir.path(), Some(missing))
            .err()
            .expect("refused")
            .to_string();
        assert!(
            error.contains("missing") && error.contains(PASSPHRASE_FILE_ENV),
            "{error}"
        );
    }
}
