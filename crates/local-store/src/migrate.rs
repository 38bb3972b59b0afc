//! Schema versions: forward only, each in one transaction, each after a backup.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, TransactionBehavior};

use crate::{Result, StoreError, StoreKey, connection};

/// `MIGRATIONS[n]` leads from schema `n` to `n + 1`. A released one is never edited.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001_first.sql"),
    include_str!("schema/0002_intake.sql"),
    include_str!("schema/0003_uploads.sql"),
    include_str!("schema/0004_reviews.sql"),
    include_str!("schema/0005_approvals.sql"),
];

/// Brings the database to the newest schema.
pub(crate) fn run(conn: &mut Connection, path: &Path, key: &StoreKey) -> Result<()> {
    run_list(conn, path, key, MIGRATIONS)
}

fn run_list(conn: &mut Connection, path: &Path, key: &StoreKey, migrations: &[&str]) -> Result<()> {
    let supported = migrations.len() as u32;
    let found = schema_of(conn)?;
    if found > supported {
        return Err(StoreError::TooNew {
            path: path.to_owned(),
            found,
            supported,
        });
    }
    for version in found..supported {
        if version > 0 {
            back_up(conn, &backup_path(path, version), key)?;
        }
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(migrations[version as usize])?;
        tx.pragma_update(None, "user_version", version + 1)?;
        tx.commit()?;
    }
    Ok(())
}

/// Schema of an open database; 0 when it is empty.
pub(crate) fn schema_of(conn: &Connection) -> Result<u32> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn backup_path(path: &Path, version: u32) -> PathBuf {
    path.with_extension(format!("before-schema-{}.db", version + 1))
}

/// Copies a live database, under the same key. The copy appears under its name only when it is complete.
pub(crate) fn back_up(conn: &Connection, target: &Path, key: &StoreKey) -> Result<()> {
    let folder = |source| StoreError::Folder {
        path: target.to_owned(),
        source,
    };
    let partial = target.with_extension("partial");
    if partial.exists() {
        std::fs::remove_file(&partial).map_err(folder)?;
    }
    {
        let mut copy = Connection::open(&partial)?;
        connection::set_key(&copy, key)?;
        let backup = Backup::new(conn, &mut copy)?;
        // One step copies every page; nothing else writes while a store is being opened.
        match backup.step(-1)? {
            StepResult::Done => {}
            _ => {
                return Err(StoreError::refused(
                    "backup",
                    "the store is busy; close other programs that use it",
                ));
            }
        }
    }
    std::fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .map_err(folder)?;
    std::fs::rename(&partial, target).map_err(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> StoreKey {
        StoreKey::from_bytes([3; 32])
    }

    #[test]
    fn a_migration_leaves_a_backup_that_opens_with_the_same_key() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("store.db");
        let mut conn = connection::open(&path, &key()).expect("open");
        let first = "CREATE TABLE a (x TEXT) STRICT; INSERT INTO a VALUES ('kept');";
        run_list(&mut conn, &path, &key(), &[first]).expect("first schema");
        let backup = backup_path(&path, 1);
        assert!(!backup.exists(), "an empty database needs no backup");

        run_list(&mut conn, &path, &key(), &[first, "DROP TABLE a;"]).expect("second schema");
        assert_eq!(schema_of(&conn).expect("version"), 2);
        let old = connection::open(&backup, &key()).expect("the backup opens");
        assert_eq!(schema_of(&old).expect("version"), 1);
        let kept: String = old
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .expect("row");
        assert_eq!(kept, "kept");
        assert!(matches!(
            connection::open(&backup, &StoreKey::from_bytes([4; 32])),
            Err(StoreError::WrongKey { .. })
        ));
    }

    #[test]
    fn a_failing_migration_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("store.db");
        let mut conn = connection::open(&path, &key()).expect("open");
        run_list(
            &mut conn,
            &path,
            &key(),
            &["CREATE TABLE a (x TEXT) STRICT;"],
        )
        .expect("first schema");
        let broken = "CREATE TABLE b (x TEXT) STRICT; THIS IS NOT SQL;";
        assert!(run_list(&mut conn, &path, &key(), &["", broken]).is_err());
        assert_eq!(schema_of(&conn).expect("version"), 1);
        let tables: i64 = conn
            .query_row(
                "SELECT count(*) FROM sqlite_master WHERE name = 'b'",
                [],
                |row| row.get(0),
            )
            .expect("count");
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_store_of_a_newer_program_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("store.db");
        let mut conn = connection::open(&path, &key()).expect("open");
        conn.pragma_update(None, "user_version", 99).expect("set");
        assert!(matches!(
            run(&mut conn, &path, &key()),
            Err(StoreError::TooNew { found: 99, .. })
        ));
    }
}
