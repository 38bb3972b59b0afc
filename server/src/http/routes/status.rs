//! The state of the server, for people and for Prometheus.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fovea_protocol::ServerStatus;

use crate::backend::Backend;
use crate::http::status_page::PAGE;
use crate::metrics;
use crate::problem::Problem;
use crate::status::{Seen, server_status};

/// The state of the server: health, queue, runs, workers, storage.
#[utoipa::path(get, path = "/v1/status", tag = "ops",
    responses((status = 200, description = "as it is now", body = ServerStatus)))]
pub(crate) async fn status(State(backend): State<Backend>) -> Result<Response, Problem> {
    let status = server_status(&backend).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(status)).into_response())
}

/// Counters and gauges in Prometheus' text format 0.0.4.
#[utoipa::path(get, path = "/metrics", tag = "ops",
    responses((status = 200, description = "metrics", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(backend): State<Backend>) -> Result<Response, Problem> {
    let seen = Seen::now(&backend).await?;
    let text = metrics::text(&backend, &seen).map_err(|_| {
        let detail = "the metrics could not be written; ask again";
        Problem::later(StatusCode::SERVICE_UNAVAILABLE, "metrics", detail, 1)
    })?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

/// The same for people: a page on which an administrator signs in. It holds no data itself.
#[utoipa::path(get, path = "/status", tag = "ops", security(()),
    responses((status = 200, description = "the page", body = String, content_type = "text/html")))]
pub(crate) async fn page() -> Response {
    PAGE.response()
}
