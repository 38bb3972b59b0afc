//! Reading and writing objects.

use std::path::Path;
use std::sync::Arc;

use age::x25519::Identity;
use bytes::Bytes;
use fovea_annotation::ContentHash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};

/// Why an object could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The bytes are not what their name says; nothing was stored.
    #[error("the bytes have another SHA-256 than their name; send them again")]
    WrongHash,
    /// The stored bytes are not what they were.
    #[error(
        "a stored object is damaged and is not served; it is taken again when a client offers it"
    )]
    Damaged,
    /// There is no such object.
    #[error("the object is not in the store; send it again")]
    Missing,
    /// The key file cannot be read or made.
    #[error(
        "the key file of the object store cannot be used: {0}; check the permissions of the data folder"
    )]
    Key(std::io::Error),
    /// The key file holds no key.
    #[error("the key file of the object store holds no age identity; restore it from its copy")]
    KeyFormat,
    /// Encryption failed.
    #[error("the object could not be encrypted; try again")]
    Encrypt,
    /// The store itself failed.
    #[error("the object store failed: {0}; check disk and permissions")]
    Store(#[from] object_store::Error),
    /// The server is going down.
    #[error("the server is shutting down; send the request again in a moment")]
    Closed,
}

/// The objects; clones share them.
#[derive(Clone)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    identity: Arc<Identity>,
}

impl Objects {
    /// Objects in a local folder, which is made when it is missing. Each write is synced before it counts.
    pub(crate) fn local(folder: &Path, identity: Identity) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(folder).map_err(ObjectError::Key)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            identity: Arc::new(identity),
        })
    }

    /// Stores `bytes` under `sha256` after checking that they belong together. An object that is there already is
    /// left alone, unless `replace` says that it is known to be damaged.
    pub(crate) async fn put(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        replace: bool,
    ) -> Result<(), ObjectError> {
        let recipient = self.identity.to_public();
        let seal = move || match ContentHash::of(&bytes) == sha256 {
            true => age::encrypt(&recipient, &bytes).map_err(|_| ObjectError::Encrypt),
            false => Err(ObjectError::WrongHash),
        };
        let sealed = tokio::task::spawn_blocking(seal)
            .await
            .map_err(|_| ObjectError::Closed)??;
        let mode = if replace {
            PutMode::Overwrite
        } else {
            PutMode::Create
        };
        match self
            .store
            .put_opts(&key(sha256), PutPayload::from(sealed), mode.into())
            .await
        {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of `sha256`, checked against their name.
    pub(crate) async fn get(&self, sha256: ContentHash) -> Result<Bytes, ObjectError> {
        let sealed = match self.store.get(&key(sha256)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Err(ObjectError::Missing),
            Err(error) => return Err(error.into()),
        };
        let identity = Arc::clone(&self.identity);
        let open = move || {
            let bytes = age::decrypt(&*identity, &sealed).map_err(|_| ObjectError::Damaged)?;
            match ContentHash::of(&bytes) == sha256 {
                true => Ok(Bytes::from(bytes)),
                false => Err(ObjectError::Damaged),
            }
        };
        tokio::task::spawn_blocking(open)
            .await
            .map_err(|_| ObjectError::Closed)?
    }
}

fn key(sha256: ContentHash) -> Key {
    let name = sha256.to_hex();
    Key::from_iter([name[..2].to_owned(), format!("{name}.age")])
}
