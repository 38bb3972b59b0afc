//! Named tokens, for workers and scripts.

use axum::http::StatusCode;
use fovea_protocol::{TokenCreate, TokenCreated};
use serde_json::json;

use super::manage::unknown;
use super::{audit, write};
use crate::audit::Action;
use crate::auth::Token;
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, NAMED_MAX};
use crate::ops::Applied;
use crate::problem::Problem;

const NAME_LEN_MAX: usize = 64;
const LIFE_DAYS_MAX: u32 = 730;
const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// Makes a token for the account `name`. Its text is in the answer and nowhere else.
pub(crate) async fn create_token(
    backend: &Backend,
    by: Applied,
    name: String,
    ask: TokenCreate,
) -> Result<TokenCreated, Problem> {
    check(&ask)?;
    let token = Token::generate().map_err(|error| Problem::from(DbError::Io(error)))?;
    let (hash, now_us) = (token.hash(), by.now_us);
    let expires_at_us = now_us + i64::from(ask.life_days) * DAY_US;
    let token_id = db::token_id(hash);
    let created = TokenCreated {
        token_id: token_id.clone(),
        token: token.text().to_owned(),
        expires_at_us,
    };
    let work = move |connection: &Connection| {
        let Some(user) = db::user_by_name(connection, &name)? else {
            return Ok(Err(unknown()));
        };
        let user_id = user.account.user_id;
        if user.disabled {
            return Ok(Err(closed()));
        }
        if db::named_tokens(connection, user_id, now_us)?.len() as u64 >= NAMED_MAX {
            return Ok(Err(too_many()));
        }
        let ends = Some(expires_at_us);
        db::insert_named_token(connection, user_id, &ask.name, hash, now_us, ends)?;
        let detail = json!({ "token": token_id, "name": ask.name, "expires_at_us": expires_at_us });
        let actor = &by.account.name;
        audit(
            connection,
            now_us,
            actor,
            Action::TokenCreate,
            &name,
            detail,
        )
        .map(Ok)
    };
    write(backend, work).await?;
    Ok(created)
}

/// Ends a token of the account `name`.
pub(crate) async fn end_token(
    backend: &Backend,
    by: Applied,
    name: String,
    token_id: String,
) -> Result<(), Problem> {
    let work = move |connection: &Connection| {
        let Some(user) = db::user_by_name(connection, &name)? else {
            return Ok(Err(unknown()));
        };
        if !db::end_named_token(connection, user.account.user_id, &token_id, by.now_us)? {
            return Ok(Err(token_unknown()));
        }
        let (actor, detail) = (&by.account.name, json!({ "token": token_id }));
        audit(
            connection,
            by.now_us,
            actor,
            Action::TokenRevoke,
            &name,
            detail,
        )
        .map(Ok)
    };
    write(backend, work).await
}

fn check(ask: &TokenCreate) -> Result<(), Problem> {
    let is_plain = |c: char| c.is_alphanumeric() || " -_.@".contains(c);
    if ask.name.trim().is_empty()
        || ask.name.len() > NAME_LEN_MAX
        || !ask.name.chars().all(is_plain)
    {
        let detail = format!(
            "a token name has 1 to {NAME_LEN_MAX} letters, digits, spaces, dots, dashes, underscores or @; choose another one"
        );
        return Err(Problem::unprocessable("bad_name", detail));
    }
    if !(1..=LIFE_DAYS_MAX).contains(&ask.life_days) {
        let detail = format!("a token lives 1 to {LIFE_DAYS_MAX} days; choose a number of them");
        return Err(Problem::unprocessable("bad_life", detail));
    }
    Ok(())
}

fn closed() -> Problem {
    let detail = "the account is closed; open it before it gets a token";
    Problem::refused(StatusCode::CONFLICT, "user_closed", detail)
}

fn too_many() -> Problem {
    let detail = format!("the account has {NAMED_MAX} tokens; end one that is not needed");
    Problem::refused(StatusCode::CONFLICT, "too_many_tokens", detail)
}

fn token_unknown() -> Problem {
    let detail = "the account has no such token, or it has ended; list its tokens again";
    Problem::not_found("token_unknown", detail)
}
