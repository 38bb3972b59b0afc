//! `scrub`: reads every blob back and hashes it. Bit rot is found here before somebody needs the bytes.

use std::path::Path;

use fovea_annotation::ContentHash;

use crate::backend::{Backend, DataFolder};
use crate::clock::Clock;
use crate::db::{self, DbError};
use crate::objects::ObjectError;
use crate::server::StartError;

const PAGE: u32 = 500;

/// What a scrub found.
#[derive(Clone, Debug, Default)]
pub struct ScrubReport {
    /// Blobs read.
    pub blobs: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blobs that are damaged or gone. They are not served, and are taken again when a client offers them.
    pub damaged: Vec<ContentHash>,
}

/// Reads every blob of the data in `data`; a server may run meanwhile.
pub async fn scrub(data: &Path) -> Result<ScrubReport, StartError> {
    let folder = DataFolder::open(data)?;
    let opened = tokio::task::spawn_blocking(move || Backend::open(&folder, Clock::system()));
    let backend = opened
        .await
        .map_err(|_| StartError::Db(DbError::Closed))??;
    let mut report = ScrubReport::default();
    let mut after = ContentHash::from_bytes([0; 32]);
    loop {
        let page = backend
            .db
            .read(move |connection| db::list_blobs(connection, after, PAGE))
            .await?;
        let Some(last) = page.last() else {
            return Ok(report);
        };
        after = last.sha256;
        for row in page {
            report.blobs += 1;
            report.bytes += row.len;
            let is_whole = is_whole(&backend, row.sha256).await?;
            if !is_whole {
                report.damaged.push(row.sha256);
            }
            // Marked either way: an object may have been put back by hand.
            if is_whole == row.damaged {
                mark(&backend, row.sha256, is_whole).await?;
            }
        }
    }
}

async fn is_whole(backend: &Backend, sha256: ContentHash) -> Result<bool, StartError> {
    match backend.objects.get(sha256).await {
        Ok(_) => Ok(true),
        Err(ObjectError::Damaged | ObjectError::Missing) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn mark(backend: &Backend, sha256: ContentHash, is_whole: bool) -> Result<(), DbError> {
    let marked = backend.db.write(move |connection| match is_whole {
        true => db::mark_whole(connection, sha256),
        false => db::mark_damaged(connection, sha256),
    });
    marked.await
}
