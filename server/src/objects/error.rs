//! Why an object could not be stored or read.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::busy_work::NotDone;

/// Why an object could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The bytes are not what their name says; nothing was stored.
    #[error("the bytes have another SHA-256 than their name; send them again")]
    WrongHash,
    /// The stored bytes are not what they were.
    #[error(
        "a stored object is damaged and is not served; it is taken again when a client offers it"
    )]
    Damaged,
    /// There is no such object.
    #[error("the object is not in the store; send it again")]
    Missing,
    /// The key file cannot be read or made.
    #[error(
        "the key file of the objects cannot be used: {0}; check the permissions of the data folder"
    )]
    Key(io::Error),
    /// The key file holds no key.
    #[error("the key file of the objects holds no age identity; restore it from its copy")]
    KeyFormat,
    /// The file of credentials.
    #[error(
        "the credentials file of the bucket cannot be used: {0}; see `credentials_file` in server.toml"
    )]
    Credentials(io::Error),
    /// Encryption failed.
    #[error("the object could not be encrypted; try again")]
    Encrypt,
    /// The store has no room.
    #[error(
        "the object store has no room left; nothing was kept, free some space and send the request again"
    )]
    Full,
    /// The store itself failed.
    #[error("the object store failed: {0}; see that it can be reached and that its keys are right")]
    Store(#[source] object_store::Error),
    /// What was written is not what comes back.
    #[error(
        "the object store does not give back what it was given; nothing was kept, look after the store"
    )]
    NotKept,
    /// A bucket that takes a second object of the same name in place of the first.
    #[error(
        "the bucket ignores `If-None-Match` and may lose objects; use a store with conditional writes"
    )]
    Unconditional,
    /// A bucket, or a prefix of it, that another server writes to.
    #[error(
        "the bucket and prefix in server.toml belong to the data of another server; give each a prefix of its own"
    )]
    OtherServer,
    /// A small object is in the database, which failed.
    #[error(transparent)]
    Database(#[from] crate::db::DbError),
    /// The server is going down.
    #[error("the server is shutting down; send the request again in a moment")]
    Closed,
}

impl From<NotDone> for ObjectError {
    fn from(NotDone: NotDone) -> Self {
        Self::Closed
    }
}

impl From<object_store::Error> for ObjectError {
    fn from(error: object_store::Error) -> Self {
        match error {
            // A bucket that is gone says nothing about the object.
            object_store::Error::NotFound { ref source, .. }
                if !source.to_string().contains("NoSuchBucket") =>
            {
                Self::Missing
            }
            other if is_full(&other) => Self::Full,
            other => Self::Store(other),
        }
    }
}

/// True where a cause of the error is that there is no room.
fn is_full(error: &(dyn Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(is_full_io)
}

/// True where there is no room.
pub(crate) fn is_full_io(error: &io::Error) -> bool {
    let full = [
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::FileTooLarge,
    ];
    full.contains(&error.kind())
}
