//! Changing the own password.

use axum::http::StatusCode;
use fovea_protocol::PasswordChange;
use serde_json::json;

use super::sign_ins::{check_password, wrong_password};
use super::{audit, write};
use crate::audit::Action;
use crate::auth::{PasswordError, hash_password};
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::http::Caller;
use crate::problem::Problem;

/// Replaces the password of the caller and ends its other sign-ins.
pub(crate) async fn change_password(
    backend: &Backend,
    caller: Caller,
    ask: PasswordChange,
) -> Result<(), Problem> {
    let Caller { account, token, .. } = caller;
    if ask.current_password == ask.new_password {
        let detail = "the new password is the old one; choose another one";
        return Err(Problem::unprocessable("password_unchanged", detail));
    }
    // Whoever has found a token must not be able to try passwords faster here than at the door.
    let checked = check_password(backend, &account.name, ask.current_password)
        .await
        .map_err(still_signed_in)?;
    let phc = new_password(backend, ask.new_password).await?;
    let now_us = backend.clock.now_us();
    let work = move |connection: &Connection| {
        let name = &account.name;
        let now = db::sign_in_row(connection, name)?;
        if now.is_none_or(|now| now.password_phc != checked.password_phc) {
            return Ok(Err(still_signed_in(wrong_password())));
        }
        db::set_password(connection, account.user_id, &phc, false)?;
        db::drop_failures(connection, name)?;
        db::end_sign_ins(connection, account.user_id, token.family.as_deref(), now_us)?;
        let action = Action::PasswordChange;
        audit(connection, now_us, name, action, name, json!({})).map(Ok)
    };
    write(backend, work).await
}

/// The hash of a password that somebody chose.
pub(super) async fn new_password(backend: &Backend, password: String) -> Result<String, Problem> {
    let hashed = backend
        .sign_ins
        .hash(move || hash_password(&password))
        .await?;
    hashed.map_err(|error| match error {
        PasswordError::Length => Problem::unprocessable("bad_password", error.to_string()),
        PasswordError::Hash => Problem::later(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            error.to_string(),
            1,
        ),
    })
}

/// The token of the request is good, so the answer must not be the one that makes a client sign in anew.
fn still_signed_in(problem: Problem) -> Problem {
    match problem.status {
        StatusCode::UNAUTHORIZED => {
            let detail = "the current password is not this one; try again or ask an administrator";
            Problem::unprocessable("wrong_password", detail)
        }
        _ => problem,
    }
}
