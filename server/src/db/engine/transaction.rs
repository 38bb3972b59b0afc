//! How a transaction begins and ends.

use super::connection::Connection;
use crate::db::error::DbError;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionKind {
    /// Reads one consistent snapshot.
    Snapshot,
    /// Writes. Writers of all processes take turns, so that the feed and the audit chain have one order.
    Write,
}

/// Names the turn of the writers among PostgreSQL's advisory locks: "fovea" in ASCII.
const WRITER_LOCK: i64 = 0x66_6f_76_65_61;

impl Connection {
    /// Begins a transaction.
    pub(crate) fn begin(&self, kind: TransactionKind) -> Result<(), DbError> {
        match (self, kind) {
            // Every look at the database begins and ends one, so they are not parsed each time.
            (Self::Sqlite(_), TransactionKind::Snapshot) => self.execute("BEGIN", ()).map(drop),
            (Self::Sqlite(_), TransactionKind::Write) => self.execute_batch("BEGIN IMMEDIATE"),
            (Self::Postgres(_), TransactionKind::Snapshot) => {
                self.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
            // Committed rows are read after the lock was granted, not as of its asking.
            (Self::Postgres(_), TransactionKind::Write) => self.execute_batch(&format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITER_LOCK})"
            )),
        }
    }

    /// Ends the transaction; what it wrote is durable once this returns without an error.
    pub(crate) fn commit(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(_) => self.execute("COMMIT", ()).map(drop),
            Self::Postgres(_) => self.execute_batch("COMMIT"),
        }
    }

    /// Ends the transaction and forgets what it wrote; one that the engine has ended already is no error.
    pub(crate) fn rollback(&self) {
        if !self.was_rolled_back() {
            let _ = self.execute_batch("ROLLBACK");
        }
    }

    /// True when the engine has ended the transaction by itself: SQLite does so when the disk is full.
    pub(crate) fn was_rolled_back(&self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.is_autocommit(),
            Self::Postgres(connection) => connection.is_closed(),
        }
    }

    /// True when nothing can be done with the connection any more.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(connection) => connection.is_closed(),
        }
    }

    /// Runs `work` in a transaction of its own.
    pub(crate) fn in_transaction<T>(
        &self,
        kind: TransactionKind,
        work: impl FnOnce(&Self) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.begin(kind)?;
        self.finish(work)
    }

    /// Runs `work` in the transaction that was begun, and ends it.
    pub(crate) fn finish<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        match work(self).and_then(|value| self.commit().map(|()| value)) {
            Ok(value) => Ok(value),
            Err(error) => {
                self.rollback();
                Err(error)
            }
        }
    }

    /// Runs `work` so that, when it fails, what it wrote is taken back and the transaction goes on.
    pub(crate) fn in_savepoint<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        if self.was_rolled_back() {
            let detail = "no transaction could be begun".to_owned();
            return Err(DbError::NotCommitted(detail));
        }
        self.execute_batch("SAVEPOINT job")?;
        let released = work(self)
            .and_then(|value| self.execute_batch("RELEASE SAVEPOINT job").map(|()| value));
        if released.is_err() && !self.was_rolled_back() {
            self.execute_batch("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")?;
        }
        released
    }
}
