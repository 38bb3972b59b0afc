//! What signs the log of this process's data, and where its heads are written down.

use std::path::PathBuf;

use fovea_audit::SignedHead;

use super::heads::HeadsFiles;
use super::seal::{Seal, signed_head};
use crate::db::{Connection, DbError, TransactionKind};

/// The key and the files.
pub(crate) struct AuditPlace {
    pub(crate) seal: Seal,
    /// Files that get the heads.
    pub(crate) paths: Vec<PathBuf>,
    /// Held by whoever checks the log: it reads all of it.
    pub(crate) checking: tokio::sync::Mutex<()>,
    files: HeadsFiles,
}

impl AuditPlace {
    /// Opens the files, and signs and writes down what a process before this one could not.
    pub(crate) fn open(
        connection: &Connection,
        seal: Seal,
        paths: Vec<PathBuf>,
    ) -> Result<Self, DbError> {
        if !seal.is_signed(connection)? {
            connection.in_transaction(TransactionKind::Write, |c| seal.sign_head(c))?;
        }
        let place = Self {
            files: HeadsFiles::open(&paths)?,
            seal,
            paths,
            checking: tokio::sync::Mutex::default(),
        };
        if let Some(head) = signed_head(connection)? {
            place.write_down(&head)?;
        }
        Ok(place)
    }

    /// Writes a head down, unless a later one is there already.
    pub(crate) fn write_down(&self, head: &SignedHead) -> std::io::Result<()> {
        self.files.write(head)
    }
}
