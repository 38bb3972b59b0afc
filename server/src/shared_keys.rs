//! The keys that all processes of one home have in common. The database holds how to recognise each, so that a process
//! with another key, or with a new one in place of a lost one, is refused before it writes anything.

use std::path::Path;

use fovea_intake::SiteKey;

use crate::audit::{self, AuditKey, Seal};
use crate::backend::DataFolder;
use crate::db::{self, Connection, DbError, TransactionKind};
use crate::intake::{load_or_create_site_key, site_key_mark};
use crate::objects::{KeyRing, ObjectError, ObjectPlace};

/// Where the database keeps the public name of the key that seals objects.
pub(crate) const OBJECT_KEY_MARK: &str = "object_key";
/// Where it keeps that of the key that seals uploads, where objects have none.
pub(crate) const UPLOAD_KEY_MARK: &str = "upload_key";
const SITE_KEY_MARK: &str = "site_key";
const AUDIT_KEY_MARK: &str = "audit_key";
/// In place of a name: objects lie in the bucket as they are.
const NO_KEY: &str = "none";

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file that was there when the data were made.
    #[error(
        "the key file {file} is missing and the data were made with it; copy it from another machine of this home or from its backup"
    )]
    Gone {
        /// Its name.
        file: String,
    },
    /// A file with another key.
    #[error(
        "the key file {file} is not the one that the data were made with; copy it from another machine of this home or from its backup"
    )]
    Differs {
        /// Its name.
        file: String,
    },
    /// Objects are sealed in the data and not in the settings, or the other way round.
    #[error(
        "the settings say of the objects' key what the data do not; put `age_key_file` in server.toml back as it was"
    )]
    SettingsDiffer,
    /// The file has a new key already and the database does not know it.
    #[error(
        "a change of the objects' key was interrupted; run `fovea-server rotate-object-key` again"
    )]
    RotationUnfinished,
    /// The site key.
    #[error("the key file site.key cannot be used: {0}")]
    Site(#[source] std::io::Error),
    /// The audit key.
    #[error("the key file audit.key cannot be used: {0}")]
    Audit(#[source] std::io::Error),
    /// The age keys.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The keys.
pub(crate) struct SharedKeys {
    /// Seals objects; `None` where the bucket alone does.
    pub(crate) objects: Option<KeyRing>,
    /// Seals what of an upload has arrived.
    pub(crate) uploads: KeyRing,
    /// Replaces identifiers.
    pub(crate) site: SiteKey,
    /// Signs the audit log.
    pub(crate) audit: Seal,
}

impl SharedKeys {
    /// Reads the keys, or makes them where the data have none yet.
    pub(crate) fn load(
        connection: &Connection,
        folder: &DataFolder,
        place: &ObjectPlace,
    ) -> Result<Self, KeyError> {
        let objects = match place.key_file() {
            Some(path) => Some(ring(connection, OBJECT_KEY_MARK, path)?),
            None => {
                if db::pin(connection, OBJECT_KEY_MARK, NO_KEY)? != NO_KEY {
                    return Err(KeyError::SettingsDiffer);
                }
                None
            }
        };
        let uploads = match &objects {
            Some(ring) => ring.clone(),
            None => ring(connection, UPLOAD_KEY_MARK, &folder.upload_key())?,
        };
        Ok(Self {
            objects,
            uploads,
            site: site(connection, &folder.site_key())?,
            audit: audit_seal(connection, folder)?,
        })
    }
}

fn ring(connection: &Connection, mark: &str, path: &Path) -> Result<KeyRing, KeyError> {
    let pinned = db::pinned(connection, mark)?;
    match pinned.as_deref() {
        Some(NO_KEY) => return Err(KeyError::SettingsDiffer),
        Some(_) if !path.exists() => return Err(KeyError::Gone { file: name(path) }),
        _ => {}
    }
    let ring = KeyRing::read_or_create(path)?;
    let pinned = db::pin(connection, mark, &ring.recipient())?;
    match pinned == ring.recipient() {
        true => Ok(ring),
        false if ring.has(&pinned) => Err(KeyError::RotationUnfinished),
        false => Err(KeyError::Differs { file: name(path) }),
    }
}

fn site(connection: &Connection, path: &Path) -> Result<SiteKey, KeyError> {
    if db::pinned(connection, SITE_KEY_MARK)?.is_some() && !path.exists() {
        return Err(KeyError::Gone { file: name(path) });
    }
    let key = load_or_create_site_key(path).map_err(KeyError::Site)?;
    let mark = site_key_mark(&key);
    match db::pin(connection, SITE_KEY_MARK, &mark)? == mark {
        true => Ok(SiteKey::new(key)),
        false => Err(KeyError::Differs { file: name(path) }),
    }
}

/// What signs the audit log; the key is made where the data have none yet.
pub(crate) fn audit_seal(connection: &Connection, folder: &DataFolder) -> Result<Seal, KeyError> {
    let path = folder.audit_key();
    let is_known = db::pinned(connection, AUDIT_KEY_MARK)?.is_some();
    if is_known && !path.exists() {
        return Err(KeyError::Gone { file: name(&path) });
    }
    let key = AuditKey::load_or_create(&path).map_err(KeyError::Audit)?;
    if !is_known {
        audit::put_aside(&folder.audit_heads()).map_err(KeyError::Audit)?;
    }
    let mark = key.public().to_string();
    match db::pin(connection, AUDIT_KEY_MARK, &mark)? == mark {
        true => Ok(Seal {
            key,
            server_id: db::meta_uuid(connection, "server_id")?,
        }),
        false => Err(KeyError::Differs { file: name(&path) }),
    }
}

/// Runs `work` as a command does, with or without a server beside it: in a transaction that ends with a signature, whose
/// head is then written down.
pub(crate) fn in_signed_transaction<T>(
    connection: &Connection,
    folder: &DataFolder,
    work: impl FnOnce(&Connection) -> Result<T, DbError>,
) -> Result<T, KeyError> {
    let seal = audit_seal(connection, folder)?;
    let done = connection.in_transaction(TransactionKind::Write, |connection| {
        let done = work(connection)?;
        seal.sign_head(connection)?;
        Ok(done)
    })?;
    write_down_head(connection, folder);
    Ok(done)
}

/// Writes the last head down beside the database. What is done is done: a disk that is full is no reason to say otherwise.
pub(crate) fn write_down_head(connection: &Connection, folder: &DataFolder) {
    let paths = folder.all_audit_heads().map_err(|error| error.to_string());
    let written = paths.and_then(|paths| {
        let written = audit::write_down(connection, &paths);
        written.map_err(|error| error.to_string())
    });
    if let Err(error) = written {
        tracing::error!(error, "the head of the audit log could not be written down");
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    struct Home {
        data: tempfile::TempDir,
        connection: Connection,
    }

    impl Home {
        fn new() -> Self {
            let data = tempfile::tempdir().expect("a folder");
            let settings = Settings::read(data.path()).expect("defaults");
            let connection = settings.database.open_writer().expect("opens");
            Self { data, connection }
        }

        /// Loads the keys as a machine does whose files are in `files`.
        fn load(&self, files: &Path, settings: &str) -> Result<SharedKeys, KeyError> {
            std::fs::write(files.join("server.toml"), settings).expect("writes");
            let folder = DataFolder::open(files).expect("opens");
            let settings = folder.settings().expect("reads");
            SharedKeys::load(&self.connection, &folder, &settings.objects.place)
        }
    }

    const BUCKET: &str = "[objects.s3]\nbucket = 'b'\nregion = 'r'\n";
    const SEALED_BUCKET: &str =
        "[objects]\nage_key_file = 'objects.agekey'\ns3 = { bucket = 'b', region = 'r' }";

    fn copy(from: &Path, to: &Path, names: &[&str]) {
        for name in names {
            std::fs::copy(from.join(name), to.join(name)).expect("copies");
        }
    }

    #[test]
    fn a_second_machine_needs_the_keys_of_the_first() {
        for (settings, names) in [
            (SEALED_BUCKET, ["objects.agekey", "site.key", "audit.key"]),
            (BUCKET, ["uploads.agekey", "site.key", "audit.key"]),
        ] {
            let home = Home::new();
            home.load(home.data.path(), settings).expect("makes them");
            for missing in names {
                let other = tempfile::tempdir().expect("a folder");
                let present: Vec<_> = names.into_iter().filter(|name| *name != missing).collect();
                copy(home.data.path(), other.path(), &present);
                let refused = home.load(other.path(), settings);
                assert!(matches!(refused, Err(KeyError::Gone { file }) if file == missing));
                assert!(!other.path().join(missing).exists(), "none is made up");
            }
            let other = tempfile::tempdir().expect("a folder");
            copy(home.data.path(), other.path(), &names);
            home.load(other.path(), settings).expect("has them");
        }
    }

    #[test]
    fn another_key_is_refused() {
        for name in ["objects.agekey", "site.key", "audit.key"] {
            let home = Home::new();
            home.load(home.data.path(), "").expect("makes them");
            let foreign = Home::new();
            foreign.load(foreign.data.path(), "").expect("makes them");
            copy(foreign.data.path(), home.data.path(), &[name]);
            let refused = home.load(home.data.path(), "");
            assert!(matches!(refused, Err(KeyError::Differs { file }) if file == name));
        }
    }

    #[test]
    fn objects_stay_sealed_or_unsealed() {
        for (first, then) in [(SEALED_BUCKET, BUCKET), (BUCKET, SEALED_BUCKET)] {
            let home = Home::new();
            home.load(home.data.path(), first).expect("makes them");
            let refused = home.load(home.data.path(), then);
            assert!(matches!(refused, Err(KeyError::SettingsDiffer)), "{then}");
        }
    }
}
