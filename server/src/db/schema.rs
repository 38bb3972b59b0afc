//! The schema on either engine, and the pragmas that SQLite's durability stands on.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use uuid::Uuid;

use super::engine::{Connection, OptionalExtension as _};
use super::error::DbError;

/// Schema that this program reads and writes.
pub(crate) const SCHEMA_VERSION: u32 = STEPS.len() as u32;
/// Step `n` leads from schema `n` to `n + 1`, written for SQLite.
pub(super) const STEPS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/runs.sql"),
    include_str!("schema/reviews.sql"),
    include_str!("schema/accounts.sql"),
    include_str!("schema/audit_heads.sql"),
    include_str!("schema/case_access.sql"),
    include_str!("schema/oidc.sql"),
    include_str!("schema/queue.sql"),
    include_str!("schema/small_objects.sql"),
    include_str!("schema/scores.sql"),
];
/// What PostgreSQL needs before them.
pub(super) const POSTGRES_PRELUDE: &str = include_str!("schema/postgres.sql");
/// How long a statement waits for another process, such as `create-user` beside a running server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Memory that the writer may fill with pages, in KiB as SQLite takes it: with less it would write out in the middle what a
/// step of a recomputation changes, and read it again.
const WRITER_CACHE_KIB: i32 = -32 * 1024;
/// Below it a WAL reset can damage the file.
const SQLITE_MIN: i32 = 3_051_003;

/// A connection that may write; creates the file where it is missing, and no schema.
pub(super) fn open_sqlite(path: &Path) -> Result<rusqlite::Connection, DbError> {
    refuse_old_sqlite()?;
    let connection = rusqlite::Connection::open(path)?;
    restrict_to_owner(path)?;
    configure(&connection, path)?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_sqlite_reader(path: &Path) -> Result<rusqlite::Connection, DbError> {
    let connection = rusqlite::Connection::open(path)?;
    configure(&connection, path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn refuse_old_sqlite() -> Result<(), DbError> {
    match rusqlite::version_number() >= SQLITE_MIN {
        true => Ok(()),
        false => Err(DbError::SqliteTooOld {
            found: rusqlite::version().to_owned(),
        }),
    }
}

fn configure(connection: &rusqlite::Connection, path: &Path) -> Result<(), DbError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    use_wal(connection, path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A plan does not depend on the values that are bound, or a statement would be prepared anew for each of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// The journal of a new file is changed by one at a time: SQLite waits for nobody who changes it too, it fails.
fn use_wal(connection: &rusqlite::Connection, path: &Path) -> Result<(), DbError> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let turn = File::open(folder.unwrap_or(Path::new(".")))?;
    turn.lock()?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    Ok(())
}

/// Names of the triggers that the database holds and that are in force.
pub(crate) fn trigger_names(connection: &Connection) -> Result<Vec<String>, DbError> {
    let sql = match connection {
        Connection::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        Connection::Postgres(_) => {
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
               AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)"
        }
    };
    connection
        .prepare_cached(sql)?
        .query_map((), |row| row.get(0))
}

/// A UUID of the table `meta`.
pub(crate) fn meta_uuid(connection: &Connection, key: &str) -> Result<Uuid, DbError> {
    let text: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?;
    text.and_then(|text| text.parse().ok())
        .ok_or(DbError::DamagedRow {
            what: "server identity",
        })
}

/// Names and labels are in this file: nobody but the account of the server reads it.
pub(super) fn restrict_to_owner(path: &Path) -> Result<(), DbError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    let _ = path;
    Ok(())
}
