//! A run as it goes on: server-sent events until its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use fovea_protocol::RunEvent;
use futures_util::Stream;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;

use super::runs::of_run;
use crate::backend::Backend;
use crate::db::{self, Account, Connection, DbError, RunRow};
use crate::http::EventStreams;
use crate::http::envelope::Caller;
use crate::listen::told_to_stop;
use crate::problem::Problem;
use crate::runs;

/// Other processes announce nothing here, so the database is asked as often.
const ASK_PERIOD: Duration = Duration::from_millis(500);
/// A stream is ended after so long, and the client begins another: its token is then looked at again.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// So that whoever stands between can tell a quiet run from a dead connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// State and progress of a run, as they change, until its end. Each event is named `run`, its data is a `RunEvent`, and
/// its id goes up; with `Last-Event-ID` only what came later is told.
#[utoipa::path(get, path = "/v1/runs/{run_id}/events", tag = "runs",
    params(("run_id" = String, Path, format = "uuid", description = "run"),
        ("Last-Event-ID" = Option<u64>, Header, description = "id of the last event that the client has")),
    responses((status = 200, description = "events", body = RunEvent, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(backend): State<Backend>,
    State(stopped): State<watch::Receiver<bool>>,
    State(streams): State<EventStreams>,
    caller: Caller,
    Path(run_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let permit = Arc::clone(&streams.0)
        .try_acquire_owned()
        .map_err(|_| too_many())?;
    let last_event_id = headers.get("last-event-id");
    let seen: Option<u64> = last_event_id.and_then(|id| id.to_str().ok()?.parse().ok());
    // That the run is unknown is an answer, and not a stream.
    of_run(&backend, &run_id, |_, _| Ok(())).await?;
    let watching = Watching {
        changed: backend.db.watch_changes(),
        backend,
        stopped,
        run_id,
        account: caller.account,
        seen,
        ends_at: Instant::now() + LIFE,
        is_over: false,
        _permit: permit,
    };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    let stream = Sse::new(stream_of(watching)).keep_alive(keep_alive);
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, stream).into_response())
}

/// One client that watches one run.
struct Watching {
    backend: Backend,
    changed: watch::Receiver<()>,
    stopped: watch::Receiver<bool>,
    run_id: String,
    account: Account,
    /// Revision that the client has.
    seen: Option<u64>,
    ends_at: Instant,
    /// The end of the run was told.
    is_over: bool,
    _permit: OwnedSemaphorePermit,
}

fn stream_of(watching: Watching) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watching, |mut watching| async move {
        let event = watching.next().await?;
        Some((Ok(event), watching))
    })
}

impl Watching {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        while !self.is_over {
            self.changed.mark_unchanged();
            if let Some(event) = self.news().await {
                return Some(event);
            }
            if self.is_over {
                break;
            }
            tokio::select! {
                _ = self.changed.changed() => {}
                () = tokio::time::sleep(ASK_PERIOD) => {}
                () = tokio::time::sleep_until(self.ends_at) => break,
                () = told_to_stop(&mut self.stopped) => break,
            }
        }
        None
    }

    /// What the client does not know yet. A database that is away for a moment has no news.
    async fn news(&mut self) -> Option<Event> {
        let account = self.account.clone();
        let read = move |connection: &Connection, run: RunRow| read(connection, &account, run);
        let Some((revision, event)) = of_run(&self.backend, &self.run_id, read).await.ok()? else {
            self.is_over = true;
            return None;
        };
        self.is_over = event.state.is_final();
        if self.seen.replace(revision) == Some(revision) {
            return None;
        }
        let data = serde_json::to_string(&event).ok()?;
        let event = Event::default().event("run").data(data);
        Some(event.id(revision.to_string()))
    }
}

/// `None` once the account is closed, or may no longer see the case.
fn read(
    connection: &Connection,
    account: &Account,
    run: RunRow,
) -> Result<Option<(u64, RunEvent)>, DbError> {
    let may_see = db::is_open(connection, account.user_id)?
        && db::may_see_case(connection, account, run.case_id)?;
    let revision = run.revision;
    match may_see {
        true => Ok(Some((revision, runs::event(connection, run)?))),
        false => Ok(None),
    }
}

fn too_many() -> Problem {
    let detail =
        "too many clients watch runs; ask GET /v1/runs/{run_id} now and then, or come back later";
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::later(status, "too_many_streams", detail, 10)
}
