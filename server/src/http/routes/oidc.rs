//! Signing in at the site's identity provider.

use axum::Json;
use axum::extract::State;
use fovea_protocol::{LoginResponse, OidcCallback, OidcDevice, OidcPoll, OidcStart, OidcStarted};

use crate::backend::Backend;
use crate::http::extract::ApiJson;
use crate::oidc;
use crate::problem::Problem;

/// Begin a sign-in by a browser. The client waits at the address that it names, on the same machine.
#[utoipa::path(post, path = "/v1/auth/oidc/start", tag = "auth", security(()), request_body = OidcStart,
    responses((status = 200, description = "what to open", body = OidcStarted)))]
pub(crate) async fn start(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<OidcStart>,
) -> Result<Json<OidcStarted>, Problem> {
    oidc::begin(&backend, ask).await.map(Json)
}

/// End it with what came back by the browser.
#[utoipa::path(post, path = "/v1/auth/oidc/callback", tag = "auth", security(()), request_body = OidcCallback,
    responses((status = 200, description = "signed in", body = LoginResponse)))]
pub(crate) async fn callback(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<OidcCallback>,
) -> Result<Json<LoginResponse>, Problem> {
    oidc::end(&backend, ask).await.map(Json)
}

/// Begin a sign-in with a code that the person types in on another machine.
#[utoipa::path(post, path = "/v1/auth/oidc/device", tag = "auth", security(()),
    responses((status = 200, description = "what to type in where", body = OidcDevice)))]
pub(crate) async fn device(State(backend): State<Backend>) -> Result<Json<OidcDevice>, Problem> {
    oidc::begin_device(&backend).await.map(Json)
}

/// Ask whether it was typed in: 409 `sign_in_pending` until then.
#[utoipa::path(post, path = "/v1/auth/oidc/device/poll", tag = "auth", security(()), request_body = OidcPoll,
    responses((status = 200, description = "signed in", body = LoginResponse)))]
pub(crate) async fn poll(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<OidcPoll>,
) -> Result<Json<LoginResponse>, Problem> {
    oidc::poll_device(&backend, ask).await.map(Json)
}
