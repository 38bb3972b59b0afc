//! What happens around every request: an id, the access check, a time limit, a log line without personal data, and
//! one form for all errors.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use fovea_annotation::ContentHash;
use fovea_protocol::{PROBLEM_CONTENT_TYPE, ProblemBody};
use uuid::Uuid;

use crate::auth::{Access, ROUTES, access_of, hash_bearer, is_open_before_password_change};
use crate::backend::Backend;
use crate::db::{self, Account, HeldToken};
use crate::problem::Problem;

use super::sight;
use super::steady::steady;
use super::throttle;

/// Longest time for a request: a large blob over a slow line needs most of it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// Who sends the request, once the token was checked.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Account,
    pub(crate) token: HeldToken,
    pub(crate) token_hash: ContentHash,
}

/// The layer around all routes.
pub(crate) async fn envelope(
    State(backend): State<Backend>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let request_id = Uuid::now_v7().simple().to_string();
    let (method, path) = (
        request.method().clone(),
        request.extensions().get::<MatchedPath>().cloned(),
    );
    // The template and not the address is logged: addresses hold ids.
    let route = path.as_ref().map_or("(none)", MatchedPath::as_str);
    let body = std::mem::take(request.body_mut());
    let (body, cut_off) = steady(body, &backend.limits);
    *request.body_mut() = body;
    let answered = async {
        admit(&backend, &mut request).await?;
        tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
            .await
            .map_err(|_| timed_out())
    };
    let mut response = answered
        .await
        .unwrap_or_else(|problem: Problem| problem.into_response());
    if let Some(problem) = cut_off.problem() {
        backend.metrics.slow_body();
        response = problem.into_response();
    }
    let mut response = with_problem_body(response, &request_id);
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let took = begun.elapsed();
    let matched = path.as_ref().map(MatchedPath::as_str);
    let metrics = &backend.metrics;
    metrics.answered(&method, matched, response.status(), took);
    let (status, micros) = (response.status().as_u16(), took.as_micros());
    tracing::info!(%method, route, status, micros, request_id, "request");
    response
}

/// Checks the token and the role. A route that is not in the table is refused.
async fn admit(backend: &Backend, request: &mut Request) -> Result<(), Problem> {
    // Without a route the fallback says that there is nothing here.
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return throttle::by_address(backend, request);
    };
    let path = path.as_str();
    let Some(access) = access_of(request.method(), path) else {
        return Err(match ROUTES.iter().any(|route| route.path == path) {
            true => Problem::refused(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address has no such method; see /openapi.json",
            ),
            false => Problem::refused(
                StatusCode::FORBIDDEN,
                "route_closed",
                "this address is open to nobody",
            ),
        });
    };
    let Access::Roles(roles) = access else {
        return throttle::public(backend, request, path);
    };
    let named = sight::named(request).await;
    let to_see = named.as_deref().unwrap_or_default();
    let (caller, unseen) = match authenticate(backend, request.headers(), to_see).await {
        Ok(found) => found,
        Err(problem) => {
            throttle::by_address(backend, request)?;
            return Err(problem);
        }
    };
    throttle::by_token(backend, caller.token_hash)?;
    if !roles.contains(&caller.account.role) {
        let detail = format!(
            "the role {} may not do this; ask an administrator",
            caller.account.role.name()
        );
        return Err(Problem::refused(
            StatusCode::FORBIDDEN,
            "role_not_allowed",
            detail,
        ));
    }
    if caller.token.must_change_password && !is_open_before_password_change(path) {
        let detail = "somebody else has chosen the password of this account; change it with POST /v1/auth/password first";
        let status = StatusCode::FORBIDDEN;
        return Err(Problem::refused(status, "password_change_needed", detail));
    }
    named?;
    if let Some(unseen) = unseen {
        return Err(unseen.unknown());
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

/// Who sends the request, and the first of `to_see` that the account may not see: one look at the database for both.
async fn authenticate(
    backend: &Backend,
    headers: &HeaderMap,
    to_see: &[sight::Named],
) -> Result<(Caller, Option<sight::Named>), Problem> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token_hash = header.and_then(hash_bearer).ok_or_else(not_signed_in)?;
    let now_us = backend.clock.now_us();
    let to_see = to_see.to_vec();
    let look = move |connection: &db::Connection| {
        let Some((account, token)) = db::account_by_token(connection, token_hash, now_us)? else {
            return Ok(None);
        };
        let unseen = sight::first_unseen(connection, &account, &to_see)?;
        Ok(Some((account, token, unseen)))
    };
    let found = backend.db.look_up(look).await?;
    let (account, token, unseen) = found.ok_or_else(not_signed_in)?;
    let caller = Caller {
        account,
        token,
        token_hash,
    };
    Ok((caller, unseen))
}

/// Nobody is known by the token of the request.
pub(super) fn not_signed_in() -> Problem {
    let detail =
        "the request has no valid token; sign in again or ask an administrator for a token";
    Problem::refused(StatusCode::UNAUTHORIZED, "not_signed_in", detail)
}

fn timed_out() -> Problem {
    let detail = "the request took too long; send it again";
    Problem::later(StatusCode::SERVICE_UNAVAILABLE, "timed_out", detail, 1)
}

/// Gives every 4xx and 5xx its problem body, those of the framework included.
fn with_problem_body(mut response: Response, request_id: &str) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = response
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| framework_problem(status));
    let retry_after_s = problem.retry_after_s;
    let body = ProblemBody {
        kind: "about:blank".into(),
        title: status.canonical_reason().unwrap_or("Error").into(),
        status: status.as_u16(),
        detail: problem.detail,
        code: problem.code.into(),
        retryable: problem.retryable,
        request_id: request_id.into(),
        current: problem.current,
    };
    let mut answer = (status, Json(body)).into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(PROBLEM_CONTENT_TYPE),
    );
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for name in [header::CONTENT_RANGE, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    answer
}

fn framework_problem(status: StatusCode) -> Problem {
    let detail = "the request is not formed as /openapi.json says";
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::refused(
            status,
            "too_large",
            "the body is larger than this address takes; send less at a time",
        ),
        StatusCode::METHOD_NOT_ALLOWED => Problem::refused(status, "method_not_allowed", detail),
        status if status.is_client_error() => Problem::refused(status, "bad_request", detail),
        status => Problem {
            retryable: true,
            ..Problem::refused(status, "internal", "the server could not do this")
        },
    }
}
