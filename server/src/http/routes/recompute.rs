//! Scoring the queue again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fovea_protocol::RecomputeRecord;
use tokio::sync::watch;

use crate::active_learning::{go_on, start_recompute};
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::ops::Applied;
use crate::problem::Problem;

/// Score every open tile again from its prediction, in the background. While that is under way this asks for nothing new.
#[utoipa::path(post, path = "/v1/active-learning/recompute", tag = "queue",
    responses((status = 202, description = "under way", body = RecomputeRecord)))]
pub(crate) async fn start(
    State(backend): State<Backend>,
    State(stopped): State<watch::Receiver<bool>>,
    caller: Caller,
) -> Result<(StatusCode, Json<RecomputeRecord>), Problem> {
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    let record = start_recompute(&backend, by).await?;
    tokio::spawn(go_on(backend, stopped));
    Ok((StatusCode::ACCEPTED, Json(record)))
}

/// How far the latest recomputation is.
#[utoipa::path(get, path = "/v1/active-learning/recompute", tag = "queue",
    responses((status = 200, description = "the latest", body = RecomputeRecord)))]
pub(crate) async fn show(State(backend): State<Backend>) -> Result<Json<RecomputeRecord>, Problem> {
    let found = backend.db.read(db::last_recompute).await?;
    let never = "the queue was never scored again; ask for it with POST";
    found
        .map(Json)
        .ok_or_else(|| Problem::not_found("recompute_unknown", never))
}
