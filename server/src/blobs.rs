//! Blobs on their way in and out: the bytes are in the object store or the database, their names in the index.

use bytes::Bytes;
use fovea_annotation::ContentHash;

use crate::backend::Backend;
use crate::db::{self, Connection, DbError};
use crate::objects::{ObjectError, Objects};
use crate::problem::Problem;

/// A blob whose bytes are those of its name. The server holds it once what [`Self::write_down`] writes is committed.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedBlob {
    pub(crate) sha256: ContentHash,
    len: u64,
    user_id: i64,
    now_us: i64,
    /// The index has it already, whole.
    is_known: bool,
    /// The account has sent it, which is not written down yet.
    is_senders: bool,
    /// Its sealed bytes, where it is small enough for the database; others are in the store by now.
    small: Option<Bytes>,
}

impl ReceivedBlob {
    /// Adds it to the index, in the caller's transaction.
    pub(crate) fn write_down(&self, connection: &Connection) -> Result<(), DbError> {
        if let Some(sealed) = &self.small {
            db::keep_small_object(connection, self.sha256, sealed)?;
        }
        if !self.is_known {
            db::insert_blob(connection, self.sha256, self.len, self.user_id, self.now_us)?;
        }
        match self.is_senders {
            true => db::hold_blob(connection, self.user_id, self.sha256),
            false => Ok(()),
        }
    }
}

impl Backend {
    /// The bytes of a blob that the index holds. Damage that is found is noted, so that the blob counts as missing
    /// and is taken again when a client offers it.
    pub(crate) async fn blob(&self, sha256: ContentHash) -> Result<Bytes, Problem> {
        if let Some(bytes) = self.objects.cached(sha256) {
            return Ok(bytes);
        }
        let read = move |connection: &Connection| {
            Ok((
                db::blob_row(connection, sha256)?,
                db::small_object(connection, sha256)?,
            ))
        };
        let (row, small) = self.db.look_up(read).await?;
        let row = row
            .filter(|row| !row.damaged)
            .ok_or_else(Problem::blob_missing)?;
        let small = small.map(Bytes::from);
        match self.objects.get_cached(sha256, row.len, small).await {
            Ok(bytes) => Ok(bytes),
            Err(ObjectError::Damaged | ObjectError::Missing) => {
                tracing::error!(blob = %sha256, "a stored blob is damaged or gone");
                self.db
                    .write(move |connection| db::mark_damaged(connection, sha256))
                    .await?;
                Err(Problem::blob_missing())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Stores a blob that an account has sent: from then on it may read it.
    pub(crate) async fn receive_blob(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        user_id: i64,
    ) -> Result<(), Problem> {
        self.keep(self.received(sha256, bytes, user_id).await?)
            .await
    }

    /// Stores a blob that a run of an account has made.
    pub(crate) async fn store_blob(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        user_id: i64,
    ) -> Result<(), Problem> {
        self.keep(self.made(sha256, bytes, user_id).await?).await
    }

    /// A blob that an account has sent, to be written down with what names it.
    pub(crate) async fn received(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        user_id: i64,
    ) -> Result<ReceivedBlob, Problem> {
        self.checked(sha256, bytes, user_id, true).await
    }

    /// A blob that the server has made for an account, to be written down with what names it.
    pub(crate) async fn made(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        user_id: i64,
    ) -> Result<ReceivedBlob, Problem> {
        self.checked(sha256, bytes, user_id, false).await
    }

    /// Checks the bytes, and stores them where they are not small; those that are there already are left alone.
    async fn checked(
        &self,
        sha256: ContentHash,
        bytes: Bytes,
        user_id: i64,
        is_sender: bool,
    ) -> Result<ReceivedBlob, Problem> {
        let len = bytes.len() as u64;
        let read = move |connection: &Connection| {
            Ok((
                db::blob_row(connection, sha256)?,
                db::holds_blob(connection, user_id, sha256)?,
            ))
        };
        let (known, is_held) = self.db.look_up(read).await?;
        let is_damaged = known.is_some_and(|row| row.damaged);
        let is_known = known.is_some() && !is_damaged;
        let small = match is_known {
            true => {
                Objects::check(sha256, bytes.clone()).await?;
                None
            }
            false => self.objects.seal_small(sha256, bytes.clone()).await?,
        };
        if !is_known && small.is_none() {
            self.objects.put(sha256, bytes, is_damaged).await?;
        }
        Ok(ReceivedBlob {
            sha256,
            len,
            user_id,
            now_us: self.clock.now_us(),
            is_known,
            is_senders: is_sender && !is_held,
            small,
        })
    }

    async fn keep(&self, blob: ReceivedBlob) -> Result<(), Problem> {
        if blob.is_known && !blob.is_senders {
            return Ok(());
        }
        let write = move |connection: &Connection| blob.write_down(connection);
        Ok(self.db.write(write).await?)
    }
}
