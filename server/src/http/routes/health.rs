//! Is the server alive, is it ready, what can it do.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::backend::Backend;
use crate::db;
use crate::http::openapi::openapi_json;
use crate::problem::Problem;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "ops", security(()), responses((status = 200, description = "alive", body = Object)))]
pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The database reads and writes, and the object store answers.
#[utoipa::path(get, path = "/readyz", tag = "ops", security(()), responses((status = 200, description = "ready", body = Object)))]
pub(crate) async fn readyz(State(backend): State<Backend>) -> Result<Json<Value>, Problem> {
    backend.db.read(db::change_cursor).await?;
    backend.db.write(|_| Ok(())).await?;
    backend.objects.reach().await?;
    Ok(Json(json!({ "status": "ready" })))
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "ops", security(()), responses((status = 200, description = "OpenAPI", body = Object)))]
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json()).into_response()
}

/// Any other address.
pub(crate) async fn nothing_here() -> Problem {
    Problem::refused(
        StatusCode::NOT_FOUND,
        "no_such_address",
        "there is nothing at this address; see /openapi.json",
    )
}
