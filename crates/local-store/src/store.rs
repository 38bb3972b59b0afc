//! The open store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::lock::InstanceLock;
use crate::numbered::Numbering;
use crate::{Clock, Result, StoreError, StoreKey, SystemClock, connection, migrate};

/// An open local store. One process holds it at a time; within the process, threads open [`Store::sibling`]s.
pub struct Store {
    conn: Connection,
    path: PathBuf,
    key: StoreKey,
    clock: Arc<dyn Clock>,
    lock: Arc<InstanceLock>,
    /// How the numbers of journal entries that the editor counts lie to those on the disk.
    pub(crate) numbering: Numbering,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in the file `path`, and makes folder and file when they are not there.
    pub fn open(path: &Path, key: &StoreKey) -> Result<Self> {
        Self::open_with_clock(path, key, Arc::new(SystemClock))
    }

    /// As [`Store::open`], with a given clock.
    pub fn open_with_clock(path: &Path, key: &StoreKey, clock: Arc<dyn Clock>) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let lock = Arc::new(InstanceLock::take(path)?);
        let mut conn = connection::open(path, key)?;
        migrate::run(&mut conn, path, key)?;
        Ok(Self {
            conn,
            path: path.to_owned(),
            key: key.clone(),
            clock,
            lock,
            numbering: Numbering::default(),
        })
    }

    /// A second connection to the same store, for another thread. Readers never wait; writers take turns.
    pub fn sibling(&self) -> Result<Self> {
        Ok(Self {
            conn: connection::open(&self.path, &self.key)?,
            path: self.path.clone(),
            key: self.key.clone(),
            clock: Arc::clone(&self.clock),
            lock: Arc::clone(&self.lock),
            numbering: Numbering::default(),
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a complete copy of the store, encrypted with the same key, to `target`.
    pub fn back_up_to(&self, target: &Path) -> Result<()> {
        migrate::back_up(&self.conn, target, &self.key)
    }

    /// Asks SQLite to check the whole file; an answer other than "ok" is an error.
    pub fn check_integrity(&self) -> Result<()> {
        let answer: String = self
            .conn
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if answer == "ok" {
            Ok(())
        } else {
            Err(StoreError::unreadable("page", answer))
        }
    }

    pub(crate) fn now_us(&self) -> i64 {
        self.clock.now_us()
    }

    /// For reading.
    pub(crate) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Runs `work` in one transaction that holds the write lock from its start.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = work(&tx)?;
        tx.commit()?;
        Ok(out)
    }

    /// Runs `work` on one consistent state of the store.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let tx = self.conn.unchecked_transaction()?;
        work(&tx)
    }
}
