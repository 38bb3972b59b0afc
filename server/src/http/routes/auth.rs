//! Signing in and out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fovea_protocol::{LoginRequest, LoginResponse};
use serde_json::json;

use crate::audit::{Action, Line, append};
use crate::auth::{Token, verify_password};
use crate::backend::Backend;
use crate::db::{self, DbError};
use crate::http::envelope::Caller;
use crate::http::extract::ApiJson;
use crate::problem::Problem;

/// A working day.
const TOKEN_LIFE_US: i64 = 12 * 3_600 * 1_000_000;

/// Sign in with name and password.
#[utoipa::path(post, path = "/v1/auth/login", tag = "auth", security(()), request_body = LoginRequest,
    responses((status = 200, description = "signed in", body = LoginResponse)))]
pub(crate) async fn login(
    State(backend): State<Backend>,
    ApiJson(ask): ApiJson<LoginRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    let name = ask.name.clone();
    let found = backend
        .db
        .read(move |connection| db::password_of(connection, &name))
        .await?;
    let (user_id, phc) = found.map_or((None, None), |(user_id, phc)| (Some(user_id), phc));
    let password = ask.password;
    let verified =
        tokio::task::spawn_blocking(move || verify_password(&password, phc.as_deref())).await;
    let verified = verified.map_err(|_| Problem::from(DbError::Closed))?;
    let Some(user_id) = user_id.filter(|_| verified) else {
        let detail = "name and password do not belong together; try again or ask an administrator";
        return Err(Problem::refused(
            StatusCode::UNAUTHORIZED,
            "wrong_password",
            detail,
        ));
    };
    let token = Token::generate().map_err(|error| Problem::from(DbError::Io(error)))?;
    let (hash, now_us) = (token.hash(), backend.clock.now_us());
    let expires_at_us = now_us + TOKEN_LIFE_US;
    let write = move |connection: &db::Connection| {
        db::insert_token(connection, user_id, hash, now_us, Some(expires_at_us))?;
        let detail = json!({ "expires_at_us": expires_at_us });
        append(
            connection,
            Line {
                actor: &ask.name,
                action: Action::TokenCreate,
                subject: ask.name.clone(),
                detail,
            },
            now_us,
        )
    };
    backend.db.write(write).await?;
    backend.after_commit().await;
    Ok(Json(LoginResponse {
        token: token.text().to_owned(),
        expires_at_us,
    }))
}

/// Sign out: the token of this request stops working.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "auth", responses((status = 204, description = "signed out")))]
pub(crate) async fn logout(
    State(backend): State<Backend>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let now_us = backend.clock.now_us();
    backend
        .db
        .write(move |connection| db::revoke_token(connection, caller.token_hash, now_us))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
