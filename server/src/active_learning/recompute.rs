//! Scoring the queue again from the masks and uncertainty maps that models left, as when the score is defined anew.
//!
//! It goes through the open tiles in the order of their ids, a few at a time: between two steps everybody else writes,
//! and readers never wait. How far it is stands in the database, moved on in the transaction of the step. So a process
//! that dies costs one step, two at the same work do no harm, and a second recomputation changes nothing.

use fovea_annotation::{LabelSchema, TileScore, UncertaintyMap, mask_from_payload, score_tile};
use fovea_imaging::{Budget, decode_png_gray8};
use fovea_protocol::RecomputeRecord;
use serde_json::json;
use tokio::sync::watch;

use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, OpenTile, Recompute, RecomputeCounts};
use crate::ops::Applied;
use crate::problem::Problem;

/// Tiles of one step.
const STEP_TILES: u32 = 64;

/// Begins a recomputation and returns it; while one is under way it is that one.
pub(crate) async fn start_recompute(
    backend: &Backend,
    by: Applied,
) -> Result<RecomputeRecord, Problem> {
    let total = backend.db.read(db::count_open_tiles).await?;
    let begin = move |connection: &Connection| {
        if db::running_recompute(connection)?.is_none() {
            db::insert_recompute(connection, total, by.account.user_id, by.now_us)?;
            let line = Line {
                actor: &by.account.name,
                action: Action::QueueRecompute,
                subject: "queue".into(),
                detail: json!({ "tiles": total }),
            };
            audit::append(connection, line, by.now_us)?;
        }
        db::last_recompute(connection)?.ok_or(DbError::NoRow)
    };
    let record = backend.db.write(begin).await?;
    backend.db.announce_changes();
    Ok(record)
}

/// Goes on with the recomputation under way until it is done or `stopped` says so.
pub(crate) async fn go_on(backend: Backend, stopped: watch::Receiver<bool>) {
    // One at a time in a process. Who comes while another one ends waits for it: it may have seen that there is nothing
    // left before the next recomputation began.
    let _turn = backend.recompute.lock().await;
    while !*stopped.borrow() {
        match step(&backend).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(problem) => {
                tracing::warn!(
                    code = problem.code,
                    "the queue could not be scored again; ask for it once more"
                );
                return;
            }
        }
    }
}

/// The next few tiles; false when there is nothing left to do.
async fn step(backend: &Backend) -> Result<bool, Problem> {
    let read = |connection: &Connection| {
        let Some(recompute) = db::running_recompute(connection)? else {
            return Ok(None);
        };
        let tiles = db::open_tiles_after(connection, recompute.after, STEP_TILES)?;
        Ok(Some((recompute, tiles)))
    };
    let Some((recompute, tiles)) = backend.db.read(read).await? else {
        return Ok(false);
    };
    if tiles.is_empty() {
        finish(backend, recompute).await?;
        return Ok(false);
    }
    let mut scored = Vec::with_capacity(tiles.len());
    for tile in tiles {
        scored.push((tile, score(backend, tile).await?));
    }
    let now_us = backend.clock.now_us();
    let write = move |connection: &Connection| write(connection, recompute, &scored, now_us);
    backend.db.write(write).await?;
    Ok(true)
}

/// The score of a tile; `None` when what it follows from cannot be read.
async fn score(backend: &Backend, tile: OpenTile) -> Result<Option<TileScore>, Problem> {
    let mut blobs = Vec::with_capacity(2);
    for sha256 in [tile.mask, tile.uncertainty] {
        match backend.blob(sha256).await {
            Ok(bytes) => blobs.push(bytes),
            Err(problem) if problem.code == "blob_missing" => return Ok(None),
            Err(problem) => return Err(problem),
        }
    }
    let compute = move || {
        let mask = mask_from_payload(&blobs[0]).ok()?;
        let map = decode_png_gray8(&blobs[1], &Budget::default()).ok()?;
        let map = UncertaintyMap::new(map.size, map.pixels).ok()?;
        let fits = [mask.size(), map.size()] == [tile.size; 2];
        fits.then(|| score_tile(&mask, &map, &LabelSchema::oct_layers()))
    };
    let computed = tokio::task::spawn_blocking(compute).await;
    computed.map_err(|_| DbError::Closed.into())
}

fn write(
    connection: &Connection,
    recompute: Recompute,
    scored: &[(OpenTile, Option<TileScore>)],
    now_us: i64,
) -> Result<(), DbError> {
    let mut counts = RecomputeCounts::default();
    for (tile, score) in scored {
        counts.done += 1;
        match score {
            Some(score) => {
                counts.changed += i64::from(db::rescore(connection, tile, score, now_us)?);
            }
            None => counts.unreadable += 1,
        }
    }
    match scored.last() {
        Some((last, _)) => db::move_recompute(connection, recompute, last.tile_id, counts),
        None => Ok(()),
    }
}

async fn finish(backend: &Backend, recompute: Recompute) -> Result<(), Problem> {
    let now_us = backend.clock.now_us();
    let finish = move |connection: &Connection| {
        if !db::finish_recompute(connection, recompute.recompute_no, now_us)? {
            return Ok(());
        }
        let Some(done) = db::last_recompute(connection)? else {
            return Ok(());
        };
        let line = Line {
            actor: &done.started_by,
            action: Action::QueueRecomputed,
            subject: "queue".into(),
            detail: json!({ "tiles": done.done, "changed": done.changed, "unreadable": done.unreadable }),
        };
        audit::append(connection, line, now_us)
    };
    backend.db.write(finish).await?;
    backend.db.announce_changes();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;
    use crate::auth::Role;
    use crate::backend::DataFolder;
    use crate::clock::Clock;
    use crate::db::NewUser;
    use fovea_protocol::RecomputeState;

    #[tokio::test]
    async fn who_comes_while_another_one_ends_waits_for_its_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::open(folder.path()).expect("opens");
        let backend = Backend::open(&data, Clock::system()).expect("opens");
        let user = NewUser {
            name: "emil".into(),
            role: Role::MlEngineer,
            password_phc: None,
            must_change_password: false,
        };
        let insert = move |connection: &Connection| {
            let user_id = db::insert_user(connection, &user, 0)?;
            db::account_by_id(connection, user_id)
        };
        let by = Applied {
            account: backend.db.write(insert).await.expect("writes"),
            now_us: 0,
        };
        let turn = backend.recompute.lock().await;
        start_recompute(&backend, by).await.expect("begins");
        let (_stop, stopped) = watch::channel(false);
        let mut next = pin!(go_on(backend.clone(), stopped));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        drop(turn);
        next.await;
        let last = backend.db.read(db::last_recompute).await.expect("reads");
        assert_eq!(last.expect("one").state, RecomputeState::Done);
    }
}
