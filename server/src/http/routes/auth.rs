//! Signing in and out, and the own password.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fovea_protocol::{LoginRequest, LoginResponse, PasswordChange, RefreshRequest};

use crate::accounts;
use crate::backend::Backend;
use crate::http::envelope::Caller;
use crate::http::extract::ApiJson;
use crate::problem::Problem;

/// Sign in with name and password.
#[utoipa::path(post, path = "/v1/auth/login", tag = "auth", security(()), request_body = LoginRequest,
    responses((status = 200, description = "signed in", body = LoginResponse)))]
pub(crate) async fn login(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<LoginRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    accounts::sign_in(&backend, ask).await.map(Json)
}

/// Get the next pair of tokens. A refresh token works once; used again, it ends the whole sign-in.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "auth", security(()), request_body = RefreshRequest,
    responses((status = 200, description = "the next pair", body = LoginResponse)))]
pub(crate) async fn refresh(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<RefreshRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    accounts::refresh(&backend, ask).await.map(Json)
}

/// Sign out: every token of this sign-in stops working. A named token ends itself.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "auth", responses((status = 204, description = "signed out")))]
pub(crate) async fn logout(
    State(backend): State<Backend>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    accounts::sign_out(&backend, caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change the own password; the other sign-ins of the account end.
#[utoipa::path(post, path = "/v1/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 204, description = "changed")))]
pub(crate) async fn password(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<PasswordChange>,
) -> Result<StatusCode, Problem> {
    accounts::change_password(&backend, caller, ask).await?;
    Ok(StatusCode::NO_CONTENT)
}
