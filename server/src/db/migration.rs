//! Making the schema and bringing it up to date, on either engine, in one transaction.

use std::path::Path;

use uuid::Uuid;

use super::dialect::to_postgres;
use super::engine::{Connection, TransactionKind};
use super::error::DbError;
use super::schema::{POSTGRES_PRELUDE, SCHEMA_VERSION, STEPS, restrict_to_owner};

/// What a step says where it makes a table.
const MAKES_TABLE: &str = "CREATE TABLE ";
/// And where it takes one away.
const DROPS_TABLE: &str = "DROP TABLE ";
/// PostgreSQL's own table, and the functions of the prelude.
const POSTGRES_EXTRAS: &str =
    "DROP TABLE schema_version; DROP FUNCTION hex(bytea); DROP FUNCTION refuse_change()";

/// Makes the tables or brings them up to date; processes that start together take turns.
pub(super) fn migrate(connection: &Connection) -> Result<(), DbError> {
    connection.in_transaction(TransactionKind::Write, |connection| {
        climb(connection, SCHEMA_VERSION)
    })
}

/// Schema of the database; 0 where there is none yet.
pub(crate) fn schema_version(connection: &Connection) -> Result<u32, DbError> {
    if let Connection::Sqlite(_) = connection {
        let sql = "SELECT user_version FROM pragma_user_version";
        return connection.query_row(sql, (), |row| row.get(0));
    }
    let sql = "SELECT count(*) FROM information_schema.tables
               WHERE table_schema = current_schema() AND table_name = 'schema_version'";
    match connection.query_row(sql, (), |row| row.get::<u32>(0))? {
        0 => Ok(0),
        _ => connection.query_row("SELECT version FROM schema_version", (), |row| row.get(0)),
    }
}

/// Brings the schema up to `target`, in the caller's transaction.
pub(crate) fn climb(connection: &Connection, target: u32) -> Result<(), DbError> {
    let found = schema_version(connection)?;
    if found > SCHEMA_VERSION {
        return Err(DbError::SchemaTooNew {
            found,
            known: SCHEMA_VERSION,
        });
    }
    if found >= target {
        return Ok(());
    }
    let is_postgres = matches!(connection, Connection::Postgres(_));
    if found == 0 && is_postgres {
        connection.execute_batch(POSTGRES_PRELUDE)?;
    }
    for step in &STEPS[found as usize..target as usize] {
        match is_postgres {
            true => connection.execute_batch(&to_postgres(step))?,
            false => connection.execute_batch(step)?,
        }
    }
    if found == 0 {
        new_identity(connection)?;
    }
    if is_postgres {
        connection.execute("DELETE FROM schema_version", ())?;
        connection.execute("INSERT INTO schema_version VALUES (?1)", [target])?;
        return Ok(());
    }
    connection.execute_batch(&format!("PRAGMA user_version = {target}"))
}

fn new_identity(connection: &Connection) -> Result<(), DbError> {
    for key in ["server_id", "incarnation"] {
        connection.execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)",
            (key, Uuid::new_v4().to_string()),
        )?;
    }
    Ok(())
}

/// The tables of schema `version`, each after those that it refers to.
pub(crate) fn tables_at(version: u32) -> Vec<&'static str> {
    let mut tables = Vec::new();
    for line in STEPS[..version as usize]
        .iter()
        .flat_map(|step| step.lines())
    {
        if let Some((name, _)) = line
            .strip_prefix(MAKES_TABLE)
            .and_then(|rest| rest.split_once(" ("))
        {
            tables.push(name);
        }
        if let Some(dropped) = line.strip_prefix(DROPS_TABLE) {
            tables.retain(|name| *name != dropped.trim_end_matches(';'));
        }
    }
    tables
}

/// True where nobody has ever used the database: there is no schema, or nothing but what the schema begins with.
pub(crate) fn is_unused(connection: &Connection) -> Result<bool, DbError> {
    if schema_version(connection)? == 0 {
        return Ok(true);
    }
    let sql = "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM audit) + (SELECT count(*) FROM blobs)";
    Ok(connection.query_row(sql, (), |row| row.get::<i64>(0))? == 0)
}

/// Takes the schema away, in the caller's transaction, which has seen that the database is unused.
pub(crate) fn clear(connection: &Connection) -> Result<(), DbError> {
    let found = schema_version(connection)?;
    if found > SCHEMA_VERSION {
        return Err(DbError::SchemaTooNew {
            found,
            known: SCHEMA_VERSION,
        });
    }
    for table in tables_at(found).iter().rev() {
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    match connection {
        Connection::Postgres(_) if found > 0 => connection.execute_batch(POSTGRES_EXTRAS),
        Connection::Postgres(_) => Ok(()),
        Connection::Sqlite(_) => connection.execute_batch("PRAGMA user_version = 0"),
    }
}

/// Connections of others than the opener of this one, where the engine knows.
pub(crate) fn others_at_work(connection: &Connection) -> Result<u32, DbError> {
    match connection {
        Connection::Sqlite(_) => Ok(0),
        Connection::Postgres(_) => {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                       AND application_name LIKE 'fovea-server%' AND application_name <> current_setting('application_name')";
            connection.query_row(sql, (), |row| row.get(0))
        }
    }
}

/// Lets the caller's transaction wait for other things than the database, which ends it after a while otherwise.
pub(crate) fn allow_pauses(connection: &Connection) -> Result<(), DbError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(_) => {
            connection.execute_batch("SET idle_in_transaction_session_timeout = 0")
        }
    }
}

/// Keeps a copy of a SQLite database beside it before its schema changes. The copy is made online and appears whole.
pub(super) fn keep_before_migration(
    connection: &rusqlite::Connection,
    path: &Path,
) -> Result<(), DbError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 || found >= SCHEMA_VERSION {
        return Ok(());
    }
    let beside = |end: String| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(end);
        path.with_file_name(name)
    };
    let staged = beside(format!(".{}.tmp", std::process::id()));
    std::fs::File::create(&staged)?;
    restrict_to_owner(&staged)?;
    connection.backup("main", &staged, None)?;
    std::fs::File::open(&staged)?.sync_all()?;
    std::fs::rename(&staged, beside(format!(".schema-{found}")))?;
    Ok(crate::secret_file::sync_folder_of(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::DatabaseSource;

    #[test]
    fn the_steps_name_every_table() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = DatabaseSource::Sqlite(folder.path().join("x.db"));
        let connection = source.open_writer().expect("opens");
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid";
        let made = connection.prepare_cached(sql).expect("prepares");
        let made = made.query_map((), |row| row.get::<String>(0));
        assert_eq!(made.expect("reads"), tables_at(SCHEMA_VERSION));
        assert!(is_unused(&connection).expect("reads"));
        let cleared = connection.in_transaction(TransactionKind::Write, |connection| {
            clear(connection)?;
            climb(connection, 1)
        });
        cleared.expect("begins anew");
        assert_eq!(schema_version(&connection).expect("reads"), 1);
    }

    #[test]
    fn a_database_is_kept_before_its_schema_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db");
        let source = DatabaseSource::Sqlite(path.clone());
        let old = source.open_as_it_is().expect("opens");
        let made = old.in_transaction(TransactionKind::Write, |old| {
            climb(old, 1)?;
            old.execute("INSERT INTO meta (key, value) VALUES ('mark', 'old')", ())
        });
        made.expect("makes the old one");
        drop(old);
        drop(source.open_writer().expect("migrates"));
        drop(source.open_writer().expect("has nothing to do"));
        let kept = DatabaseSource::Sqlite(folder.path().join("x.db.schema-1"));
        let kept = kept.open_as_it_is().expect("opens");
        assert_eq!(schema_version(&kept).expect("reads"), 1);
        let sql = "SELECT value FROM meta WHERE key = 'mark'";
        let mark: String = kept.query_row(sql, (), |row| row.get(0)).expect("reads");
        assert_eq!(mark, "old");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join("x.db.schema-1"));
            assert_eq!(mode.expect("is there").permissions().mode() & 0o077, 0);
        }
    }
}
