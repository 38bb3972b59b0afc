//! Taking a wish for a run: the same wish is the same run, however often and from however many it comes.

use axum::http::StatusCode;
use fovea_annotation::{CaseId, ContentHash};
use fovea_protocol::{RunCreate, RunManifest};
use serde_json::json;
use uuid::Uuid;

use super::manifest::manifest;
use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, LogLine, NewRun, RunKey};
use crate::ops::Applied;
use crate::orchestrator::{LeaseClock, SILENT_AFTER_US, tick_age_us};
use crate::problem::Problem;

/// A run that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Submission {
    pub(crate) run_id: Uuid,
    /// False when the server had the run already.
    pub(crate) is_new: bool,
}

/// A wish, ready to be looked up or written down.
#[derive(Clone)]
struct Wish {
    by: Applied,
    case_id: CaseId,
    manifest: RunManifest,
    /// Hash of the key that the client gave, and of what it asked for with it.
    key: Option<(ContentHash, ContentHash)>,
}

/// What there is already for a wish.
enum Found {
    Nothing,
    /// The key was given before, for something else.
    KeyReused,
    /// The run; its key is known as well, if there is one.
    Run(Uuid),
    /// The run, of which the key is not known yet.
    RunWithoutKey(Uuid, i64),
}

/// Makes the run, or finds the one with the same manifest. `key` is the client's name for its wish.
pub(crate) async fn submit(
    backend: &Backend,
    by: Applied,
    key: Option<&str>,
    ask: RunCreate,
) -> Result<Submission, Problem> {
    let key = key.map(|key| (ContentHash::of(key.as_bytes()), request_hash(&ask)));
    let case_id = ask.case_id;
    let account = by.account.clone();
    let read = move |connection: &Connection| {
        let may_see = db::may_see_case(connection, &account, case_id)?;
        Ok((
            db::case_by_id(connection, case_id)?.filter(|_| may_see),
            db::tiles_of_case(connection, case_id)?,
        ))
    };
    let (case, tiles) = backend.db.read(read).await?;
    let case = case.ok_or_else(case_unknown)?;
    let wish = Wish {
        by,
        case_id,
        manifest: manifest(&case, &tiles, ask.pipeline_config)?,
        key,
    };
    let (looked_up, clock) = (wish.clone(), LeaseClock::new(backend.clock.clone()));
    let read = move |connection: &Connection| {
        let now_us = clock.now_us(connection)?;
        Ok((
            find(connection, &looked_up)?,
            tick_age_us(connection, now_us)?,
        ))
    };
    match backend.db.read(read).await? {
        (Found::Run(run_id), _) => Ok(Submission {
            run_id,
            is_new: false,
        }),
        (Found::KeyReused, _) => Err(key_reused()),
        (Found::Nothing, None) => Err(orchestrator_silent()),
        (Found::Nothing | Found::RunWithoutKey(..), _) => write(backend, wish).await,
    }
}

async fn write(backend: &Backend, wish: Wish) -> Result<Submission, Problem> {
    let (clock, timing) = (LeaseClock::new(backend.clock.clone()), backend.timing);
    let work = move |connection: &Connection| {
        // Asked again inside the transaction: the same wish may have come in at the same time.
        let (run_id, run_no, is_new) = match find(connection, &wish)? {
            Found::KeyReused => return Ok(None),
            Found::Run(run_id) => {
                return Ok(Some(Submission {
                    run_id,
                    is_new: false,
                }));
            }
            Found::RunWithoutKey(run_id, run_no) => (run_id, run_no, false),
            Found::Nothing => {
                let now_us = clock.now_us(connection)?;
                let run = NewRun {
                    run_id: Uuid::new_v4(),
                    case_id: wish.case_id,
                    manifest: wish.manifest.clone(),
                    created_by: wish.by.account.user_id,
                    deadline_at_us: now_us + timing.deadline_us(),
                };
                (run.run_id, enqueue(connection, &wish, &run, now_us)?, true)
            }
        };
        if let Some((key_sha256, request_sha256)) = wish.key {
            let key = RunKey {
                request_sha256,
                run_no,
            };
            let user_id = wish.by.account.user_id;
            db::insert_run_key(connection, user_id, key_sha256, key, wish.by.now_us)?;
        }
        Ok(Some(Submission { run_id, is_new }))
    };
    let submission = backend.db.write(work).await?.ok_or_else(key_reused)?;
    if submission.is_new {
        backend.db.announce_changes();
    }
    Ok(submission)
}

/// Puts a run and its steps into the caller's transaction.
fn enqueue(
    connection: &Connection,
    wish: &Wish,
    run: &NewRun,
    now_us: i64,
) -> Result<i64, DbError> {
    let run_no = db::insert_run(connection, run, now_us)?;
    db::insert_steps(connection, run_no, now_us)?;
    let line = LogLine {
        at_us: now_us,
        step: None,
        line: "queued".to_owned(),
    };
    db::append_run_log(connection, run_no, &line)?;
    let line = Line {
        actor: &wish.by.account.name,
        action: Action::RunCreate,
        subject: run.run_id.to_string(),
        detail: json!({ "case": run.case_id, "manifest": run.manifest.sha256() }),
    };
    audit::append(connection, line, now_us)?;
    Ok(run_no)
}

fn find(connection: &Connection, wish: &Wish) -> Result<Found, DbError> {
    if let Some((key_sha256, request_sha256)) = wish.key
        && let Some(known) = db::find_run_key(connection, wish.by.account.user_id, key_sha256)?
    {
        return Ok(match known.request_sha256 == request_sha256 {
            true => Found::Run(db::run_by_no(connection, known.run_no)?.run_id),
            false => Found::KeyReused,
        });
    }
    let run = db::run_by_manifest(connection, wish.manifest.sha256())?;
    Ok(match (run, wish.key) {
        (None, _) => Found::Nothing,
        (Some(run), None) => Found::Run(run.run_id),
        (Some(run), Some(_)) => Found::RunWithoutKey(run.run_id, run.run_no),
    })
}

/// Written again from the parsed value, so that spacing and the order of fields do not matter.
fn request_hash(ask: &RunCreate) -> ContentHash {
    ContentHash::of(&serde_json::to_vec(ask).unwrap_or_default())
}

fn case_unknown() -> Problem {
    Problem::not_found(
        "case_unknown",
        "the server does not know this case; register it first",
    )
}

fn key_reused() -> Problem {
    Problem::unprocessable(
        "key_reused",
        "this Idempotency-Key was given for another run; give each wish its own",
    )
}

pub(super) fn orchestrator_silent() -> Problem {
    let seconds = SILENT_AFTER_US / 1_000_000;
    let detail = format!(
        "no worker has given a sign of life for {seconds} s, so nobody would carry the run out; send the request again later"
    );
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::later(status, "orchestrator_silent", detail, seconds as u32)
}
