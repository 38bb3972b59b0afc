//! The signature under what a transaction has written: put there before the commit, so that there is never a line without.

use std::path::PathBuf;

use fovea_annotation::ContentHash;
use fovea_audit::SignedHead;
use uuid::Uuid;

use super::heads::HeadsFiles;
use super::signing::AuditKey;
use crate::db::{Connection, DbError, OptionalExtension as _, hash_column, unsigned_column};

/// Signs the log of one server.
#[derive(Clone)]
pub(crate) struct Seal {
    pub(crate) key: AuditKey,
    pub(crate) server_id: Uuid,
}

impl Seal {
    /// Signs the last line, in the transaction that wrote it, and returns the head. Nothing happens where it is signed
    /// already.
    pub(crate) fn sign_head(&self, connection: &Connection) -> Result<Option<SignedHead>, DbError> {
        let Some((seq, hash)) = unsigned_head(connection)? else {
            return Ok(None);
        };
        let signed = self.key.sign(self.server_id, seq, hash);
        let sql = "INSERT INTO audit_heads (seq, hash, signature) VALUES (?1, ?2, ?3) ON CONFLICT (seq) DO NOTHING";
        connection.prepare_cached(sql)?.execute((
            seq as i64,
            hash.as_bytes(),
            &signed.signature,
        ))?;
        Ok(Some(signed))
    }

    /// True when there is no line without a signature.
    pub(super) fn is_signed(&self, connection: &Connection) -> Result<bool, DbError> {
        Ok(unsigned_head(connection)?.is_none())
    }
}

/// Number and hash of the last line, if it is under no signature.
fn unsigned_head(connection: &Connection) -> Result<Option<(u64, ContentHash)>, DbError> {
    let sql = "SELECT a.seq, a.hash, (SELECT h.seq FROM audit_heads h WHERE h.seq = a.seq)
               FROM audit a ORDER BY a.seq DESC LIMIT 1";
    let last = connection.prepare_cached(sql)?.query_row((), |row| {
        let signed: Option<u64> = row.get(2)?;
        Ok((unsigned_column(row, 0)?, hash_column(row, 1)?, signed))
    });
    let last = last.optional()?;
    Ok(last.and_then(|(seq, hash, signed)| signed.is_none().then_some((seq, hash))))
}

/// The last signed head.
pub(crate) fn signed_head(connection: &Connection) -> Result<Option<SignedHead>, DbError> {
    let page = signed_heads(
        connection,
        "SELECT seq, hash, signature FROM audit_heads WHERE seq > ?1 ORDER BY seq DESC LIMIT ?2",
        0,
        1,
    )?;
    Ok(page.into_iter().next())
}

/// Up to `limit` signed heads after line `after`, in order.
pub(super) fn signed_heads_after(
    connection: &Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<SignedHead>, DbError> {
    signed_heads(
        connection,
        "SELECT seq, hash, signature FROM audit_heads WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        after,
        limit,
    )
}

fn signed_heads(
    connection: &Connection,
    sql: &str,
    after: u64,
    limit: u32,
) -> Result<Vec<SignedHead>, DbError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    connection
        .prepare_cached(sql)?
        .query_map((after, limit), |row| {
            Ok(SignedHead {
                seq: unsigned_column(row, 0)?,
                hash: hash_column(row, 1)?,
                signature: row.get(2)?,
            })
        })
}

/// Writes the last head down outside the database, as a command does after its transaction.
pub(crate) fn write_down(connection: &Connection, paths: &[PathBuf]) -> Result<(), DbError> {
    let files = HeadsFiles::open(paths)?;
    match signed_head(connection)? {
        Some(head) => Ok(files.write(&head)?),
        None => Ok(()),
    }
}
