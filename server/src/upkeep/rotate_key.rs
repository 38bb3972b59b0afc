//! Changing the key that seals the objects.
//!
//! The key file first holds both keys, the new one in front; then the database is told which one counts; then, if wished,
//! every object is sealed anew; and only when none needs it any more is the old key given up. Whatever is killed in
//! between, each object opens with a key of the file, and running the command again goes on.

use std::path::Path;

use fovea_annotation::ContentHash;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::UpkeepError;
use super::error::{at, blocking};
use super::old_home::{OldHome, all_blobs};
use super::progress::{Counter, Progress};
use crate::audit::{Action, Line, append};
use crate::clock::Clock;
use crate::db::{self, BlobRow, Connection, DbError, TransactionKind};
use crate::objects::{KeyRing, ObjectError, Objects, reseal_sealed};
use crate::secret_file;
use crate::server::StartError;
use crate::shared_keys::{OBJECT_KEY_MARK, in_signed_transaction};

/// Objects that are sealed anew at a time.
const AT_A_TIME: usize = 8;
/// Small ones in one transaction.
const SMALL_AT_A_TIME: u32 = 500;

/// What was done.
#[derive(Clone, Debug)]
pub struct RotationReport {
    /// Public name of the key that seals from now on.
    pub recipient: String,
    /// Objects that were sealed anew.
    pub resealed: u64,
    /// Objects that no key opens: they were damaged before.
    pub damaged: Vec<ContentHash>,
    /// Uploads under way that still need the old key; it is kept for them.
    pub uploads: u64,
    /// Keys that open objects from now on.
    pub keys: usize,
}

/// Makes a new key for the objects of the data in `data`; with `reseal` every object is sealed with it and the old key is
/// given up. Where an earlier change has left old keys, `reseal` finishes that one and makes no further key.
pub async fn rotate_object_key(
    data: &Path,
    reseal: bool,
    progress: Progress,
) -> Result<RotationReport, UpkeepError> {
    let data = data.to_owned();
    let changed = blocking(move || {
        let mut home = OldHome::open(&data, true)?;
        home.ring = Some(change(&home, reseal)?);
        let blobs = all_blobs(&home.settings.database.open_reader()?)?;
        Ok((home.objects()?, home, blobs))
    });
    let (objects, home, blobs) = changed.await?;
    let ring = home.ring.clone().ok_or(UpkeepError::NoKey)?;
    let mut report = RotationReport {
        recipient: ring.recipient(),
        resealed: 0,
        damaged: Vec::new(),
        uploads: 0,
        keys: ring.len(),
    };
    if reseal {
        report = blocking({
            let ring = ring.clone();
            let database = home.settings.database.clone();
            move || reseal_small(&database.open_writer()?, &ring, report)
        })
        .await?;
        reseal_all(&objects, blobs, &mut report, &progress).await?;
        let retired = blocking(move || retire(&home, &ring)).await?;
        (report.uploads, report.keys) = retired;
    }
    Ok(report)
}

/// Puts a new key in front of the others, in the file and then in the database.
fn change(home: &OldHome, reseal: bool) -> Result<KeyRing, UpkeepError> {
    let path = home.settings.objects.place.key_file();
    let path = path.ok_or(UpkeepError::NoKey)?;
    let ring = home.ring.clone().ok_or(UpkeepError::NoKey)?;
    let connection = home.settings.database.open_writer()?;
    let counts = db::pinned(&connection, OBJECT_KEY_MARK)?;
    let is_settled = counts.as_deref() == Some(&ring.recipient());
    if is_settled && reseal && ring.len() > 1 {
        return Ok(ring);
    }
    let ring = match is_settled {
        true => ring.with_new(),
        // The file was written by a change that went no further.
        false => ring,
    };
    secret_file::replace(path, ring.to_text().as_bytes()).map_err(at(path))?;
    in_signed_transaction(&connection, &home.folder, |connection| {
        db::repin(connection, OBJECT_KEY_MARK, &ring.recipient())?;
        write_down(connection, Action::KeyRotate, &ring)
    })
    .map_err(StartError::from)?;
    Ok(ring)
}

/// Seals the objects that lie in the database anew, a page in a transaction.
fn reseal_small(
    connection: &Connection,
    ring: &KeyRing,
    mut report: RotationReport,
) -> Result<RotationReport, UpkeepError> {
    let mut after = 0;
    loop {
        let page = db::small_objects_after(connection, after, SMALL_AT_A_TIME)?;
        let Some(last) = page.last() else {
            return Ok(report);
        };
        after = last.object_no;
        let mut resealed = Vec::new();
        for object in &page {
            match reseal_sealed(object.sha256, &object.sealed, ring) {
                Ok(Some(sealed)) => resealed.push((object.sha256, sealed)),
                Ok(None) => {}
                Err(ObjectError::Damaged) => report.damaged.push(object.sha256),
                Err(error) => return Err(error.into()),
            }
        }
        connection.in_transaction(TransactionKind::Write, |connection| {
            let mut objects = resealed.iter();
            objects
                .try_for_each(|(sha256, sealed)| db::keep_small_object(connection, *sha256, sealed))
        })?;
        report.resealed += resealed.len() as u64;
    }
}

async fn reseal_all(
    objects: &Objects,
    blobs: Vec<BlobRow>,
    report: &mut RotationReport,
    progress: &Progress,
) -> Result<(), UpkeepError> {
    let mut counter = Counter::new(progress, "objects sealed", blobs.len() as u64);
    let seals = stream::iter(blobs).map(|blob| async move {
        match objects.reseal(blob.sha256).await {
            Ok(is_new) => Ok((blob, Some(is_new))),
            Err(ObjectError::Damaged | ObjectError::Missing) => Ok((blob, None)),
            Err(error) => Err(UpkeepError::from(error)),
        }
    });
    let mut seals = std::pin::pin!(seals.buffer_unordered(AT_A_TIME));
    while let Some((blob, resealed)) = seals.try_next().await? {
        counter.add(blob.len);
        match resealed {
            Some(is_new) => report.resealed += u64::from(is_new),
            None => report.damaged.push(blob.sha256),
        }
    }
    Ok(())
}

/// Gives the old keys up, unless an upload under way needs them. Returns those uploads and the keys that are left.
fn retire(home: &OldHome, ring: &KeyRing) -> Result<(u64, usize), UpkeepError> {
    let path = home.settings.objects.place.key_file();
    let path = path.ok_or(UpkeepError::NoKey)?;
    let connection = home.settings.database.open_writer()?;
    let now_us = Clock::system().now_us();
    let uploads = db::uploads_under_way(&connection, now_us)?;
    if uploads > 0 {
        return Ok((uploads, ring.len()));
    }
    let newest = ring.newest();
    // Said before it is done: a crash in between leaves a key too many, never one too few.
    in_signed_transaction(&connection, &home.folder, |connection| {
        write_down(connection, Action::KeyRetire, &newest)
    })
    .map_err(StartError::from)?;
    secret_file::replace(path, newest.to_text().as_bytes()).map_err(at(path))?;
    Ok((0, newest.len()))
}

fn write_down(connection: &Connection, action: Action, ring: &KeyRing) -> Result<(), DbError> {
    let line = Line {
        actor: "command line",
        action,
        subject: ring.recipient(),
        detail: json!({ "keys": ring.len() }),
    };
    append(connection, line, Clock::system().now_us())
}
