//! Is the server alive, is it ready, what can it do.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::backend::Backend;
use crate::db;
use crate::http::openapi::openapi_json;
use crate::orchestrator::{LeaseClock, tick_age_us};
use crate::problem::Problem;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "ops", security(()), responses((status = 200, description = "alive", body = Object)))]
pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The database reads and writes, and the object store answers. Also whether somebody looks after runs.
#[utoipa::path(get, path = "/readyz", tag = "ops", security(()), responses((status = 200, description = "ready", body = Object)))]
pub(crate) async fn readyz(State(backend): State<Backend>) -> Result<Json<Value>, Problem> {
    backend.db.read(db::change_cursor).await?;
    backend.db.write(|_| Ok(())).await?;
    backend.objects.reach().await?;
    let clock = LeaseClock::new(backend.clock.clone());
    let age_us = backend.db.read(move |connection| {
        let now_us = clock.now_us(connection)?;
        tick_age_us(connection, now_us)
    });
    // Without workers labels are taken as ever, so that is no reason to send nobody here.
    let orchestrator = match age_us.await? {
        Some(age_us) => json!({ "is_alive": true, "tick_age_ms": age_us / 1_000 }),
        None => json!({ "is_alive": false }),
    };
    Ok(Json(
        json!({ "status": "ready", "orchestrator": orchestrator }),
    ))
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
