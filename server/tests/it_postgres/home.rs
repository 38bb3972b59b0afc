//! Where the server under test keeps its data: here, a database of its own on a real PostgreSQL server.

use std::path::Path;

use fovea_test_data::Postgres;
use tempfile::TempDir;

pub(crate) const DROP_NO_UPDATE: &str = "DROP TRIGGER audit_no_update ON audit";
pub(crate) const DROP_NO_DELETE: &str = "DROP TRIGGER audit_no_delete ON audit";
pub(crate) const WITHOUT_TRIGGERS: &str = "ALTER TABLE audit DISABLE TRIGGER USER;";
pub(crate) const WITH_TRIGGERS: &str = "ALTER TABLE audit ENABLE TRIGGER USER;";
/// A digest of zeros in SQL.
pub(crate) const ZERO_HASH: &str = "decode(repeat('00', 32), 'hex')";

/// Files of a data folder that nobody but their owner reads.
pub(crate) const SECRET_FILES: &[&str] = &["objects.agekey"];

const URL_FILE: &str = "database.url";

/// A data folder for a new server, with a database made for it.
pub(crate) fn data_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!("[database]\nurl_file = \"{URL_FILE}\"\n");
    std::fs::write(folder.path().join("server.toml"), settings).expect("writes");
    std::fs::write(folder.path().join(URL_FILE), server().new_database()).expect("writes");
    folder
}

/// Runs `sql` behind the server's back, as somebody with a shell on the machine can. Returns what it prints.
pub(crate) fn intrude(data: &Path, sql: &str) -> Result<String, String> {
    server().try_sql(&database(data), sql)
}

/// Name of the database of a data folder.
pub(crate) fn database(data: &Path) -> String {
    let url = std::fs::read_to_string(data.join(URL_FILE)).expect("was written");
    url.rsplit('/').next().unwrap_or_default().to_owned()
}

/// # Panics
/// Where there is no PostgreSQL: these tests are about nothing else.
pub(crate) fn server() -> &'static Postgres {
    Postgres::shared("the tests on PostgreSQL").expect("PostgreSQL is installed by `./x test`")
}
