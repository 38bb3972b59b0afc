//! What can keep the secrets from being read, and what to do about it.

use std::path::PathBuf;

/// Why a secret is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// No keyring answers and no passphrase file is named.
    #[error(
        "No keyring answered, so the key of the encrypted store has no safe place: unlock the desktop's keyring \
         (for example GNOME Keyring or KWallet), or set FOVEA_PASSPHRASE_FILE to a file with a passphrase. ({0})"
    )]
    NoKeyring(String),
    /// The keyring answered but would not do it.
    #[error("The keyring refused the secret of this data folder: unlock it and start again. ({0})")]
    Keyring(String),
    /// The folder was used before and its key is gone.
    #[error(
        "The key of this data folder is not in this user's keyring: restore the keyring from its backup, \
         or start Fovea as the user who made the folder."
    )]
    KeyGone,
    /// The secrets are encrypted and no passphrase was given.
    #[error(
        "This data folder is protected by a passphrase: set FOVEA_PASSPHRASE_FILE to the file that holds it, \
         or choose another folder with --data-dir."
    )]
    PassphraseNeeded,
    /// The passphrase does not open the secrets.
    #[error(
        "The passphrase does not open this data folder: check the file that FOVEA_PASSPHRASE_FILE names, \
         or restore secrets.age from its backup."
    )]
    WrongPassphrase,
    /// A secret is there but makes no sense.
    #[error(
        "The secrets of this data folder are damaged: restore them, or the keyring, from a backup."
    )]
    Damaged,
    /// A file with a passphrase or token cannot be read.
    #[error(
        "The file {path} cannot be read: check the path in FOVEA_PASSPHRASE_FILE or FOVEA_TOKEN_FILE. ({source})",
        path = path.display()
    )]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file with a passphrase or token is empty.
    #[error("The file {path} is empty: its first line must be the secret.", path = path.display())]
    EmptySecretFile {
        /// The file.
        path: PathBuf,
    },
    /// The encrypted secrets or the folder's identity cannot be read or written.
    #[error("{path} cannot be read or written: check its rights and the free space. ({source})", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system has no random bytes.
    #[error("The system gives no random bytes, so no key can be made: restart the computer. ({0})")]
    NoRandomness(String),
    /// The secrets could not be encrypted.
    #[error("The secrets of this data folder could not be encrypted. ({0})")]
    Encrypt(String),
}
