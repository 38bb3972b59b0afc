//! Opening the database file: the pragmas that durability stands on, and the schema.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use super::DbError;

/// Schema that this program reads and writes.
const SCHEMA_VERSION: u32 = STEPS.len() as u32;
/// Step `n` leads from schema `n` to `n + 1`.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("schema_2.sql")];
/// How long a statement waits for another process, such as `create-user` beside a running server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Below it a WAL reset can damage the file.
const SQLITE_MIN: i32 = 3_051_003;

/// A connection for the writer: creates the file and the schema where they are missing.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, DbError> {
    refuse_old_sqlite()?;
    let mut connection = Connection::open(path)?;
    restrict_to_owner(path)?;
    configure(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, DbError> {
    let connection = Connection::open(path)?;
    configure(&connection)?;
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

fn configure(connection: &Connection) -> Result<(), DbError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), DbError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(DbError::SchemaTooNew {
            found,
            known: SCHEMA_VERSION,
        });
    }
    for step in &STEPS[found as usize..] {
        transaction.execute_batch(step)?;
    }
    if found == 0 {
        for key in ["server_id", "incarnation"] {
            transaction.execute(
                "INSERT INTO meta VALUES (?1, ?2)",
                (key, Uuid::new_v4().to_string()),
            )?;
        }
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(transaction.commit()?)
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
fn restrict_to_owner(path: &Path) -> Result<(), DbError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    let _ = path;
    Ok(())
}
