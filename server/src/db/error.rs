//! Errors of the metadata database.

/// Why the database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite said no.
    #[error("the database refused the work: {0}; see the disk and the log of the server")]
    Sqlite(#[from] rusqlite::Error),
    /// The SQLite library is too old to be trusted with data.
    #[error(
        "SQLite {found} can damage its write-ahead log and 3.51.3 is the oldest accepted; build with the bundled library"
    )]
    SqliteTooOld {
        /// Version found.
        found: String,
    },
    /// The file was written by a newer program.
    #[error(
        "the database has schema {found} and this program knows {known}; start a newer fovea-server"
    )]
    SchemaTooNew {
        /// Schema of the file.
        found: u32,
        /// Schema of this program.
        known: u32,
    },
    /// The transaction that carried the work did not commit.
    #[error("the transaction did not commit: {0}; nothing of it was kept, send the request again")]
    NotCommitted(String),
    /// The server is going down.
    #[error("the server is shutting down; send the request again in a moment")]
    Closed,
    /// A stored row does not make sense.
    #[error(
        "a stored {what} cannot be read; run `fovea-server verify-audit` and restore from a backup"
    )]
    DamagedRow {
        /// What kind of row.
        what: &'static str,
    },
    /// A file beside the database.
    #[error("the data folder cannot be used: {0}; check its permissions and free space")]
    Io(#[from] std::io::Error),
}
