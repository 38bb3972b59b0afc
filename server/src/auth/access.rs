//! The table of routes and the roles that may use them. What is not in the table is refused.

use axum::http::Method;

use super::Role;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token: says nothing about cases or people.
    Public,
    /// Accounts of these roles.
    Roles(&'static [Role]),
}

/// One line of the table. `HEAD` follows `GET`.
#[derive(Clone, Copy, Debug)]
pub struct RouteAccess {
    /// HTTP method.
    pub method: &'static str,
    /// Path as the router knows it.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

const EVERYBODY: Access = Access::Roles(&Role::ALL);
const READERS: Access = Access::Roles(&[
    Role::Labeler,
    Role::Reviewer,
    Role::Researcher,
    Role::MlEngineer,
    Role::Admin,
    Role::Worker,
]);
/// Whoever works with scans sends some too: labels, or predictions.
const WRITERS: Access = READERS;
const LABELERS: Access = Access::Roles(&[
    Role::Labeler,
    Role::Reviewer,
    Role::Researcher,
    Role::MlEngineer,
    Role::Admin,
]);
/// Reports name no person, but devices and dates of work.
const INTAKE_READERS: Access = Access::Roles(&[
    Role::Researcher,
    Role::MlEngineer,
    Role::Admin,
    Role::Auditor,
]);
/// Whoever starts runs spends the workers' time for everybody.
const RUN_STARTERS: Access = Access::Roles(&[Role::Researcher, Role::MlEngineer, Role::Admin]);
/// Whoever decides about the work of others.
const REVIEWERS: Access = Access::Roles(&[Role::Reviewer, Role::Admin]);
const SCORERS: Access = Access::Roles(&[Role::MlEngineer, Role::Admin]);
const ADMINS: Access = Access::Roles(&[Role::Admin]);
const AUDITORS: Access = Access::Roles(&[Role::Admin, Role::Auditor]);
/// Numbers without names, for a program that scrapes them.
const WATCHERS: Access = Access::Roles(&[Role::Admin, Role::Monitor]);

const fn route(method: &'static str, path: &'static str, access: Access) -> RouteAccess {
    RouteAccess {
        method,
        path,
        access,
    }
}

/// Every route of the server.
pub const ROUTES: &[RouteAccess] = &[
    route("GET", "/healthz", Access::Public),
    route("GET", "/readyz", Access::Public),
    route("GET", "/openapi.json", Access::Public),
    // The page holds no data: it asks for them with the token of whoever signs in on it.
    route("GET", "/status", Access::Public),
    route("GET", "/v1/status", ADMINS),
    route("GET", "/metrics", WATCHERS),
    route("POST", "/v1/auth/login", Access::Public),
    // The refresh token is in the body.
    route("POST", "/v1/auth/refresh", Access::Public),
    // What shows who asks is in the body, or comes from the identity provider.
    route("POST", "/v1/auth/oidc/start", Access::Public),
    route("POST", "/v1/auth/oidc/callback", Access::Public),
    route("POST", "/v1/auth/oidc/device", Access::Public),
    route("POST", "/v1/auth/oidc/device/poll", Access::Public),
    route("POST", "/v1/auth/logout", EVERYBODY),
    route("POST", "/v1/auth/password", EVERYBODY),
    route("GET", "/v1/me", EVERYBODY),
    route("GET", "/v1/users", ADMINS),
    route("POST", "/v1/users", ADMINS),
    route("GET", "/v1/users/{name}", ADMINS),
    route("PATCH", "/v1/users/{name}", ADMINS),
    route("GET", "/v1/users/{name}/tokens", ADMINS),
    route("POST", "/v1/users/{name}/tokens", ADMINS),
    route("DELETE", "/v1/users/{name}/tokens/{token_id}", ADMINS),
    route("GET", "/v1/hello", EVERYBODY),
    route("POST", "/v1/sync/have", WRITERS),
    route("POST", "/v1/sync/push", WRITERS),
    route("GET", "/v1/sync/changes", READERS),
    route("GET", "/v1/blobs/{sha256}", READERS),
    route("PUT", "/v1/blobs/{sha256}", WRITERS),
    route("GET", "/v1/active-learning/queue", LABELERS),
    route("GET", "/v1/active-learning/leases", LABELERS),
    route("DELETE", "/v1/active-learning/leases/{tile_id}", LABELERS),
    route(
        "POST",
        "/v1/active-learning/leases/{tile_id}/renew",
        LABELERS,
    ),
    route("POST", "/v1/active-learning/recompute", SCORERS),
    route("GET", "/v1/active-learning/recompute", SCORERS),
    route("GET", "/v1/cases", READERS),
    route("POST", "/v1/cases", LABELERS),
    route("GET", "/v1/cases/{case_id}", READERS),
    route("GET", "/v1/cases/{case_id}/intakes", INTAKE_READERS),
    route("GET", "/v1/cases/{case_id}/access", READERS),
    route("PUT", "/v1/cases/{case_id}/access", LABELERS),
    // A client asks what the server can do before it has anything to send.
    route("OPTIONS", "/v1/uploads", Access::Public),
    route("POST", "/v1/uploads", LABELERS),
    route("GET", "/v1/uploads/{upload_id}", LABELERS),
    route("PATCH", "/v1/uploads/{upload_id}", LABELERS),
    route("DELETE", "/v1/uploads/{upload_id}", LABELERS),
    route("POST", "/v1/runs", RUN_STARTERS),
    route("GET", "/v1/runs", READERS),
    route("GET", "/v1/runs/{run_id}", READERS),
    route("GET", "/v1/runs/{run_id}/logs", READERS),
    route("GET", "/v1/runs/{run_id}/artifacts", READERS),
    route("GET", "/v1/runs/{run_id}/manifest", READERS),
    route("GET", "/v1/runs/{run_id}/events", READERS),
    route("POST", "/v1/runs/{run_id}/cancel", RUN_STARTERS),
    route("POST", "/v1/runs/{run_id}/retry", RUN_STARTERS),
    route("GET", "/v1/tiles/{tile_id}", READERS),
    route("GET", "/v1/tiles/{tile_id}/versions", READERS),
    route("POST", "/v1/labels", LABELERS),
    route("POST", "/v1/labels/rollback", LABELERS),
    route("POST", "/v1/labels/adjudicate", REVIEWERS),
    route("POST", "/v1/labels/merge", LABELERS),
    route("GET", "/v1/labels/{from}/merge/{to}", READERS),
    route("GET", "/v1/labels/disagreements", READERS),
    route("POST", "/v1/labels/{label_id}/reviews", REVIEWERS),
    route("GET", "/v1/labels/{label_id}/reviews", READERS),
    route("POST", "/v1/labels/{label_id}/approve", REVIEWERS),
    route("GET", "/v1/labels/{from}/diff/{to}", READERS),
    route("GET", "/v1/audit", AUDITORS),
    route("GET", "/v1/audit/head", AUDITORS),
    route("GET", "/v1/audit/verify", AUDITORS),
];

/// The line for a matched route; `None` refuses.
pub(crate) fn access_of(method: &Method, path: &str) -> Option<Access> {
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    ROUTES
        .iter()
        .find(|route| route.method == method && route.path == path)
        .map(|route| route.access)
}

/// What somebody may do whose password was chosen by somebody else, until it is changed.
pub(crate) fn is_open_before_password_change(path: &str) -> bool {
    ["/v1/auth/password", "/v1/auth/logout"].contains(&path)
}
