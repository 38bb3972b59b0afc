//! Scoring the queue again from what models left, as when the score is defined anew.
//!
//! A score follows from a few figures that are kept beside each prediction. A prediction that has none yet, because a
//! client sent it, is measured from its mask and uncertainty map, once.
//!
//! Until all scores are there the queue keeps its old order; then it follows in a few steps. Otherwise it would mix scores
//! of two definitions, and everybody's page would change with each step.
//!
//! It goes through the cases in the order of their registration, some at a time: between two steps everybody else writes,
//! and readers never wait. While a step is written the next one is read and computed. How far it is stands in the
//! database, moved on in the transaction of the step. So a process that dies costs one step, two at the same work do no
//! harm, and a second recomputation changes nothing.

use fovea_annotation::{LabelSchema, TileFigures, UncertaintyMap, mask_from_payload};
use fovea_imaging::{Budget, decode_png_gray8};
use fovea_protocol::RecomputeRecord;
use serde_json::json;
use tokio::sync::watch;

use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::busy_work::off_thread;
use crate::db::{self, Connection, DbError, Recompute, Rescores, Unmeasured};
use crate::ops::Applied;
use crate::problem::Problem;

/// Tiles of one step, so that whoever else writes waits for a fraction of a second.
const STEP_TILES: u32 = 4_000;
/// A step ends with the case that brings so many tiles whose pictures must be read.
const STEP_PICTURES: usize = 64;
/// Cases of which the queue learns at a time.
const STEP_CASES: i64 = 10_000;

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
    let mut ahead = None;
    while !*stopped.borrow() {
        match step(&backend, ahead).await {
            Ok(Some(next)) => ahead = Some(next),
            Ok(None) => return,
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

/// A step that was computed before its time came.
struct Ahead {
    from: Recompute,
    /// `None` past the last case.
    rescores: Option<Rescores>,
}

/// Writes the next step while the one after it is computed, which is returned; `None` when there is nothing left to do.
async fn step(backend: &Backend, ahead: Option<Ahead>) -> Result<Option<Ahead>, Problem> {
    let Some(from) = backend.db.read(db::running_recompute).await? else {
        return Ok(None);
    };
    // Another process may have gone on meanwhile.
    let ahead = match ahead.filter(|ahead| ahead.from == from) {
        Some(ahead) => ahead,
        None => compute(backend, from).await?,
    };
    let Some(rescores) = ahead.rescores else {
        return end(backend, from).await;
    };
    let next = Recompute {
        after_case: rescores.to(),
        ..from
    };
    let write = move |connection: &Connection| db::write_rescores(connection, from, &rescores);
    let (written, next) = tokio::join!(backend.db.write(write), compute(backend, next));
    written?;
    next.map(Some)
}

/// Lets the queue follow once all scores are there, some cases at a time, and ends the recomputation.
async fn end(backend: &Backend, from: Recompute) -> Result<Option<Ahead>, Problem> {
    let follow = move |connection: &Connection| db::follow_scores(connection, from, STEP_CASES);
    if !backend.db.write(follow).await? {
        finish(backend, from).await?;
        return Ok(None);
    }
    // Looked at once more: where the next cases begin stands in the database.
    let past = Recompute {
        queued_case: from.last_case.min(from.queued_case + STEP_CASES),
        ..from
    };
    Ok(Some(Ahead {
        from: past,
        rescores: None,
    }))
}

/// What the step from `from` on has to write.
async fn compute(backend: &Backend, from: Recompute) -> Result<Ahead, Problem> {
    let read = move |connection: &Connection| {
        db::next_rescores(connection, from, STEP_TILES, STEP_PICTURES)
    };
    let Some((mut rescores, unmeasured)) = backend.db.read(read).await? else {
        return Ok(Ahead {
            from,
            rescores: None,
        });
    };
    for tile in unmeasured {
        let figures = measure(backend, &tile).await?;
        rescores.add_measured(&tile, figures.as_ref());
    }
    Ok(Ahead {
        from,
        rescores: Some(rescores),
    })
}

/// The figures of a tile; `None` when its pictures cannot be read.
async fn measure(backend: &Backend, tile: &Unmeasured) -> Result<Option<TileFigures>, Problem> {
    let mut blobs = Vec::with_capacity(2);
    for sha256 in [tile.mask, tile.uncertainty] {
        match backend.blob(sha256).await {
            Ok(bytes) => blobs.push(bytes),
            Err(problem) if problem.code == "blob_missing" => return Ok(None),
            Err(problem) => return Err(problem),
        }
    }
    let size = tile.size;
    let compute = move || {
        let mask = mask_from_payload(&blobs[0]).ok()?;
        let map = decode_png_gray8(&blobs[1], &Budget::default()).ok()?;
        let map = UncertaintyMap::new(map.size, map.pixels).ok()?;
        let fits = [mask.size(), map.size()] == [size; 2];
        fits.then(|| TileFigures::measure(&mask, &map, &LabelSchema::oct_layers()))
    };
    let computed = off_thread(compute).await;
    computed.map_err(|error| DbError::from(error).into())
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
