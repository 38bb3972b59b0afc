//! What signs the log of this process's data, and where its heads are written down.

use std::path::PathBuf;
use std::sync::Arc;

use fovea_audit::SignedHead;

use super::heads::HeadsFiles;
use super::seal::{Seal, signed_head};
use crate::db::{BeforeCommit, Connection, DbError, OnDisk, TransactionKind};

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
            place.files.write(&head)?;
        }
        Ok(place)
    }

    /// What ends each transaction: its head is signed in it, and written down once it is on disk.
    pub(crate) fn seal_group(place: &Arc<Self>) -> BeforeCommit {
        let place = Arc::clone(place);
        Arc::new(move |connection| {
            let head = place.seal.sign_head(connection)?;
            let place = Arc::clone(&place);
            Ok(head.map(|head| -> OnDisk { Box::new(move || place.write_down(&head)) }))
        })
    }

    /// Writes a head down, unless a later one is there already.
    fn write_down(&self, head: &SignedHead) {
        if let Err(error) = self.files.write(head) {
            tracing::error!(%error, "the head of the audit log could not be written beside the database");
        }
    }
}
