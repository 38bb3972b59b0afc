//! Errors of the metadata database.

use std::error::Error as _;

use postgres::error::SqlState;

/// Why the database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite said no.
    #[error("the database refused the work: {0}; see the disk and the log of the server")]
    Sqlite(#[source] rusqlite::Error),
    /// There is no room on the disk of the database.
    #[error(
        "the disk of the database has no room left; nothing was kept, free some space and send the request again"
    )]
    Full,
    /// PostgreSQL said no. Its message names what is at fault; its detail would quote the row and is left out.
    #[error(
        "the database refused the work ({code}: {message}); see the log of the database server"
    )]
    Postgres {
        /// SQLSTATE.
        code: String,
        /// Primary message.
        message: String,
    },
    /// The database server cannot be reached.
    #[error("the database server cannot be reached; see that it runs, then send the request again")]
    Unreachable,
    /// A row that was asked for is not there.
    #[error("a row that was asked for is not there; send the request again")]
    NoRow,
    /// The address of the database is no URL.
    #[error(
        "the address of the database cannot be read; write it as postgres://user@host/database"
    )]
    Url,
    /// A database server on another machine, and nobody vouches for it.
    #[error(
        "the database is on another machine and no certificates were given to know it by; name their PEM file in server.toml"
    )]
    CertificatesMissing,
    /// The certificates cannot be used.
    #[error("the certificates of the database server cannot be read; give a PEM file")]
    Certificates,
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

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<postgres::Error> for DbError {
    fn from(error: postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) if *said.code() == SqlState::DISK_FULL => Self::Full,
            Some(said) if !is_going_down(said) => Self::Postgres {
                code: said.code().code().to_owned(),
                message: said.message().to_owned(),
            },
            // What is no answer of the server and no broken connection is a value that does not fit its column.
            None if !error.is_closed()
                && error.source().is_some_and(|s| !s.is::<std::io::Error>()) =>
            {
                Self::DamagedRow { what: "value" }
            }
            _ => Self::Unreachable,
        }
    }
}

/// Class 57: the operator, or a crash of another backend, ends the connection; class 53 is out of resources.
fn is_going_down(error: &postgres::error::DbError) -> bool {
    let code = error.code().code();
    code.starts_with("57P") || code.starts_with("53")
}
