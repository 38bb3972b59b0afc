//! Bringing a backup back into an empty home.
//!
//! Work that was done after the backup is not in it. So the restored database gets a new **incarnation**: clients that see
//! another one than before forget what the server had acknowledged and offer everything that they hold again.

use std::path::Path;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use uuid::Uuid;

use super::UpkeepError;
use super::backup::{BackupToCheck, CheckedState, ObjectEntry, checked, load_rows};
use super::error::{at, blocking};
use super::new_home::NewHome;
use super::progress::{Counter, Progress};
use crate::audit::{Action, Line, append};
use crate::clock::Clock;
use crate::db::{self, Connection, DbError, Loader, TableTally, Tee};

/// Objects that are written at a time.
const AT_A_TIME: usize = 8;

/// What was restored.
#[derive(Clone, Debug)]
pub struct RestoreReport {
    /// Name of the state of the backup.
    pub state: String,
    /// Objects that came back.
    pub objects: u64,
    /// Objects that the home had lost before the backup; they are taken again from a client that has them.
    pub lost: u64,
}

/// Brings a backup back into the empty home in `data`. Everything is checked before anything is written.
pub async fn restore(
    wanted: BackupToCheck,
    data: &Path,
    progress: Progress,
) -> Result<RestoreReport, UpkeepError> {
    let (data, say) = (data.to_owned(), progress.clone());
    let opened = blocking(move || {
        let state = checked(&wanted, &say)?;
        let what = format!("backup {}", state.name());
        let home = NewHome::open(&data, what, &state.kept)?;
        Ok((state, home))
    });
    let (state, home) = opened.await?;
    let report = RestoreReport {
        state: state.name().to_owned(),
        objects: state.objects.iter().filter(|e| e.file.is_some()).count() as u64,
        lost: state.objects.iter().filter(|e| e.file.is_none()).count() as u64,
    };
    if !home.is_filled {
        home.claim(state.manifest.server_id).await?;
        put_all(&state, &home, &progress).await?;
        progress.say("writing the database");
    }
    blocking(move || {
        if !home.is_filled {
            commit(&state, &home)?;
        }
        home.finish()
    })
    .await?;
    Ok(report)
}

async fn put_all(
    state: &CheckedState,
    home: &NewHome,
    progress: &Progress,
) -> Result<(), UpkeepError> {
    let there: Vec<ObjectEntry> = state
        .objects
        .iter()
        .copied()
        .filter(|e| e.file.is_some())
        .collect();
    let mut counter = Counter::new(progress, "objects restored", there.len() as u64);
    let puts = stream::iter(there).map(|entry| put(state, home, entry));
    let mut puts = std::pin::pin!(puts.buffer_unordered(AT_A_TIME));
    while let Some(bytes) = puts.try_next().await? {
        counter.add(bytes);
    }
    Ok(())
}

async fn put(state: &CheckedState, home: &NewHome, entry: ObjectEntry) -> Result<u64, UpkeepError> {
    let (path, key) = (state.folder.object(entry.sha256), state.key.clone());
    let open = blocking(move || {
        let sealed = std::fs::read(&path).map_err(at(&path))?;
        let damaged = || UpkeepError::Damaged(format!("the object {}", entry.sha256));
        key.open(&sealed).ok_or_else(damaged)
    });
    let bytes = open.await?.into();
    home.objects.put(entry.sha256, bytes, false).await?;
    Ok(entry.len)
}

fn commit(state: &CheckedState, home: &NewHome) -> Result<(), UpkeepError> {
    let load = |loader: &mut Loader<'_>| -> Result<Vec<TableTally>, UpkeepError> {
        let mut tally = db::Tally::default();
        load_rows(&state.state.path, &state.key, &mut Tee(loader, &mut tally))?;
        match tally.finish() {
            found if found == state.manifest.tables => Ok(found),
            _ => Err(UpkeepError::Damaged("metadata.jsonl.age".to_owned())),
        }
    };
    let schema = state.manifest.schema;
    home.commit(schema, &state.kept.audit_heads, load, |connection| {
        Ok(begin_new_life(connection, state)?)
    })
}

/// Gives the database its new incarnation and notes which objects it has.
fn begin_new_life(connection: &Connection, state: &CheckedState) -> Result<(), DbError> {
    for entry in &state.objects {
        match entry.file {
            Some(_) => db::mark_whole(connection, entry.sha256)?,
            None => db::mark_damaged(connection, entry.sha256)?,
        }
    }
    let incarnation = Uuid::new_v4();
    db::repin(connection, "incarnation", &incarnation.to_string())?;
    let line = Line {
        actor: "command line",
        action: Action::Restore,
        subject: state.name().to_owned(),
        detail: json!({
            "taken_at_us": state.manifest.taken_at_us,
            "incarnation": incarnation,
            "incarnation_before": state.manifest.incarnation,
        }),
    };
    append(connection, line, Clock::system().now_us())
}
