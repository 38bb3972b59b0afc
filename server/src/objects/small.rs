//! Small objects lie in the database: a mask is durable with the label that names it, by one sync instead of four.
//!
//! Only sealed ones do: what a bucket is trusted to encrypt is not left to a database that may not.

use bytes::Bytes;
use fovea_annotation::ContentHash;

use super::{KeyRing, ObjectError, Objects};
use crate::db::{self, Readers};

/// Longest object that is small, in bytes before it is sealed. Masks are, pictures are not.
const SMALL_BYTES_MAX: usize = 16 * 1024;

impl Objects {
    /// These objects, and the small ones that `readers` find in the database.
    pub(crate) fn with_small(mut self, readers: Readers) -> Self {
        self.small = Some(readers);
        self
    }

    /// What is to be kept in the database for `bytes`, which must be those of `sha256`; `None` where they are for the store.
    pub(crate) async fn seal_small(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
    ) -> Result<Option<Bytes>, ObjectError> {
        let is_for_database = self.small.is_some() && self.is_sealed();
        match is_for_database && bytes.len() <= SMALL_BYTES_MAX {
            true => self.seal(sha256, bytes).await.map(Some),
            false => Ok(None),
        }
    }

    /// The sealed bytes of an object that lies in the database.
    pub(super) async fn small(&self, sha256: ContentHash) -> Result<Option<Bytes>, ObjectError> {
        let Some(readers) = &self.small else {
            return Ok(None);
        };
        let found = readers.look_up(move |connection| db::small_object(connection, sha256));
        Ok(found.await?.map(Bytes::from))
    }
}

/// The sealed bytes of `sha256` sealed with the newest key of `ring`. `None` where they are already; an error where no key
/// opens them.
pub(crate) fn reseal_sealed(
    sha256: ContentHash,
    sealed: &[u8],
    ring: &KeyRing,
) -> Result<Option<Vec<u8>>, ObjectError> {
    let is_it = |bytes: &Vec<u8>| ContentHash::of(bytes) == sha256;
    if ring.newest().open(sealed).as_ref().is_some_and(is_it) {
        return Ok(None);
    }
    let bytes = ring.open(sealed).filter(is_it);
    ring.seal(&bytes.ok_or(ObjectError::Damaged)?).map(Some)
}
