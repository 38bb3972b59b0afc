//! An empty home that is filled with the data of another one: all of it, or it stays empty.
//!
//! A file says that the home is being filled, with what. No server starts on it until it is gone. Objects come first,
//! since nobody sees one that no row names; the rows come in one transaction.

use std::path::Path;

use uuid::Uuid;

use super::UpkeepError;
use super::backup::Kept;
use super::error::at;
use super::old_home::refuse_others;
use crate::audit::{self, Seal};
use crate::backend::DataFolder;
use crate::db::{self, Connection, Loader, SCHEMA_VERSION, TableTally, Tally, TransactionKind};
use crate::folder_lock::FolderLock;
use crate::objects::{KeyRing, Objects};
use crate::secret_file;
use crate::settings::Settings;
use crate::shared_keys::{
    OBJECT_KEY_MARK, SharedKeys, UPLOAD_KEY_MARK, audit_seal, write_down_head,
};

/// The file that says so.
pub(crate) const UNFINISHED_FILE: &str = "unfinished";
/// Where the database says what it was filled with.
const FILLED_MARK: &str = "filled";

/// A home that is being filled.
pub(super) struct NewHome {
    folder: DataFolder,
    settings: Settings,
    /// Names what it is filled with, so that a second try is told from another wish.
    what: String,
    /// True where an earlier try came to its end but for its last breath.
    pub(super) is_filled: bool,
    pub(super) objects: Objects,
    _lock: Option<FolderLock>,
}

impl NewHome {
    /// Takes the empty home in `data`, with the keys of the other one.
    pub(super) fn open(data: &Path, what: String, kept: &Kept) -> Result<Self, UpkeepError> {
        let folder = DataFolder::open(data).map_err(at(data))?;
        let settings = folder.settings()?;
        let lock = folder.lock_to_fill()?;
        let is_begun = is_begun(&folder, &what)?;
        let connection = settings.database.open_as_it_is()?;
        let is_unused = db::is_unused(&connection)?;
        let is_filled = is_begun
            && !is_unused
            && db::pinned(&connection, FILLED_MARK)?.as_deref() == Some(&what);
        if !is_unused && !is_filled {
            return Err(UpkeepError::Used("the database".to_owned()));
        }
        if is_unused && db::schema_version(&connection)? > 0 {
            refuse_others(&connection)?;
        }
        if !is_begun {
            if folder.audit_heads().exists() {
                return Err(UpkeepError::Used("audit-heads.txt".to_owned()));
            }
            let mark = folder.unfinished();
            secret_file::create(&mark, what.as_bytes()).map_err(at(&mark))?;
        }
        let ring = keys(&folder, &settings, kept)?;
        Ok(Self {
            objects: Objects::open(&settings.objects.place, ring, 0)?,
            folder,
            settings,
            what,
            is_filled,
            _lock: lock,
        })
    }

    /// Whether the home in `data` is being filled with `what`.
    pub(super) fn is_begun(data: &Path, what: &str) -> Result<bool, UpkeepError> {
        is_begun(&DataFolder::open(data).map_err(at(data))?, what)
    }

    /// Fills the database by `fill`, which says what it put there, changes it by `change`, and keeps all of that if it is
    /// what it should be. `heads` are those of the audit log.
    pub(super) fn commit(
        &self,
        schema: u32,
        heads: &str,
        fill: impl FnOnce(&mut Loader<'_>) -> Result<Vec<TableTally>, UpkeepError>,
        change: impl FnOnce(&Connection) -> Result<(), UpkeepError>,
    ) -> Result<(), UpkeepError> {
        let path = self.folder.audit_heads();
        secret_file::replace(&path, heads.as_bytes()).map_err(at(&path))?;
        let connection = self.settings.database.open_as_it_is()?;
        db::allow_pauses(&connection)?;
        connection.begin(TransactionKind::Write)?;
        let filled = self.fill(&connection, schema, fill);
        let changed = filled.and_then(|()| change(&connection));
        let signed = changed.and_then(|()| Ok(self.seal(&connection)?.sign_head(&connection)?));
        let done = signed.and_then(|_| Ok(connection.commit()?));
        match done {
            Ok(()) => write_down_head(&connection, &self.folder),
            Err(_) => connection.rollback(),
        }
        done
    }

    fn seal(&self, connection: &Connection) -> Result<Seal, UpkeepError> {
        let seal = audit_seal(connection, &self.folder);
        Ok(seal.map_err(crate::server::StartError::from)?)
    }

    fn fill(
        &self,
        connection: &Connection,
        schema: u32,
        fill: impl FnOnce(&mut Loader<'_>) -> Result<Vec<TableTally>, UpkeepError>,
    ) -> Result<(), UpkeepError> {
        if !db::is_unused(connection)? {
            return Err(UpkeepError::Used("the database".to_owned()));
        }
        let mut loader = Loader::begin(connection, schema)?;
        let expected = fill(&mut loader)?;
        loader.finish()?;
        compare(connection, &expected)?;
        db::climb(connection, SCHEMA_VERSION)?;
        // Data of a program that did not sign are signed as they are found.
        let seal = self.seal(connection)?;
        if audit::signed_head(connection)?.is_none() {
            seal.sign_head(connection)?;
        }
        let paths = [self.folder.audit_heads()];
        let written = audit::written_heads(&paths).map_err(at(&paths[0]))?;
        let report = audit::verify_snapshot(connection, &written, Some(seal.key.public()))?;
        if let Some(fault) = report.faults.first() {
            return Err(UpkeepError::Audit(fault.to_string()));
        }
        // What of an upload had arrived lies on a disk of the old home; its client begins it again.
        db::delete_uploads(connection)?;
        for mark in [OBJECT_KEY_MARK, UPLOAD_KEY_MARK] {
            db::unpin(connection, mark)?;
        }
        let place = &self.settings.objects.place;
        SharedKeys::load(connection, &self.folder, place)
            .map_err(crate::server::StartError::from)?;
        Ok(db::repin(connection, FILLED_MARK, &self.what)?)
    }

    /// The home can be worked on from now on.
    pub(super) fn finish(self) -> Result<(), UpkeepError> {
        let mark = self.folder.unfinished();
        std::fs::remove_file(&mark).map_err(at(&mark))?;
        secret_file::sync_folder_of(&mark).map_err(at(&mark))
    }

    /// The bucket is that of the server `server_id` from now on.
    pub(super) async fn claim(&self, server_id: Uuid) -> Result<(), UpkeepError> {
        Ok(self.objects.claim(server_id).await?)
    }
}

/// Whether an earlier try was broken off; one with something else is refused.
fn is_begun(folder: &DataFolder, what: &str) -> Result<bool, UpkeepError> {
    let mark = folder.unfinished();
    match std::fs::read_to_string(&mark) {
        Ok(text) if text == what => Ok(true),
        Ok(_) => Err(UpkeepError::OtherFill),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(&mark)(error)),
    }
}

/// Puts the other home's keys in place where there are none yet; gives that of the objects. A key of the objects that is
/// there already is as good, since they are sealed anew. The site key and that of the audit log must be the same.
fn keys(
    folder: &DataFolder,
    settings: &Settings,
    kept: &Kept,
) -> Result<Option<KeyRing>, UpkeepError> {
    let site_key = hex::decode(&kept.site_key);
    let site_key = site_key.map_err(|_| UpkeepError::Damaged("site.key".to_owned()))?;
    put_key(&folder.site_key(), &site_key, "another site.key")?;
    if let Some(text) = &kept.audit_key {
        put_key(&folder.audit_key(), text.as_bytes(), "another audit.key")?;
    }
    let Some(path) = settings.objects.place.key_file() else {
        return Ok(None);
    };
    if let Some(text) = &kept.object_keys {
        secret_file::create(path, text.as_bytes()).map_err(at(path))?;
    }
    Ok(Some(KeyRing::read_or_create(path)?))
}

/// Puts a key in place; one that is there already must be the same.
fn put_key(path: &Path, key: &[u8], other: &str) -> Result<(), UpkeepError> {
    let is_new = secret_file::create(path, key).map_err(at(path))?;
    match is_new || std::fs::read(path).map_err(at(path))? == key {
        true => Ok(()),
        false => Err(UpkeepError::Used(other.to_owned())),
    }
}

fn compare(connection: &Connection, expected: &[TableTally]) -> Result<(), UpkeepError> {
    let mut tally = Tally::default();
    db::copy_out(connection, &mut tally)?;
    let found = tally.finish();
    if found.len() != expected.len() {
        return Err(UpkeepError::Differs("list".to_owned()));
    }
    match found
        .iter()
        .zip(expected)
        .find(|(found, expected)| found != expected)
    {
        Some((found, _)) => Err(UpkeepError::Differs(found.table.clone())),
        None => Ok(()),
    }
}
