//! What can go wrong with the local store, as sentences a person can act on.

use std::path::PathBuf;

use fovea_annotation::ContentHash;
use rusqlite::ErrorCode;

/// Result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why the local store refused or failed. A failed operation has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is there, but the key does not open it.
    #[error(
        "The local store {path} cannot be opened with this key; use the keyring entry or passphrase it was made with, or restore its key from the recovery sheet"
    )]
    WrongKey {
        /// The database file.
        path: PathBuf,
    },
    /// Another process has the store open.
    #[error(
        "The local store {path} is open in another Fovea; close that one, or choose another data folder"
    )]
    AlreadyOpen {
        /// The database file.
        path: PathBuf,
    },
    /// The linked SQLite can damage a write-ahead log.
    #[error(
        "SQLite {found} is linked, but the local store needs 3.51.3 or newer; rebuild with the bundled SQLite"
    )]
    SqliteTooOld {
        /// The version found.
        found: &'static str,
    },
    /// A newer Fovea wrote this store.
    #[error(
        "The local store {path} was written by a newer Fovea (schema {found}, this one knows {supported}); update Fovea"
    )]
    TooNew {
        /// The database file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema this program knows.
        supported: u32,
    },
    /// The disk, or the store's page limit, is used up.
    #[error(
        "The disk is full, so nothing was saved; free some space and try again: what was on disk before is untouched"
    )]
    DiskFull,
    /// Stored bytes no longer hash to their name.
    #[error(
        "The stored data {hash} is damaged; restore the local store from a backup, or fetch the tile from the server again"
    )]
    Damaged {
        /// Its name.
        hash: ContentHash,
    },
    /// A row holds what this program cannot read.
    #[error("The local store holds a {what} that cannot be read ({why}); restore it from a backup")]
    Unreadable {
        /// Kind of record.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Something asked for is not in the store.
    #[error("The local store has no {what} {id}; import it, or fetch it from the server")]
    Missing {
        /// Kind of record.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// What was given to be stored contradicts itself.
    #[error("The {what} was not stored: {why}")]
    Refused {
        /// Kind of record.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The folder or a file in it cannot be used.
    #[error(
        "The data folder cannot be used at {path}: {source}; check its permissions, or choose another one"
    )]
    Folder {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else that SQLite says.
    #[error(
        "The local store failed ({0}); nothing was changed, try again, and run `fovea preflight` if it stays"
    )]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// A record that cannot be read.
    pub(crate) fn unreadable(what: &'static str, why: impl ToString) -> Self {
        Self::Unreadable {
            what,
            why: why.to_string(),
        }
    }

    /// A record that is not there.
    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing {
            what,
            id: id.to_string(),
        }
    }

    /// Input that contradicts itself.
    pub(crate) fn refused(what: &'static str, why: impl ToString) -> Self {
        Self::Refused {
            what,
            why: why.to_string(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Sqlite(error),
        }
    }
}
