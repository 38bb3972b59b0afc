//! Accounts: the own one, and all of them for administrators.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fovea_protocol::{
    Me, TokenCreate, TokenCreated, TokensPage, UserChange, UserCreate, UserRecord, UsersPage,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::accounts;
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{ApiJson, ApiQuery};
use crate::ops::Applied;
use crate::problem::Problem;

const PAGE_LEN: u32 = 100;

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// `next` of the page before; left out for the first.
    #[serde(default)]
    after: String,
}

/// Whose token this is.
#[utoipa::path(get, path = "/v1/me", tag = "users",
    responses((status = 200, description = "the account", body = Me)))]
pub(crate) async fn me(caller: Caller) -> Json<Me> {
    Json(Me {
        name: caller.account.name,
        role: caller.account.role.name().into(),
        token_expires_at_us: caller.token.expires_at_us,
    })
}

/// Accounts by name, closed ones as well.
#[utoipa::path(get, path = "/v1/users", tag = "users", params(UsersQuery),
    responses((status = 200, description = "accounts", body = UsersPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    ApiQuery(ask): ApiQuery<UsersQuery>,
) -> Result<Json<UsersPage>, Problem> {
    let rows = backend
        .db
        .read(move |connection| db::list_users(connection, &ask.after, PAGE_LEN))
        .await?;
    let users: Vec<UserRecord> = rows.into_iter().map(UserRecord::from).collect();
    let last = users.last().filter(|_| users.len() == PAGE_LEN as usize);
    Ok(Json(UsersPage {
        next: last.map(|user| user.name.clone()),
        users,
    }))
}

/// Make an account. Its password, where it has one, must be changed at the first sign-in.
#[utoipa::path(post, path = "/v1/users", tag = "users", request_body = UserCreate,
    responses((status = 201, description = "made", body = UserRecord)))]
pub(crate) async fn create(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<UserCreate>,
) -> Result<(StatusCode, Json<UserRecord>), Problem> {
    let by = applied(&backend, caller);
    let user = accounts::create_account(&backend, by, ask).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// One account.
#[utoipa::path(get, path = "/v1/users/{name}", tag = "users", params(("name" = String, Path, description = "account")),
    responses((status = 200, description = "the account", body = UserRecord)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(name): Path<String>,
) -> Result<Json<UserRecord>, Problem> {
    let found = backend
        .db
        .read(move |connection| db::user_by_name(connection, &name))
        .await?;
    let user = found.ok_or_else(accounts::unknown_user)?;
    Ok(Json(user.into()))
}

/// Change role or password of an account, close it, or open it again. The last administrator stays one.
#[utoipa::path(patch, path = "/v1/users/{name}", tag = "users", params(("name" = String, Path, description = "account")),
    request_body = UserChange, responses((status = 200, description = "as it is now", body = UserRecord)))]
pub(crate) async fn change(
    State(backend): State<Backend>,
    caller: Caller,
    Path(name): Path<String>,
    ApiJson(ask): ApiJson<UserChange>,
) -> Result<Json<UserRecord>, Problem> {
    let by = applied(&backend, caller);
    accounts::change_user(&backend, by, name, ask)
        .await
        .map(Json)
}

/// The named tokens of an account that work.
#[utoipa::path(get, path = "/v1/users/{name}/tokens", tag = "users", params(("name" = String, Path, description = "account")),
    responses((status = 200, description = "tokens, without their texts", body = TokensPage)))]
pub(crate) async fn tokens(
    State(backend): State<Backend>,
    Path(name): Path<String>,
) -> Result<Json<TokensPage>, Problem> {
    let now_us = backend.clock.now_us();
    let read = move |connection: &db::Connection| match db::user_by_name(connection, &name)? {
        Some(user) => db::named_tokens(connection, user.account.user_id, now_us).map(Some),
        None => Ok(None),
    };
    let tokens = backend.db.read(read).await?;
    let tokens = tokens.ok_or_else(accounts::unknown_user)?;
    Ok(Json(TokensPage { tokens }))
}

/// Make a named token, for a worker or a script. Its text is shown only here.
#[utoipa::path(post, path = "/v1/users/{name}/tokens", tag = "users", params(("name" = String, Path, description = "account")),
    request_body = TokenCreate, responses((status = 201, description = "made", body = TokenCreated)))]
pub(crate) async fn create_token(
    State(backend): State<Backend>,
    caller: Caller,
    Path(name): Path<String>,
    ApiJson(ask): ApiJson<TokenCreate>,
) -> Result<(StatusCode, Json<TokenCreated>), Problem> {
    let by = applied(&backend, caller);
    let token = accounts::create_token(&backend, by, name, ask).await?;
    Ok((StatusCode::CREATED, Json(token)))
}

/// End a named token.
#[utoipa::path(delete, path = "/v1/users/{name}/tokens/{token_id}", tag = "users",
    params(("name" = String, Path, description = "account"), ("token_id" = String, Path, description = "token")),
    responses((status = 204, description = "ended")))]
pub(crate) async fn end_token(
    State(backend): State<Backend>,
    caller: Caller,
    Path((name, token_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let by = applied(&backend, caller);
    accounts::end_token(&backend, by, name, token_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn applied(backend: &Backend, caller: Caller) -> Applied {
    Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    }
}
