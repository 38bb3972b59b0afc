//! Secrets in the data folder, encrypted with a passphrase (age, scrypt).

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;

use super::KeyError;

/// scrypt's cost as a power of two: 64 MiB, a fraction of a second.
const WORK_FACTOR_LOG2: u8 = 16;

/// A damaged header must not make the start take minutes.
const WORK_FACTOR_LOG2_MAX: u8 = 20;

/// Every secret of the folder in one small file, `secrets.age`.
pub(crate) struct PassphraseVault {
    path: PathBuf,
    passphrase: SecretString,
    secrets: BTreeMap<String, String>,
}

impl PassphraseVault {
    /// True if `data_dir` keeps its secrets this way.
    pub(crate) fn exists(data_dir: &Path) -> bool {
        file_in(data_dir).exists()
    }

    /// Decrypts the secrets of `data_dir`; a folder without any starts empty.
    pub(crate) fn open(data_dir: &Path, passphrase: &str) -> Result<Self, KeyError> {
        let path = file_in(data_dir);
        let passphrase = SecretString::from(passphrase.to_owned());
        let secrets = match fs::read(&path) {
            Ok(encrypted) => decrypt(&encrypted, &passphrase)?,
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(source) => return Err(KeyError::File { path, source }),
        };
        Ok(Self {
            path,
            passphrase,
            secrets,
        })
    }

    /// A secret, if it was ever kept.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.secrets.get(name).cloned()
    }

    /// Keeps a secret. The file is replaced at once or not at all.
    pub(crate) fn set(&mut self, name: &str, secret: &str) -> Result<(), KeyError> {
        self.secrets.insert(name.to_owned(), secret.to_owned());
        let plain = serde_json::to_vec(&self.secrets)
            .map_err(|error| KeyError::Encrypt(error.to_string()))?;
        let mut recipient = age::scrypt::Recipient::new(self.passphrase.clone());
        recipient.set_work_factor(WORK_FACTOR_LOG2);
        let encrypted = age::encrypt(&recipient, &plain)
            .map_err(|error| KeyError::Encrypt(error.to_string()))?;
        replace(&self.path, &encrypted).map_err(|source| KeyError::File {
            path: self.path.clone(),
            source,
        })
    }
}

fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("secrets.age")
}

fn decrypt(
    encrypted: &[u8],
    passphrase: &SecretString,
) -> Result<BTreeMap<String, String>, KeyError> {
    let mut identity = age::scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(WORK_FACTOR_LOG2_MAX);
    let plain = age::decrypt(&identity, encrypted).map_err(|error| match error {
        age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed
        | age::DecryptError::NoMatchingKeys => KeyError::WrongPassphrase,
        _ => KeyError::Damaged,
    })?;
    serde_json::from_slice(&plain).map_err(|_| KeyError::Damaged)
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_extension("age.new");
    let mut file = fs::File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_told_from_a_wrong_passphrase() {
        let folder = tempfile::tempdir().expect("a folder");
        PassphraseVault::open(folder.path(), "p")
            .expect("new")
            .set("a", "tell nobody")
            .expect("kept");
        let whole = fs::read(file_in(folder.path())).expect("there");
        for (bytes, is_damaged) in [
            (&whole[..20], true),
            (&b"not age"[..], true),
            (&whole[..], false),
        ] {
            fs::write(file_in(folder.path()), bytes).expect("written");
            let error = PassphraseVault::open(folder.path(), if is_damaged { "p" } else { "q" })
                .err()
                .expect("refused");
            assert_eq!(matches!(error, KeyError::Damaged), is_damaged, "{error}");
        }
        assert_eq!(
            PassphraseVault::open(folder.path(), "p")
                .expect("opened")
                .get("a")
                .as_deref(),
            Some("tell nobody")
        );
        assert!(
            !whole.windows(11).any(|part| part == b"tell nobody"),
            "the secret lies open in the file"
        );
    }
}
