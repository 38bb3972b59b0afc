//! Where the server under test keeps its data: here, a database of its own on a real PostgreSQL server and a bucket of its
//! own in an S3-compatible store.

use std::path::Path;

use fovea_annotation::ContentHash;
use fovea_test_data::{Postgres, S3};
use tempfile::TempDir;

pub(crate) const DROP_NO_UPDATE: &str = "DROP TRIGGER audit_no_update ON audit";
pub(crate) const DROP_NO_DELETE: &str = "DROP TRIGGER audit_no_delete ON audit";
pub(crate) const WITHOUT_TRIGGERS: &str =
    "ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_heads DISABLE TRIGGER USER;";
pub(crate) const WITH_TRIGGERS: &str =
    "ALTER TABLE audit ENABLE TRIGGER USER; ALTER TABLE audit_heads ENABLE TRIGGER USER;";
/// A digest of zeros in SQL.
pub(crate) const ZERO_HASH: &str = "decode(repeat('00', 32), 'hex')";

/// A digest in SQL.
pub(crate) fn digest(hash: ContentHash) -> String {
    format!("decode('{hash}', 'hex')")
}
/// Makes the database one of a newer program.
pub(crate) const NEWER_SCHEMA: &str = "UPDATE schema_version SET version = 1000";

/// Bytes in SQL, given in hexadecimal.
pub(crate) fn bytes(digits: &str) -> String {
    format!("decode('{digits}', 'hex')")
}

/// Files of a data folder that nobody but their owner reads.
pub(crate) const SECRET_FILES: &[&str] = &["objects.agekey", "site.key", "audit.key"];

const URL_FILE: &str = "database.url";
const CREDENTIALS_FILE: &str = "s3.credentials";
const BUCKET_FILE: &str = "bucket";
const PREFIX: &str = "site/objects";

/// Whether several processes may serve the same data.
pub(crate) const IS_SHARED: bool = true;

/// A data folder for a new server, with a database and a bucket made for it.
pub(crate) fn data_folder() -> TempDir {
    data_folder_behind(&store().endpoint())
}

/// As [`data_folder`], with the store at `endpoint`.
pub(crate) fn data_folder_behind(endpoint: &str) -> TempDir {
    data_folder_at(&server().new_database(), endpoint)
}

/// As [`data_folder`], with the database at `url` and the store at `endpoint`.
pub(crate) fn data_folder_at(url: &str, endpoint: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = store().new_bucket();
    let settings = format!(
        r#"
        [database]
        url_file = "{URL_FILE}"
        [objects]
        age_key_file = "objects.agekey"
        [objects.s3]
        bucket = "{bucket}"
        region = "{}"
        endpoint = "{endpoint}"
        prefix = "{PREFIX}"
        credentials_file = "{CREDENTIALS_FILE}"
        "#,
        S3::REGION
    );
    for (name, text) in [
        ("server.toml", settings.as_str()),
        (URL_FILE, url),
        (CREDENTIALS_FILE, S3::CREDENTIALS),
        (BUCKET_FILE, &bucket),
    ] {
        std::fs::write(folder.path().join(name), text).expect("writes");
    }
    folder
}

/// The column of a small object's sealed bytes, in hexadecimal digits.
pub(crate) const HEX_OF_SEALED: &str = "encode(sealed, 'hex')";

/// An object as it lies in the store.
pub(crate) fn stored(data: &Path, sha256: ContentHash) -> Vec<u8> {
    store().get(&bucket(data), &key(sha256))
}

/// Writes an object behind the server's back.
pub(crate) fn write_stored(data: &Path, sha256: ContentHash, bytes: &[u8]) {
    store().put(&bucket(data), &key(sha256), bytes);
}

/// Removes an object behind the server's back.
pub(crate) fn remove_stored(data: &Path, sha256: ContentHash) {
    store().remove(&bucket(data), &key(sha256));
}

/// Bucket of a data folder.
pub(crate) fn bucket(data: &Path) -> String {
    std::fs::read_to_string(data.join(BUCKET_FILE)).expect("was written")
}

fn key(sha256: ContentHash) -> String {
    let name = sha256.to_hex();
    format!("{PREFIX}/{}/{name}.age", &name[..2])
}

/// # Panics
/// Where there is no S3: these tests are about nothing else.
pub(crate) fn store() -> &'static S3 {
    S3::shared("the tests on S3").expect("an S3 is installed by `./x test`")
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

/// Somebody who stays at the database, behind the server's back. Not for use on a thread that drives futures.
pub(crate) struct Intruder(postgres::Client);

impl Intruder {
    pub(crate) fn enter(data: &Path) -> Self {
        let url = std::fs::read_to_string(data.join(URL_FILE)).expect("was written");
        let client = postgres::Client::connect(url.trim(), postgres::NoTls);
        Self(client.expect("connects"))
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.0.batch_execute(sql).expect("runs");
    }
}
