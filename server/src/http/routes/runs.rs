//! Runs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fovea_annotation::CaseId;
use fovea_protocol::{
    ArtifactsPage, RunAccepted, RunCreate, RunManifest, RunRecord, RunState, RunsPage, Sha256,
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::backend::Backend;
use crate::db::{self, Connection, DbError, RunFilter, RunRow};
use crate::http::envelope::Caller;
use crate::http::extract::{ApiJson, ApiQuery, RowNumber, parse_id};
use crate::ops::Applied;
use crate::problem::Problem;
use crate::runs;

const PAGE_LEN: u32 = 50;
/// Longest key of a client for its wish.
const KEY_LEN_MAX: usize = 200;
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Which runs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunsQuery {
    /// Runs over this case only.
    #[serde(default)]
    #[param(value_type = Option<Sha256>)]
    case_id: Option<String>,
    /// Runs in this state only.
    #[serde(default)]
    state: Option<RunState>,
    /// `next` of the page before; left out for the first.
    #[serde(default)]
    #[param(value_type = Option<u64>, maximum = 9_223_372_036_854_775_807_i64)]
    after: Option<RowNumber>,
}

/// Start a run over a case. The same manifest is the same run: asked for again, it is not computed again.
#[utoipa::path(post, path = "/v1/runs", tag = "runs", request_body = RunCreate,
    params(("Idempotency-Key" = Option<String>, Header, pattern = "^[!-~]{1,200}$", description = "the client's own name for this wish, at most 200 characters")),
    responses(
        (status = 202, description = "a new run, queued", body = RunAccepted),
        (status = 200, description = "the run of an identical manifest", body = RunAccepted)))]
pub(crate) async fn create(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
    ApiJson(ask): ApiJson<RunCreate>,
) -> Result<(StatusCode, Json<RunAccepted>), Problem> {
    let key = idempotency_key(&headers)?;
    let by = applied(&backend, caller);
    let submission = runs::submit(&backend, by, key.as_deref(), ask).await?;
    let status = match submission.is_new {
        true => StatusCode::ACCEPTED,
        false => StatusCode::OK,
    };
    let run_id = submission.run_id;
    Ok((status, Json(RunAccepted { run_id })))
}

/// Runs, newest first, without their artifacts.
#[utoipa::path(get, path = "/v1/runs", tag = "runs", params(RunsQuery),
    responses((status = 200, description = "runs", body = RunsPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    ApiQuery(ask): ApiQuery<RunsQuery>,
) -> Result<Json<RunsPage>, Problem> {
    let filter = RunFilter {
        case_id: ask.case_id.as_deref().map(parse_id::<CaseId>).transpose()?,
        state: ask.state,
    };
    let below = ask.after.map_or(i64::MAX, RowNumber::get);
    let read = move |connection: &Connection| {
        let rows = db::list_runs(connection, Some(&caller.account), filter, below, PAGE_LEN)?;
        let last = rows.last().map(|row| row.run_no as u64);
        let next = last.filter(|_| rows.len() == PAGE_LEN as usize);
        let records = rows
            .into_iter()
            .map(|row| runs::record_in_list(connection, row));
        let runs = records.collect::<Result<Vec<_>, DbError>>()?;
        Ok(RunsPage { runs, next })
    };
    Ok(Json(backend.db.read(read).await?))
}

/// A run with its steps and artifacts.
#[utoipa::path(get, path = "/v1/runs/{run_id}", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 200, description = "the run", body = RunRecord)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(run_id): Path<String>,
) -> Result<Json<RunRecord>, Problem> {
    of_run(&backend, &run_id, runs::record).await.map(Json)
}

/// What happened to a run, one line each. It stays when the run has failed.
#[utoipa::path(get, path = "/v1/runs/{run_id}/logs", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 200, description = "the log", body = String, content_type = "text/plain")))]
pub(crate) async fn logs(
    State(backend): State<Backend>,
    Path(run_id): Path<String>,
) -> Result<Response, Problem> {
    let read = |connection: &Connection, run: RunRow| db::run_log(connection, run.run_no);
    let lines = of_run(&backend, &run_id, read).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, runs::log_text(&lines)).into_response())
}

/// What a run has made, with the addresses of the bytes.
#[utoipa::path(get, path = "/v1/runs/{run_id}/artifacts", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 200, description = "artifacts", body = ArtifactsPage)))]
pub(crate) async fn artifacts(
    State(backend): State<Backend>,
    Path(run_id): Path<String>,
) -> Result<Json<ArtifactsPage>, Problem> {
    let read = |connection: &Connection, run: RunRow| db::artifacts_of_run(connection, run.run_no);
    let artifacts = of_run(&backend, &run_id, read).await?;
    Ok(Json(ArtifactsPage { artifacts }))
}

/// Everything that decides the result of a run.
#[utoipa::path(get, path = "/v1/runs/{run_id}/manifest", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 200, description = "the manifest as canonical JSON: its SHA-256 is the run's identity", body = RunManifest)))]
pub(crate) async fn manifest(
    State(backend): State<Backend>,
    Path(run_id): Path<String>,
) -> Result<Response, Problem> {
    let read = |_: &Connection, run: RunRow| Ok(run.manifest.canonical_json());
    let text = of_run(&backend, &run_id, read).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Stop a run. What its steps have made stays.
#[utoipa::path(post, path = "/v1/runs/{run_id}/cancel", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 200, description = "stopped", body = RunRecord)))]
pub(crate) async fn cancel(
    State(backend): State<Backend>,
    caller: Caller,
    Path(run_id): Path<String>,
) -> Result<Json<RunRecord>, Problem> {
    let by = applied(&backend, caller);
    runs::cancel(&backend, by, parse_run_id(&run_id)?).await?;
    of_run(&backend, &run_id, runs::record).await.map(Json)
}

/// Have a failed or cancelled run tried again, from the step that was not done.
#[utoipa::path(post, path = "/v1/runs/{run_id}/retry", tag = "runs", params(("run_id" = String, Path, format = "uuid", description = "run")),
    responses((status = 202, description = "queued again", body = RunAccepted)))]
pub(crate) async fn retry(
    State(backend): State<Backend>,
    caller: Caller,
    Path(run_id): Path<String>,
) -> Result<(StatusCode, Json<RunAccepted>), Problem> {
    let by = applied(&backend, caller);
    let run_id = parse_run_id(&run_id)?;
    runs::retry(&backend, by, run_id).await?;
    Ok((StatusCode::ACCEPTED, Json(RunAccepted { run_id })))
}

fn applied(backend: &Backend, caller: Caller) -> Applied {
    Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    }
}

/// What `read` says about a run.
pub(super) async fn of_run<T: Send + 'static>(
    backend: &Backend,
    run_id: &str,
    read: impl FnOnce(&Connection, RunRow) -> Result<T, DbError> + Send + 'static,
) -> Result<T, Problem> {
    let run_id = parse_run_id(run_id)?;
    let found = backend
        .db
        .look_up(move |connection| match db::run_by_id(connection, run_id)? {
            Some(run) => read(connection, run).map(Some),
            None => Ok(None),
        });
    found.await?.ok_or_else(runs::run_unknown)
}

fn parse_run_id(text: &str) -> Result<Uuid, Problem> {
    let detail = "the id in the address is no UUID; copy it again";
    text.parse()
        .map_err(|_| Problem::refused(StatusCode::BAD_REQUEST, "bad_id", detail))
}

/// The client's name for its wish: printable ASCII, so that it is the same text for everybody.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let text = value.to_str().ok().map(str::trim);
    let text = text.filter(|text| (1..=KEY_LEN_MAX).contains(&text.len()));
    text.map(|text| Some(text.to_owned())).ok_or_else(|| {
        let detail = format!("Idempotency-Key has 1 to {KEY_LEN_MAX} printable ASCII characters");
        Problem::refused(StatusCode::BAD_REQUEST, "bad_header", detail)
    })
}
