//! What all requests that give a password share: the wait after failures, and turns at the costly hash. How often one
//! address may try is counted before ([`crate::limits::Rates`]).

use axum::http::StatusCode;
use serde_json::json;
use tokio::sync::Semaphore;

use super::audit;
use super::slowdown::{Attempt, count_attempt};
use crate::audit::Action;
use crate::auth::verify_password;
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, SignInRow};
use crate::problem::Problem;

/// Passwords that are hashed at a time: each takes 19 MiB and a core.
const HASHES_MAX: usize = 4;

/// Shared by all requests of a process.
pub(crate) struct SignIns {
    hashing: Semaphore,
}

impl SignIns {
    /// Nobody has failed yet.
    pub(crate) fn new() -> Self {
        Self {
            hashing: Semaphore::new(HASHES_MAX),
        }
    }

    /// Runs `work`, which hashes a password, off the async threads and in turn.
    pub(super) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _turn = self.hashing.acquire().await.map_err(|_| DbError::Closed)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| DbError::Closed.into())
    }
}

/// The account `name`, if `password` belongs to it. Whoever fails often must wait, and learns no more from the wait or
/// the time of the answer than from the answer.
pub(super) async fn check_password(
    backend: &Backend,
    name: &str,
    password: String,
) -> Result<SignInRow, Problem> {
    let now_us = backend.clock.now_us();
    let found = heard(backend, name, now_us).await?;
    let phc = found.as_ref().and_then(|row| row.password_phc.clone());
    let is_right = backend
        .sign_ins
        .hash(move || verify_password(&password, phc.as_deref()))
        .await?;
    found.filter(|_| is_right).ok_or_else(wrong_password)
}

/// How the account `name` signs in, if it may be tried now.
async fn heard(backend: &Backend, name: &str, now_us: i64) -> Result<Option<SignInRow>, Problem> {
    let name = name.to_owned();
    let work = move |connection: &Connection| match count_attempt(connection, &name, now_us)? {
        Attempt::Wait(us) => Ok(Err(us)),
        Attempt::Heard { is_after_free_ones } => {
            let found = db::sign_in_row(connection, &name)?;
            // Names that no account has are not written down: they may be anything.
            if is_after_free_ones && found.is_some() {
                let detail = json!({});
                audit(
                    connection,
                    now_us,
                    &name,
                    Action::SignInSlowed,
                    &name,
                    detail,
                )?;
            }
            Ok(Ok(found))
        }
    };
    backend.db.write(work).await?.map_err(wait)
}

/// The same for a wrong password, an unknown name and a closed account.
pub(super) fn wrong_password() -> Problem {
    let detail = "name and password do not belong together; try again or ask an administrator";
    Problem::refused(StatusCode::UNAUTHORIZED, "wrong_password", detail)
}

fn wait(us: i64) -> Problem {
    let seconds = u32::try_from((us + 999_999) / 1_000_000).unwrap_or(u32::MAX);
    let detail = format!("too many sign-ins have failed; try again in {seconds} s");
    Problem::later(
        StatusCode::TOO_MANY_REQUESTS,
        "sign_in_slowed",
        detail,
        seconds,
    )
}
