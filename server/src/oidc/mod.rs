//! Single sign-on: people sign in at the site's identity provider (OpenID Connect), by a browser on the same machine or,
//! where there is none, with a code that is typed in elsewhere.

mod browser;
mod device;
mod id_token;
mod person;
mod provider;
mod settings;

pub(crate) use browser::{begin, end};
pub(crate) use device::{begin_device, poll_device};
pub(crate) use provider::Provider;
pub(crate) use settings::{OidcSection, OidcSettings};

use std::sync::Arc;

use axum::http::StatusCode;
use fovea_annotation::ContentHash;

use crate::auth::{Token, hash_token};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, NewOidcAttempt};
use crate::problem::Problem;

/// How long a person may take at the provider.
const ATTEMPT_US: i64 = 10 * 60 * 1_000_000;

/// The provider that the site has set.
fn provider(backend: &Backend) -> Result<Arc<Provider>, Problem> {
    backend.oidc.clone().ok_or_else(|| {
        let detail = "this server has no single sign-on; sign in with name and password";
        Problem::not_found("oidc_off", detail)
    })
}

/// Writes a sign-in down; returns what its owner shows at its end.
async fn insert(
    backend: &Backend,
    kind: &'static str,
    detail: String,
    next_at_us: i64,
    expires_at_us: i64,
) -> Result<String, Problem> {
    let token = Token::generate().map_err(|error| Problem::from(DbError::Io(error)))?;
    let new = NewOidcAttempt {
        attempt: token.hash(),
        kind,
        detail,
        next_at_us,
        expires_at_us,
    };
    let now_us = backend.clock.now_us();
    let insert = move |connection: &Connection| db::insert_oidc_attempt(connection, &new, now_us);
    match backend.db.write(insert).await? {
        true => Ok(token.text().to_owned()),
        false => {
            let detail = "too many sign-ins are under way; try again in a minute";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Err(Problem::later(status, "too_many_sign_ins", detail, 60))
        }
    }
}

fn attempt_hash(text: &str) -> Result<ContentHash, Problem> {
    hash_token(text).ok_or_else(attempt_unknown)
}

/// The sign-in was ended, took too long, or was never begun.
fn attempt_unknown() -> Problem {
    let detail = "this sign-in is over; begin it again";
    Problem::refused(StatusCode::UNAUTHORIZED, "sign_in_over", detail)
}
