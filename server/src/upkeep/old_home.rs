//! Data that are there, for whoever reads them whole.

use std::path::Path;

use fovea_annotation::ContentHash;

use super::error::at;
use super::{MOVED_MARK, UpkeepError};
use crate::backend::DataFolder;
use crate::db::{self, BlobRow, Connection, Readers};
use crate::folder_lock::FolderLock;
use crate::objects::{KeyRing, Objects};
use crate::settings::Settings;
use crate::shared_keys::OBJECT_KEY_MARK;

/// Blobs that are listed at a time.
const PAGE: u32 = 5_000;

/// A home with data.
pub(super) struct OldHome {
    pub(super) folder: DataFolder,
    pub(super) settings: Settings,
    /// Seals the objects, where they are sealed.
    pub(super) ring: Option<KeyRing>,
    /// True where another home has counted since these data were moved there.
    pub(super) is_moved: bool,
    _lock: Option<FolderLock>,
}

impl OldHome {
    /// The data in `data`, alone or beside a server.
    pub(super) fn open(data: &Path, is_alone: bool) -> Result<Self, UpkeepError> {
        match Self::open_moved_too(data, is_alone)? {
            old if is_alone && old.is_moved => Err(UpkeepError::Moved),
            old => Ok(old),
        }
    }

    /// As [`Self::open`], also where they were moved.
    pub(super) fn open_moved_too(data: &Path, is_alone: bool) -> Result<Self, UpkeepError> {
        let no_data = || UpkeepError::NoData(data.display().to_string());
        if !data.is_dir() {
            return Err(no_data());
        }
        let folder = DataFolder::open(data).map_err(at(data))?;
        let settings = folder.settings()?;
        if !settings.database.exists() {
            return Err(no_data());
        }
        let lock = folder.lock(is_alone)?;
        let connection = settings.database.open_reader()?;
        if db::schema_version(&connection)? == 0 {
            return Err(no_data());
        }
        if is_alone {
            refuse_at_work(&connection)?;
        }
        let is_moved = db::pinned(&connection, MOVED_MARK)?.is_some();
        let ring = match settings.objects.place.key_file() {
            None => None,
            Some(path) => {
                let ring = KeyRing::read(path)?.ok_or(crate::objects::ObjectError::KeyFormat)?;
                let pinned = db::pinned(&connection, OBJECT_KEY_MARK)?;
                if !pinned.is_some_and(|pinned| ring.has(&pinned)) {
                    return Err(crate::objects::ObjectError::KeyFormat.into());
                }
                Some(ring)
            }
        };
        Ok(Self {
            folder,
            settings,
            ring,
            is_moved,
            _lock: lock,
        })
    }

    /// Its objects, none of them in memory. It connects to the database, so it is not for a thread that drives futures.
    pub(super) fn objects(&self) -> Result<Objects, UpkeepError> {
        let objects = Objects::open(&self.settings.objects.place, self.ring.clone(), 0)?;
        Ok(objects.with_small(Readers::open(self.settings.database.clone())?))
    }
}

/// Refuses data that another process has open, or that are elsewhere by now.
pub(super) fn refuse_others(connection: &Connection) -> Result<(), UpkeepError> {
    if db::pinned(connection, MOVED_MARK)?.is_some() {
        return Err(UpkeepError::Moved);
    }
    refuse_at_work(connection)
}

fn refuse_at_work(connection: &Connection) -> Result<(), UpkeepError> {
    match db::others_at_work(connection)? {
        0 => Ok(()),
        _ => Err(UpkeepError::InUse),
    }
}

/// All blobs of the index.
pub(super) fn all_blobs(connection: &Connection) -> Result<Vec<BlobRow>, UpkeepError> {
    let (mut blobs, mut after) = (Vec::new(), ContentHash::from_bytes([0; 32]));
    loop {
        let page = db::list_blobs(connection, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(blobs);
        };
        after = last.sha256;
        blobs.extend(page);
    }
}
