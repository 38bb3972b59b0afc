//! Signing in, going on, signing out.

use axum::http::StatusCode;
use fovea_annotation::ContentHash;
use fovea_protocol::{LoginRequest, LoginResponse, RefreshRequest};
use serde_json::json;

use super::pair::{Ends, Pair, PairHashes, new_family};
use super::sign_ins::{check_password, wrong_password};
use super::{audit, write};
use crate::audit::Action;
use crate::auth::hash_token;
use crate::backend::Backend;
use crate::db::{self, Account, Connection, DbError};
use crate::http::Caller;
use crate::problem::Problem;

/// Signs in with name and password.
pub(crate) async fn sign_in(
    backend: &Backend,
    ask: LoginRequest,
) -> Result<LoginResponse, Problem> {
    let checked = check_password(backend, &ask.name, ask.password).await?;
    let (pair, now_us) = (Pair::generate()?, backend.clock.now_us());
    let (hashes, must_change) = (pair.hashes(), checked.must_change_password);
    let work = move |connection: &Connection| {
        // While the password was hashed it may have been changed, or the account closed.
        let now = db::sign_in_row(connection, &checked.account.name)?;
        if now.is_none_or(|now| now.password_phc != checked.password_phc) {
            return Ok(Err(wrong_password()));
        }
        db::drop_failures(connection, &checked.account.name)?;
        begin(connection, &checked.account, hashes, "password", now_us).map(Ok)
    };
    let ends = write(backend, work).await?;
    Ok(pair.response(ends, must_change))
}

/// Begins a sign-in of `account` and writes down `by` what it was let in.
pub(crate) fn begin(
    connection: &Connection,
    account: &Account,
    hashes: PairHashes,
    by: &str,
    now_us: i64,
) -> Result<Ends, DbError> {
    let family = new_family(account.user_id, now_us);
    let ends = hashes.insert(connection, &family, now_us)?;
    let (name, detail) = (&account.name, json!({ "sign_in": family.id, "by": by }));
    audit(connection, now_us, name, Action::SignIn, name, detail)?;
    Ok(ends)
}

/// Gives the next pair for a refresh token. One that was used before was stolen, or its thief comes now: nobody can tell
/// which, so the whole sign-in ends.
pub(crate) async fn refresh(
    backend: &Backend,
    ask: RefreshRequest,
) -> Result<LoginResponse, Problem> {
    let token_hash = hash_token(&ask.refresh_token).ok_or_else(sign_in_again)?;
    let (pair, now_us) = (Pair::generate()?, backend.clock.now_us());
    let hashes = pair.hashes();
    let work = move |connection: &Connection| rotate(connection, token_hash, hashes, now_us);
    let (ends, must_change) = write(backend, work).await?;
    Ok(pair.response(ends, must_change))
}

type Rotated = Result<Result<(Ends, bool), Problem>, DbError>;

fn rotate(
    connection: &Connection,
    token_hash: ContentHash,
    next: PairHashes,
    now_us: i64,
) -> Rotated {
    let Some(found) = db::refresh_row(connection, token_hash, now_us)? else {
        return Ok(Err(sign_in_again()));
    };
    let (name, family) = (&found.account.name, &found.family);
    let detail = json!({ "sign_in": family.id });
    if found.was_used {
        db::end_family(connection, &family.id, now_us)?;
        audit(connection, now_us, name, Action::SignInReuse, name, detail)?;
        return Ok(Err(token_reused()));
    }
    db::mark_used(connection, token_hash, now_us)?;
    let ends = next.insert(connection, family, now_us)?;
    audit(
        connection,
        now_us,
        name,
        Action::SignInRefresh,
        name,
        detail,
    )?;
    Ok(Ok((ends, found.must_change_password)))
}

/// Ends the sign-in that the token of the request belongs to; a named token ends itself.
pub(crate) async fn sign_out(backend: &Backend, caller: Caller) -> Result<(), Problem> {
    let now_us = backend.clock.now_us();
    let work = move |connection: &Connection| {
        let (account, name) = (&caller.account, &caller.account.name);
        let (action, detail) = match &caller.token.family {
            Some(family) => {
                db::end_family(connection, family, now_us)?;
                (Action::SignOut, json!({ "sign_in": family }))
            }
            None => {
                let token_id = db::token_id(caller.token_hash);
                db::end_named_token(connection, account.user_id, &token_id, now_us)?;
                (Action::TokenRevoke, json!({ "token": token_id }))
            }
        };
        audit(connection, now_us, name, action, name, detail).map(Ok)
    };
    write(backend, work).await
}

fn sign_in_again() -> Problem {
    let detail = "the refresh token is unknown or its time is over; sign in again";
    Problem::refused(StatusCode::UNAUTHORIZED, "not_signed_in", detail)
}

fn token_reused() -> Problem {
    let detail =
        "this refresh token was used before, so its sign-in was ended everywhere; sign in again";
    Problem::refused(StatusCode::UNAUTHORIZED, "token_reused", detail)
}
