//! Where the server under test keeps its data: here, a file. `tests/it_postgres` runs the same tests on its own home.

use std::path::{Path, PathBuf};

use fovea_annotation::ContentHash;
use tempfile::TempDir;

pub(crate) const DROP_NO_UPDATE: &str = "DROP TRIGGER audit_no_update";
pub(crate) const DROP_NO_DELETE: &str = "DROP TRIGGER audit_no_delete";
pub(crate) const WITHOUT_TRIGGERS: &str =
    "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;
     DROP TRIGGER audit_heads_no_update; DROP TRIGGER audit_heads_no_delete;";
pub(crate) const WITH_TRIGGERS: &str = "
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'x'); END;
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'x'); END;
    CREATE TRIGGER audit_heads_no_update BEFORE UPDATE ON audit_heads BEGIN SELECT RAISE(ABORT, 'x'); END;
    CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, 'x'); END;";
/// A digest of zeros in SQL.
pub(crate) const ZERO_HASH: &str = "zeroblob(32)";

/// A digest in SQL.
pub(crate) fn digest(hash: ContentHash) -> String {
    format!("x'{hash}'")
}
/// Makes the database one of a newer program.
pub(crate) const NEWER_SCHEMA: &str = "PRAGMA user_version = 1000";

/// Bytes in SQL, given in hexadecimal.
pub(crate) fn bytes(digits: &str) -> String {
    format!("x'{digits}'")
}

/// Files of a data folder that nobody but their owner reads.
pub(crate) const SECRET_FILES: &[&str] = &["objects.agekey", "site.key", "audit.key", "fovea.db"];

/// Whether several processes may serve the same data.
pub(crate) const IS_SHARED: bool = false;

/// A data folder for a new server.
pub(crate) fn data_folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The column of a small object's sealed bytes, in hexadecimal digits.
pub(crate) const HEX_OF_SEALED: &str = "hex(sealed)";

/// An object as it lies in the store.
pub(crate) fn stored(data: &Path, sha256: ContentHash) -> Vec<u8> {
    std::fs::read(object_path(data, sha256)).expect("is there")
}

/// Writes an object behind the server's back.
pub(crate) fn write_stored(data: &Path, sha256: ContentHash, bytes: &[u8]) {
    let path = object_path(data, sha256);
    std::fs::create_dir_all(path.parent().expect("has a folder")).expect("is made");
    std::fs::write(path, bytes).expect("writes");
}

/// Removes an object behind the server's back.
pub(crate) fn remove_stored(data: &Path, sha256: ContentHash) {
    std::fs::remove_file(object_path(data, sha256)).expect("removes");
}

fn object_path(data: &Path, sha256: ContentHash) -> PathBuf {
    let name = sha256.to_hex();
    let folder = data.join("objects").join(&name[..2]);
    folder.join(format!("{name}.age"))
}

/// Runs `sql` behind the server's back, as somebody with a shell on the machine can. Returns the first column of its
/// first row where there is one.
pub(crate) fn intrude(data: &Path, sql: &str) -> Result<String, String> {
    let connection = rusqlite::Connection::open(data.join("fovea.db")).expect("the database opens");
    if !sql.starts_with("SELECT") {
        let done = connection.execute_batch(sql);
        return done.map(|()| String::new()).map_err(|e| e.to_string());
    }
    let value = connection.query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0));
    value
        .map(|value| match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        })
        .map_err(|error| error.to_string())
}

/// Somebody who stays at the database, behind the server's back.
pub(crate) struct Intruder(rusqlite::Connection);

impl Intruder {
    pub(crate) fn enter(data: &Path) -> Self {
        let connection = rusqlite::Connection::open(data.join("fovea.db")).expect("opens");
        // Who breaks in does not wait for the disk.
        let set = connection.pragma_update(None, "synchronous", "OFF");
        set.expect("is taken");
        Self(connection)
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.0.execute_batch(sql).expect("runs");
    }
}
