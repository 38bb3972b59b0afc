//! Moving everything to another home: from files to PostgreSQL and a bucket, or back.
//!
//! The incarnation stays: every version, operation and number of the feed comes along, so whatever the server has
//! acknowledged holds, and a client's cursor fits. The old home is marked as moved in the moment that the new one counts,
//! so that two servers never go on from the same state.

use std::collections::HashSet;
use std::path::Path;

use fovea_annotation::ContentHash;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::backup::Kept;
use super::error::blocking;
use super::new_home::NewHome;
use super::old_home::{OldHome, all_blobs, refuse_others};
use super::progress::{Counter, Progress};
use super::{MOVED_MARK, UpkeepError};
use crate::audit::{Action, Line, append};
use crate::clock::Clock;
use crate::db::{self, BlobRow, Connection, Loader, TableTally, Tally, Tee, TransactionKind};
use crate::objects::{ObjectError, Objects};

/// Objects that are copied at a time.
const AT_A_TIME: usize = 8;

/// What was moved.
#[derive(Clone, Debug)]
pub struct MoveReport {
    /// Rows of each table.
    pub tables: Vec<(String, u64)>,
    /// Objects that the new home has.
    pub objects: u64,
    /// Objects that the old home had lost.
    pub lost: u64,
}

/// Moves the data in `from` to the empty home in `to`. Run again after it was broken off, it goes on.
pub async fn move_store(
    from: &Path,
    to: &Path,
    progress: Progress,
) -> Result<MoveReport, UpkeepError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let opened = blocking(move || {
        let (old, new, blobs) = open(&from, &to)?;
        Ok((old.objects()?, old, new, blobs))
    });
    let (source, old, new, blobs) = opened.await?;
    if old.is_moved {
        return blocking(move || finish_moved(&old, new, &blobs)).await;
    }
    let server_id = {
        let database = old.settings.database.clone();
        blocking(move || Ok(db::meta_uuid(&database.open_reader()?, "server_id")?)).await?
    };
    new.claim(server_id).await?;
    let copied = copy_all(&source, &new.objects, blobs, &progress).await?;
    progress.say("copying the database");
    blocking(move || finish(&old, new, &copied)).await
}

fn open(from: &Path, to: &Path) -> Result<(OldHome, NewHome, Vec<BlobRow>), UpkeepError> {
    let old = OldHome::open_moved_too(from, true)?;
    let connection = old.settings.database.open_reader()?;
    let blobs = all_blobs(&connection)?;
    let server_id = db::meta_uuid(&connection, "server_id")?;
    let kept = Kept::of(&old.folder, old.ring.as_ref())?;
    // The key of the new home's objects is its own: what is at hand in the old one may be known to more people.
    let kept = Kept {
        object_keys: None,
        ..kept
    };
    let what = format!("data of {server_id}");
    if old.is_moved && !NewHome::is_begun(to, &what)? {
        return Err(UpkeepError::Moved);
    }
    let new = NewHome::open(to, what, &kept)?;
    Ok((old, new, blobs))
}

/// An earlier try came to its end but for its last breath: the old home says that it was moved, and the new one is whole.
fn finish_moved(old: &OldHome, new: NewHome, blobs: &[BlobRow]) -> Result<MoveReport, UpkeepError> {
    if !new.is_filled {
        return Err(UpkeepError::Moved);
    }
    let tables = rows_of(&old.settings.database.open_reader()?)?;
    new.finish()?;
    let lost = blobs.iter().filter(|blob| blob.damaged).count() as u64;
    Ok(MoveReport {
        tables,
        objects: blobs.len() as u64 - lost,
        lost,
    })
}

/// Number of rows of each table.
fn rows_of(connection: &Connection) -> Result<Vec<(String, u64)>, UpkeepError> {
    let mut tally = Tally::default();
    db::copy_out(connection, &mut tally)?;
    let tables = tally.finish().into_iter();
    Ok(tables.map(|t| (t.table, t.rows)).collect())
}

/// What was looked at, and what of it the old home has lost.
struct Copied {
    looked_at: HashSet<ContentHash>,
    lost: u64,
}

async fn copy_all(
    source: &Objects,
    target: &Objects,
    blobs: Vec<BlobRow>,
    progress: &Progress,
) -> Result<Copied, UpkeepError> {
    let looked_at = blobs.iter().map(|blob| blob.sha256).collect();
    let mut counter = Counter::new(progress, "objects", blobs.len() as u64);
    let copies = stream::iter(blobs).map(|blob| copy(source, target, blob));
    let mut copies = std::pin::pin!(copies.buffer_unordered(AT_A_TIME));
    let mut lost = 0;
    while let Some((len, is_there)) = copies.try_next().await? {
        counter.add(len);
        lost += u64::from(!is_there);
    }
    Ok(Copied { looked_at, lost })
}

async fn copy(
    source: &Objects,
    target: &Objects,
    blob: BlobRow,
) -> Result<(u64, bool), UpkeepError> {
    // A whole one is from an earlier try.
    if target.get(blob.sha256).await.is_ok() {
        return Ok((blob.len, true));
    }
    match source.get(blob.sha256).await {
        Ok(bytes) => {
            target.put(blob.sha256, bytes, false).await?;
            Ok((blob.len, true))
        }
        Err(ObjectError::Damaged | ObjectError::Missing) => Ok((blob.len, false)),
        Err(error) => Err(error.into()),
    }
}

/// Copies the rows while nobody can write to the old home, and marks it as moved.
fn finish(old: &OldHome, new: NewHome, copied: &Copied) -> Result<MoveReport, UpkeepError> {
    let source = old.settings.database.open_writer()?;
    db::allow_pauses(&source)?;
    source.begin(TransactionKind::Write)?;
    let moved = move_rows(&source, old, &new, copied);
    let moved = moved.and_then(|tables| {
        db::repin(&source, MOVED_MARK, "yes")?;
        source.commit()?;
        Ok(tables)
    });
    if moved.is_err() {
        source.rollback();
    }
    let tables = moved?;
    new.finish()?;
    Ok(MoveReport {
        tables,
        objects: copied.looked_at.len() as u64 - copied.lost,
        lost: copied.lost,
    })
}

fn move_rows(
    source: &Connection,
    old: &OldHome,
    new: &NewHome,
    copied: &Copied,
) -> Result<Vec<(String, u64)>, UpkeepError> {
    refuse_others(source)?;
    let blobs = all_blobs(source)?;
    if blobs
        .iter()
        .any(|blob| !copied.looked_at.contains(&blob.sha256))
    {
        return Err(UpkeepError::Changed);
    }
    let mut tables = Vec::new();
    let copy = |loader: &mut Loader<'_>| -> Result<Vec<TableTally>, UpkeepError> {
        let mut tally = Tally::default();
        db::copy_out(source, &mut Tee(loader, &mut tally))?;
        let tallies = tally.finish();
        tables = tallies.iter().map(|t| (t.table.clone(), t.rows)).collect();
        Ok(tallies)
    };
    if new.is_filled {
        return rows_of(source);
    }
    let heads = Kept::of(&old.folder, None)?.audit_heads;
    new.commit(db::schema_version(source)?, &heads, copy, |connection| {
        let line = Line {
            actor: "command line",
            action: Action::StoreMove,
            subject: old.settings.database.engine().to_owned(),
            detail: json!({}),
        };
        Ok(append(connection, line, Clock::system().now_us())?)
    })?;
    Ok(tables)
}
