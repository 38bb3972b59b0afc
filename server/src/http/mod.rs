//! HTTP: one router, one envelope around every request, one handler per endpoint.

mod envelope;
mod extract;
mod json_shape;
mod openapi;
mod routes;
mod sight;
mod status_page;
mod steady;
mod throttle;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{delete, get, post};
use axum::{Router, middleware};
use fovea_protocol::Limits;
use tokio::sync::{Semaphore, watch};
use tower_http::limit::RequestBodyLimitLayer;

use crate::backend::Backend;

pub(crate) use envelope::Caller;
pub use openapi::openapi_json;
pub(crate) use routes::cases::unknown as case_unknown;

/// Body of a request that carries no more than a few fields.
const SMALL_BODY_BYTES: usize = 64 * 1024;
/// 1,000 digests with room for spacing.
const HAVE_BODY_BYTES: usize = 256 * 1024;
/// A thousand names.
const CASE_ACCESS_BODY_BYTES: usize = 128 * 1024;
/// A mask as base64.
const LABEL_BODY_BYTES: usize = 16 * 1024 * 1024;

/// A scan in a form, with room for the other fields.
const CASE_BODY_BYTES: usize = Limits::V1.case_bytes_max as usize + SMALL_BODY_BYTES;

/// Clients that watch runs at a time: each keeps a connection for as long.
const EVENT_STREAMS_MAX: usize = 128;

/// What handlers are given.
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    backend: Backend,
    stopped: watch::Receiver<bool>,
    streams: EventStreams,
}

impl AppState {
    fn new(backend: Backend, stopped: watch::Receiver<bool>) -> Self {
        Self {
            backend,
            stopped,
            streams: EventStreams(Arc::new(Semaphore::new(EVENT_STREAMS_MAX))),
        }
    }
}

/// Room for clients that watch.
#[derive(Clone)]
pub(crate) struct EventStreams(Arc<Semaphore>);

/// Of a process that answers no requests of clients.
pub(crate) fn health_router(backend: Backend, stopped: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/healthz", get(routes::health::healthz))
        .route("/readyz", get(routes::health::readyz))
        .fallback(routes::health::nothing_here)
        .layer(middleware::from_fn_with_state(
            backend.clone(),
            envelope::envelope,
        ))
        .with_state(AppState::new(backend, stopped))
}

/// The whole service. `stopped` ends the requests that wait for changes.
pub(crate) fn router(backend: Backend, stopped: watch::Receiver<bool>) -> Router {
    let state = AppState::new(backend.clone(), stopped);
    Router::new()
        .route("/healthz", get(routes::health::healthz))
        .route("/readyz", get(routes::health::readyz))
        .route("/openapi.json", get(routes::health::openapi))
        .route("/metrics", get(routes::status::metrics))
        .route("/status", get(routes::status::page))
        .route("/v1/status", get(routes::status::status))
        .route("/v1/hello", get(routes::hello::hello))
        .route(
            "/v1/sync/have",
            post(routes::sync::have).layer(limit(HAVE_BODY_BYTES)),
        )
        .route(
            "/v1/sync/push",
            post(routes::sync::push).layer(limit(Limits::V1.push_bytes_max as usize)),
        )
        .route("/v1/sync/changes", get(routes::changes::changes))
        .route(
            "/v1/blobs/{sha256}",
            get(routes::blobs::get_blob)
                .head(routes::blobs::head_blob)
                .put(routes::blobs::put_blob)
                .layer(limit(Limits::V1.blob_bytes_max as usize)),
        )
        .route(
            "/v1/cases",
            get(routes::cases::list)
                .post(routes::cases::create)
                .layer(limit(CASE_BODY_BYTES)),
        )
        .route("/v1/cases/{case_id}", get(routes::cases::show))
        .route("/v1/cases/{case_id}/intakes", get(routes::cases::intakes))
        .route(
            "/v1/cases/{case_id}/access",
            get(routes::case_access::show)
                .put(routes::case_access::change)
                .layer(limit(CASE_ACCESS_BODY_BYTES)),
        )
        .route(
            "/v1/uploads",
            post(routes::uploads::create)
                .options(routes::uploads::options)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/uploads/{upload_id}",
            get(routes::uploads::show)
                .patch(routes::uploads::append)
                .delete(routes::uploads::delete)
                .layer(limit(Limits::V1.upload_bytes_max as usize)),
        )
        .route(
            "/v1/runs",
            get(routes::runs::list)
                .post(routes::runs::create)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route("/v1/runs/{run_id}", get(routes::runs::show))
        .route("/v1/runs/{run_id}/logs", get(routes::runs::logs))
        .route("/v1/runs/{run_id}/artifacts", get(routes::runs::artifacts))
        .route("/v1/runs/{run_id}/manifest", get(routes::runs::manifest))
        .route("/v1/runs/{run_id}/events", get(routes::run_events::events))
        .route(
            "/v1/runs/{run_id}/cancel",
            post(routes::runs::cancel).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/runs/{run_id}/retry",
            post(routes::runs::retry).layer(limit(SMALL_BODY_BYTES)),
        )
        .route("/v1/tiles/{tile_id}", get(routes::tiles::show))
        .route("/v1/tiles/{tile_id}/versions", get(routes::tiles::versions))
        .route("/v1/audit", get(routes::audit::list))
        .merge(account_routes())
        .route("/v1/audit/head", get(routes::audit::head))
        .route("/v1/audit/verify", get(routes::audit::verify))
        .merge(queue_routes())
        .merge(label_routes())
        .fallback(routes::health::nothing_here)
        .layer(middleware::from_fn_with_state(backend, envelope::envelope))
        .with_state(state)
}

fn account_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/v1/auth/login",
            post(routes::auth::login).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/logout",
            post(routes::auth::logout).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/refresh",
            post(routes::auth::refresh).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/password",
            post(routes::auth::password).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/oidc/start",
            post(routes::oidc::start).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/oidc/callback",
            post(routes::oidc::callback).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/oidc/device",
            post(routes::oidc::device).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/auth/oidc/device/poll",
            post(routes::oidc::poll).layer(limit(SMALL_BODY_BYTES)),
        )
        .route("/v1/me", get(routes::users::me))
        .route(
            "/v1/users",
            get(routes::users::list)
                .post(routes::users::create)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/users/{name}",
            get(routes::users::show)
                .patch(routes::users::change)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/users/{name}/tokens",
            get(routes::users::tokens)
                .post(routes::users::create_token)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/users/{name}/tokens/{token_id}",
            delete(routes::users::end_token),
        )
}

fn queue_routes() -> Router<AppState> {
    Router::new()
        .route("/v1/active-learning/queue", get(routes::queue::queue))
        .route("/v1/active-learning/leases", get(routes::leases::list))
        .route(
            "/v1/active-learning/leases/{tile_id}",
            delete(routes::leases::release),
        )
        .route(
            "/v1/active-learning/leases/{tile_id}/renew",
            post(routes::leases::renew).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/active-learning/recompute",
            get(routes::recompute::show)
                .post(routes::recompute::start)
                .layer(limit(SMALL_BODY_BYTES)),
        )
}

fn label_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/v1/labels",
            post(routes::labels::create).layer(limit(LABEL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/rollback",
            post(routes::labels::rollback).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/adjudicate",
            post(routes::reviews::adjudicate).layer(limit(LABEL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/disagreements",
            get(routes::reviews::disagreements),
        )
        .route(
            "/v1/labels/{label_id}/reviews",
            get(routes::reviews::reviews)
                .post(routes::reviews::review)
                .layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/{label_id}/approve",
            post(routes::reviews::approve).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/merge",
            post(routes::reviews::merge).layer(limit(SMALL_BODY_BYTES)),
        )
        .route(
            "/v1/labels/{from}/merge/{to}",
            get(routes::reviews::preview),
        )
        .route("/v1/labels/{from}/diff/{to}", get(routes::labels::diff))
}

/// A length that is announced too large is refused before a byte is read; one that is not announced is counted.
fn limit(bytes: usize) -> (DefaultBodyLimit, RequestBodyLimitLayer) {
    (
        DefaultBodyLimit::disable(),
        RequestBodyLimitLayer::new(bytes),
    )
}
