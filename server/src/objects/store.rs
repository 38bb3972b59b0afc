//! Reading and writing objects.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use fovea_annotation::ContentHash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use tokio::sync::Semaphore;

use super::cache::Cache;
use super::settings::ObjectPlace;
use super::{KeyRing, ObjectError, reseal_sealed, s3};
use crate::busy_work;
use crate::db::Readers;

/// Objects that are read or written at a time: each is held whole in memory, sealed and not.
const HELD_MAX: usize = 32;
/// Tries to write one object. A try whose answer was lost may have written it, which the next one finds out.
const PUT_TRIES: u32 = 3;

/// The objects; clones share them.
#[derive(Clone)]
pub(crate) struct Objects {
    pub(super) store: Arc<dyn ObjectStore>,
    /// Seals and opens; without it objects lie in the store as they are.
    ring: Option<KeyRing>,
    prefix: Key,
    /// Where the store is a folder.
    folder: Option<PathBuf>,
    cache: Cache,
    held: Arc<Semaphore>,
    /// Where the small ones are.
    pub(super) small: Option<Readers>,
}

impl Objects {
    /// The objects at `place`, sealed with `ring`, with up to `cache_bytes` of them in memory. A folder is made when it
    /// is missing.
    pub(crate) fn open(
        place: &ObjectPlace,
        ring: Option<KeyRing>,
        cache_bytes: u64,
    ) -> Result<Self, ObjectError> {
        let (store, prefix, folder): (Arc<dyn ObjectStore>, _, _) = match place {
            ObjectPlace::Folder { folder, .. } => {
                std::fs::create_dir_all(folder).map_err(ObjectError::Key)?;
                // Each write is synced before it counts.
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                (Arc::new(store), "", Some(folder.clone()))
            }
            ObjectPlace::S3 { bucket, .. } => {
                let prefix = bucket.prefix.as_deref().unwrap_or_default();
                (Arc::new(s3::open(bucket)?), prefix, None)
            }
        };
        Ok(Self {
            store,
            ring,
            prefix: Key::from(prefix),
            folder,
            cache: Cache::with_budget(cache_bytes),
            held: Arc::new(Semaphore::new(HELD_MAX)),
            small: None,
        })
    }

    /// Whether they are sealed before the store has them.
    pub(super) fn is_sealed(&self) -> bool {
        self.ring.is_some()
    }

    /// Where the objects are, when that is a folder.
    pub(crate) fn folder(&self) -> Option<&PathBuf> {
        self.folder.as_ref()
    }

    /// What the store is: `folder` or `s3`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.folder {
            Some(_) => "folder",
            None => "s3",
        }
    }

    /// Stores `bytes` under `sha256` after checking that they belong together, and returns once the store has them for
    /// good. An object that is there already is left alone if it is whole, unless `replace` says that it is not.
    pub(crate) async fn put(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        replace: bool,
    ) -> Result<(), ObjectError> {
        let _turn = self.turn().await?;
        let sealed = self.seal(sha256, bytes).await?;
        self.put_sealed(sha256, PutPayload::from(sealed), replace)
            .await
    }

    /// As [`Self::put`], of bytes that are sealed already.
    pub(crate) async fn put_sealed(
        &self,
        sha256: ContentHash,
        sealed: PutPayload,
        replace: bool,
    ) -> Result<(), ObjectError> {
        let mut mode = match replace {
            true => PutMode::Overwrite,
            false => PutMode::Create,
        };
        let (key, mut last) = (self.key(sha256), ObjectError::NotKept);
        for _ in 0..PUT_TRIES {
            let put = self
                .store
                .put_opts(&key, sealed.clone(), mode.clone().into());
            match put.await {
                // A folder has synced what it says it wrote; what came over a network is asked back.
                Ok(_) if self.folder.is_some() => return Ok(()),
                Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => {}
                Err(error) => match error.into() {
                    ObjectError::Full => return Err(ObjectError::Full),
                    error => {
                        last = error;
                        continue;
                    }
                },
            }
            match self.fetch(sha256).await {
                Ok(_) => return Ok(()),
                // What is there was cut off or has rotted.
                Err(ObjectError::Damaged | ObjectError::Missing) => mode = PutMode::Overwrite,
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Sees that `bytes` are what their name says.
    pub(crate) async fn check(sha256: ContentHash, bytes: Bytes) -> Result<(), ObjectError> {
        let len = bytes.len();
        let check = move || match ContentHash::of(&bytes) == sha256 {
            true => Ok(()),
            false => Err(ObjectError::WrongHash),
        };
        busy_work::by_size(len, check).await?
    }

    /// The bytes of `sha256` if they are in memory. They were hashed when they were read.
    pub(crate) fn cached(&self, sha256: ContentHash) -> Option<Bytes> {
        self.cache.get(sha256)
    }

    /// The `len` bytes of `sha256`, from memory or checked against their name and then kept in memory. `small` is what the
    /// database has of them, sealed.
    pub(crate) async fn get_cached(
        &self,
        sha256: ContentHash,
        len: u64,
        small: Option<Bytes>,
    ) -> Result<Bytes, ObjectError> {
        let load = async {
            let _turn = self.turn().await?;
            Ok(self.opened(sha256, small).await?.1)
        };
        self.cache.get_or_load(sha256, len, load).await
    }

    /// The bytes of `sha256` as the store has them now, checked against their name.
    pub(crate) async fn get(&self, sha256: ContentHash) -> Result<Bytes, ObjectError> {
        let _turn = self.turn().await?;
        Ok(self.fetch(sha256).await?.1)
    }

    /// Seals an object of the store anew where another key than the newest sealed it; true where that was so.
    pub(crate) async fn reseal(&self, sha256: ContentHash) -> Result<bool, ObjectError> {
        let Some(ring) = self.ring.clone() else {
            return Ok(false);
        };
        if self.small(sha256).await?.is_some() {
            return Ok(false);
        }
        let turn = self.turn().await?;
        let sealed = self.store.get(&self.key(sha256)).await?.bytes().await?;
        let seal = move || reseal_sealed(sha256, &sealed, &ring);
        let Some(sealed) = busy_work::off_thread(seal).await?? else {
            return Ok(false);
        };
        let put = self
            .put_sealed(sha256, PutPayload::from(sealed), true)
            .await;
        drop(turn);
        put.map(|()| true)
    }

    async fn fetch(&self, sha256: ContentHash) -> Result<(Bytes, Bytes), ObjectError> {
        let small = self.small(sha256).await?;
        self.opened(sha256, small).await
    }

    /// What is sealed, and what it is: of `small` where it lies in the database, else from the store.
    async fn opened(
        &self,
        sha256: ContentHash,
        small: Option<Bytes>,
    ) -> Result<(Bytes, Bytes), ObjectError> {
        let sealed = match small {
            Some(sealed) => sealed,
            None => self.store.get(&self.key(sha256)).await?.bytes().await?,
        };
        let (ring, sealed_len) = (self.ring.clone(), sealed.len());
        let open = move || {
            let bytes = match ring {
                Some(ring) => Bytes::from(ring.open(&sealed).ok_or(ObjectError::Damaged)?),
                None => sealed.clone(),
            };
            match ContentHash::of(&bytes) == sha256 {
                true => Ok((sealed, bytes)),
                false => Err(ObjectError::Damaged),
            }
        };
        busy_work::by_size(sealed_len, open).await?
    }

    pub(super) async fn seal(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
    ) -> Result<Bytes, ObjectError> {
        let (ring, len) = (self.ring.clone(), bytes.len());
        let seal = move || match (ContentHash::of(&bytes) == sha256, ring) {
            (false, _) => Err(ObjectError::WrongHash),
            (true, Some(ring)) => ring.seal(&bytes).map(Bytes::from),
            (true, None) => Ok(bytes),
        };
        busy_work::by_size(len, seal).await?
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, ObjectError> {
        self.held.acquire().await.map_err(|_| ObjectError::Closed)
    }

    pub(super) fn key(&self, sha256: ContentHash) -> Key {
        let name = sha256.to_hex();
        let folder = self.prefix.clone().join(&name[..2]);
        match self.ring {
            Some(_) => folder.join(format!("{name}.age")),
            None => folder.join(name),
        }
    }

    pub(super) fn marker(&self) -> Key {
        self.prefix.clone().join("fovea-server-id")
    }
}
