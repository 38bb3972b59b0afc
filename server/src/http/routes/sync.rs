//! What clients send: which blobs are missing, and operations.

use axum::Json;
use axum::extract::State;
use fovea_protocol::{HaveRequest, HaveResponse, Limits, PushRequest, PushResponse};

use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::ApiJson;
use crate::ops::{self, Applied};
use crate::problem::Problem;

/// Which of these blobs does the server lack?
#[utoipa::path(post, path = "/v1/sync/have", tag = "sync", request_body = HaveRequest,
    responses((status = 200, description = "the missing ones", body = HaveResponse)))]
pub(crate) async fn have(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<HaveRequest>,
) -> Result<Json<HaveResponse>, Problem> {
    let limit = Limits::V1.have_hashes_max as usize;
    if ask.blobs.len() > limit {
        let detail = format!("one request asks for at most {limit} blobs; ask for fewer at a time");
        return Err(Problem::unprocessable("too_many", detail));
    }
    let missing = backend
        .db
        .read(move |connection| db::damaged_or_missing(connection, &caller.account, &ask.blobs))
        .await?;
    Ok(Json(HaveResponse { missing }))
}

/// Apply operations in order, each once.
#[utoipa::path(post, path = "/v1/sync/push", tag = "sync", request_body = PushRequest,
    responses((status = 200, description = "what became of each", body = PushResponse)))]
pub(crate) async fn push(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<PushRequest>,
) -> Result<Json<PushResponse>, Problem> {
    let limit = Limits::V1.push_ops_max as usize;
    if ask.ops.len() > limit {
        let detail = format!("one push takes at most {limit} operations; send fewer at a time");
        return Err(Problem::unprocessable("too_many", detail));
    }
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    let results = ops::push(&backend, by, ask.ops).await?;
    Ok(Json(PushResponse { results }))
}
