//! Is the server alive, is it ready, what can it do.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::backend::Backend;
use crate::http::openapi::openapi_json;
use crate::orchestrator::SILENT_AFTER_US;
use crate::problem::Problem;
use crate::status::Health;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "ops", security(()), responses((status = 200, description = "alive", body = Object)))]
pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The database reads and writes, has the schema that this program knows, and the object store answers; else 503 with
/// what is the matter. Also whether somebody looks after runs.
#[utoipa::path(get, path = "/readyz", tag = "ops", security(()), responses((status = 200, description = "ready", body = Object)))]
pub(crate) async fn readyz(State(backend): State<Backend>) -> Result<Json<Value>, Problem> {
    let health = Health::examine(&backend).await;
    health.ready()?;
    // Without workers labels are taken as ever, so that is no reason to send nobody here.
    let age_us = health
        .tick_age_us
        .filter(|age_us| *age_us <= SILENT_AFTER_US);
    let orchestrator = match age_us {
        Some(age_us) => json!({ "is_alive": true, "tick_age_ms": age_us / 1_000 }),
        None => json!({ "is_alive": false }),
    };
    Ok(Json(json!({
        "status": "ready",
        "database": { "engine": backend.db.engine(), "schema_version": health.schema_version },
        "object_store": { "kind": backend.objects.kind() },
        "orchestrator": orchestrator,
    })))
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
