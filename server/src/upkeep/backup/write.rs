//! Making a backup, beside a running server or without one.

use std::collections::HashMap;
use std::path::Path;

use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

use super::super::UpkeepError;
use super::super::error::blocking;
use super::super::old_home::{OldHome, all_blobs};
use super::super::progress::Progress;
use super::kept::KEPT_FILE;
use super::key::unlock_or_make;
use super::manifest::{Content, file_entry};
use super::object_files::{Copier, OBJECT_LIST, SealedFile, read_entries, write_entries};
use super::row_file::{ROW_FILE, RowWriter};
use super::{BackupFolder, Kept, Manifest, ObjectEntry, Passphrase, State};
use crate::audit::{Action, Line, append};
use crate::clock::Clock;
use crate::db::{self, BlobRow, SCHEMA_VERSION, TableTally, Tally, Tee, TransactionKind};
use crate::folder_lock::FolderLock;
use crate::objects::KeyRing;
use crate::shared_keys::{KeyError, in_signed_transaction};

/// What a backup consists of.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// Name of the state that was written.
    pub state: String,
    /// Objects that belong to it.
    pub objects: u64,
    /// Those that no earlier backup in the folder had.
    pub copied: u64,
    /// Objects that the home itself has lost, and no earlier backup had either.
    pub lost: u64,
}

/// Writes the data in `data` to the folder `to`, sealed for who has the passphrase. Dropped before its end it leaves
/// nothing that counts, and what it has copied is not copied again.
pub async fn backup(
    data: &Path,
    to: &Path,
    passphrase_file: &Path,
    progress: Progress,
) -> Result<BackupReport, UpkeepError> {
    let (data, to, passphrase) = (data.to_owned(), to.to_owned(), passphrase_file.to_owned());
    let say = progress.clone();
    let begun = blocking(move || begin(&data, &to, &passphrase, &say)).await?;
    let (draft, copier, blobs) = begun;
    let (entries, copied) = copier.copy_all(blobs, &progress).await?;
    blocking(move || draft.finish(&entries, copied)).await
}

/// A state that lacks its objects.
struct Draft {
    state: State,
    key: KeyRing,
    rows: Rows,
    engine: &'static str,
    taken_at_us: i64,
    _home: OldHome,
    _lock: FolderLock,
}

/// What one moment of the database was.
struct Rows {
    server_id: Uuid,
    incarnation: Uuid,
    schema: u32,
    tables: Vec<TableTally>,
}

fn begin(
    data: &Path,
    to: &Path,
    passphrase_file: &Path,
    progress: &Progress,
) -> Result<(Draft, Copier, Vec<BlobRow>), UpkeepError> {
    let passphrase = Passphrase::read(passphrase_file)?;
    let home = OldHome::open(data, false)?;
    let (folder, lock) = BackupFolder::open(to)?;
    let key = unlock_or_make(folder.path(), &passphrase)?;
    for name in folder.remove_broken()? {
        progress.say(&format!("{name} was broken off; what it copied is used"));
    }
    let connection = home.settings.database.open_reader()?;
    let server_id = db::meta_uuid(&connection, "server_id")?;
    let known = known_files(&folder, &key, server_id)?;
    let taken_at_us = Clock::system().now_us();
    let state = folder.new_state(state_name(taken_at_us))?;
    write_down(&home, &state, taken_at_us, progress);
    // The heads come first, so that none is newer than the rows.
    Kept::of(&home.folder, home.ring.as_ref())?.write(&state, &key)?;
    progress.say("copying the database");
    connection.begin(TransactionKind::Snapshot)?;
    let copied = copy_rows(&connection, &state, &key);
    connection.rollback();
    let (rows, blobs) = copied?;
    let copier = Copier {
        objects: home.objects()?,
        folder,
        key: key.clone(),
        known,
    };
    let draft = Draft {
        state,
        key,
        rows,
        engine: home.settings.database.engine(),
        taken_at_us,
        _home: home,
        _lock: lock,
    };
    Ok((draft, copier, blobs))
}

/// Files of objects that the newest whole state has, as they were written.
fn known_files(
    folder: &BackupFolder,
    key: &KeyRing,
    server_id: Uuid,
) -> Result<HashMap<fovea_annotation::ContentHash, SealedFile>, UpkeepError> {
    let Ok(state) = folder.state(None) else {
        return Ok(HashMap::new());
    };
    match Manifest::read(&state, key) {
        Ok(manifest) if manifest.server_id != server_id => Err(UpkeepError::OtherServer),
        Ok(manifest) if manifest.check_file(&state, OBJECT_LIST).is_ok() => {
            let entries = read_entries(&state, key)?.into_iter();
            Ok(entries.filter_map(|e| Some((e.sha256, e.file?))).collect())
        }
        // An earlier state that is damaged says nothing; its objects are looked at one by one.
        _ => Ok(HashMap::new()),
    }
}

/// Begins with the time, so that names sort by age.
fn state_name(taken_at_us: i64) -> String {
    let time = DateTime::from_timestamp_micros(taken_at_us).unwrap_or_default();
    let id = Uuid::new_v4().simple().to_string();
    format!("{}-{}", time.format("%Y%m%dT%H%M%S%3fZ"), &id[..8])
}

/// A line in the audit log that somebody takes a copy. A disk that is full must not keep anybody from saving what is on it.
fn write_down(home: &OldHome, state: &State, now_us: i64, progress: &Progress) {
    let write = || {
        let connection = home.settings.database.open_as_it_is()?;
        if db::schema_version(&connection)? != SCHEMA_VERSION {
            return Ok(());
        }
        in_signed_transaction(&connection, &home.folder, |connection| {
            let line = Line {
                actor: "command line",
                action: Action::Backup,
                subject: state.name.clone(),
                detail: json!({}),
            };
            append(connection, line, now_us)
        })
    };
    let written: Result<(), KeyError> = write();
    if let Err(error) = written {
        progress.say(&format!(
            "the audit log does not tell of this backup: {error}"
        ));
    }
}

fn copy_rows(
    snapshot: &db::Connection,
    state: &State,
    key: &KeyRing,
) -> Result<(Rows, Vec<BlobRow>), UpkeepError> {
    let mut writer = RowWriter::create(&state.path.join(ROW_FILE), key)?;
    let mut tally = Counted(Tally::default());
    db::copy_out(snapshot, &mut Tee(&mut writer, &mut tally))?;
    writer.finish()?;
    let rows = Rows {
        server_id: db::meta_uuid(snapshot, "server_id")?,
        incarnation: db::meta_uuid(snapshot, "incarnation")?,
        schema: db::schema_version(snapshot)?,
        tables: tally.0.finish(),
    };
    Ok((rows, all_blobs(snapshot)?))
}

/// A tally with the error of its neighbour.
struct Counted(Tally);

impl db::RowSink for Counted {
    type Error = UpkeepError;

    fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), UpkeepError> {
        Ok(self.0.table(name, columns)?)
    }

    fn row(&mut self, values: &[db::Value<'_>]) -> Result<(), UpkeepError> {
        Ok(self.0.row(values)?)
    }
}

impl Draft {
    /// Writes the list of objects and, last, the manifest.
    fn finish(self, entries: &[ObjectEntry], copied: u64) -> Result<BackupReport, UpkeepError> {
        write_entries(&self.state, entries, &self.key)?;
        let files = [ROW_FILE, KEPT_FILE, OBJECT_LIST];
        let files: Result<Vec<_>, _> = files
            .into_iter()
            .map(|name| file_entry(&self.state, name))
            .collect();
        let content = Content {
            server_id: self.rows.server_id,
            incarnation: self.rows.incarnation,
            engine: self.engine,
            schema: self.rows.schema,
            taken_at_us: self.taken_at_us,
            tables: self.rows.tables,
            files: files?,
            objects: entries.len() as u64,
            object_bytes: entries.iter().map(|entry| entry.len).sum(),
        };
        Manifest::write(&self.state, content, &self.key)?;
        let lost = entries.iter().filter(|entry| entry.file.is_none());
        Ok(BackupReport {
            state: self.state.name,
            objects: entries.len() as u64,
            copied,
            lost: lost.count() as u64,
        })
    }
}
