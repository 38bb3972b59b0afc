//! Bytes under the name of their hash.

use fovea_annotation::ContentHash;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, StoreError};

impl Store {
    /// The bytes of a blob, hashed again so that damage is noticed here and not on the server.
    pub fn blob(&self, hash: ContentHash) -> Result<Vec<u8>> {
        get(self.conn(), hash)
    }

    /// True when the blob is here.
    pub fn has_blob(&self, hash: ContentHash) -> Result<bool> {
        has(self.conn(), hash)
    }

    /// Stores bytes that were fetched under the name `hash`; bytes that do not hash to it are refused.
    pub fn store_fetched_blob(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<()> {
        if ContentHash::of(bytes) != hash {
            return Err(StoreError::refused(
                "fetched data",
                format!("it does not hash to {hash}"),
            ));
        }
        self.write(|tx| put_named(tx, hash, bytes))
    }
}

pub(crate) fn put(conn: &Connection, bytes: &[u8]) -> Result<ContentHash> {
    let hash = ContentHash::of(bytes);
    put_named(conn, hash, bytes)?;
    Ok(hash)
}

fn put_named(conn: &Connection, hash: ContentHash, bytes: &[u8]) -> Result<()> {
    let sql = "INSERT INTO blobs (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    conn.prepare_cached(sql)?
        .execute(params![hash.as_bytes(), bytes])?;
    Ok(())
}

pub(crate) fn get(conn: &Connection, hash: ContentHash) -> Result<Vec<u8>> {
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached("SELECT bytes FROM blobs WHERE sha256 = ?1")?
        .query_row([hash.as_bytes()], |row| row.get(0))
        .optional()?;
    match bytes {
        None => Err(StoreError::missing("stored data", hash)),
        Some(bytes) if ContentHash::of(&bytes) != hash => Err(StoreError::Damaged { hash }),
        Some(bytes) => Ok(bytes),
    }
}

pub(crate) fn has(conn: &Connection, hash: ContentHash) -> Result<bool> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM blobs WHERE sha256 = ?1")?
        .exists([hash.as_bytes()])?)
}
