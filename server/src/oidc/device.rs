//! Without a browser: a code that the person types in on another machine (RFC 8628).

use std::collections::HashMap;

use axum::http::StatusCode;
use fovea_protocol::{LoginResponse, OidcDevice, OidcPoll};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::id_token::verified;
use super::person::sign_in;
use super::provider::unreachable;
use super::{ATTEMPT_US, attempt_hash, attempt_unknown, insert, provider};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError};
use crate::problem::Problem;

const KIND: &str = "device";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Between two questions, where the provider does not say it.
const INTERVAL_S: u32 = 5;
const INTERVAL_S_MAX: u32 = 60;

#[derive(Deserialize, Serialize)]
struct Begun {
    device_code: String,
    interval_s: u32,
}

/// Begins a sign-in: says what to type in where.
pub(crate) async fn begin_device(backend: &Backend) -> Result<OidcDevice, Problem> {
    let provider = provider(backend)?;
    let url = provider.known(false).await?.device.ok_or_else(|| {
        let detail = "the identity provider knows no codes to type in; sign in by a browser";
        Problem::not_found("oidc_off", detail)
    })?;
    let scope = format!("openid {}", provider.settings.scopes.join(" "));
    let answer = provider.ask(url, &[("scope", scope.trim())]).await?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let needed = |name: &str| text(name).ok_or_else(|| unreachable(&format!("no {name}")));
    let interval_s = seconds(&answer, "interval")
        .unwrap_or(INTERVAL_S)
        .clamp(1, INTERVAL_S_MAX);
    let life_us = seconds(&answer, "expires_in").map_or(ATTEMPT_US, |s| i64::from(s) * 1_000_000);
    let now_us = backend.clock.now_us();
    let expires_at_us = now_us + life_us.min(ATTEMPT_US);
    let begun = Begun {
        device_code: needed("device_code")?,
        interval_s,
    };
    let detail = serde_json::to_string(&begun).map_err(|_| damaged())?;
    let (user_code, verification_uri) = (needed("user_code")?, needed("verification_uri")?);
    Ok(OidcDevice {
        attempt: insert(backend, KIND, detail, now_us, expires_at_us).await?,
        user_code,
        verification_uri,
        verification_uri_complete: text("verification_uri_complete"),
        interval_s,
        expires_at_us,
    })
}

/// Asks whether the person has typed the code in.
pub(crate) async fn poll_device(
    backend: &Backend,
    ask: OidcPoll,
) -> Result<LoginResponse, Problem> {
    let provider = provider(backend)?;
    let (attempt, now_us) = (attempt_hash(&ask.attempt)?, backend.clock.now_us());
    let turn = move |connection: &Connection| {
        let found = db::oidc_attempt_row(connection, attempt, KIND, now_us)?;
        let Some((detail, next_at_us)) = found else {
            return Ok(None);
        };
        let begun: Begun = serde_json::from_str(&detail).map_err(|_| damaged())?;
        let is_early = now_us < next_at_us;
        if !is_early {
            let next_at_us = now_us + i64::from(begun.interval_s) * 1_000_000;
            db::postpone_oidc_attempt(connection, attempt, next_at_us)?;
        }
        Ok(Some((begun, is_early)))
    };
    let (begun, is_early) = backend.db.write(turn).await?.ok_or_else(attempt_unknown)?;
    if is_early {
        return Err(pending(begun.interval_s));
    }
    let form = [("grant_type", GRANT), ("device_code", &begun.device_code)];
    let answer = provider.token(&form).await?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let Some(id_token) = text("id_token") else {
        return Err(match text("error") {
            Some("authorization_pending" | "slow_down") => pending(begun.interval_s),
            _ => attempt_unknown(),
        });
    };
    let take =
        move |connection: &Connection| db::take_oidc_attempt(connection, attempt, KIND, now_us);
    backend.db.write(take).await?.ok_or_else(attempt_unknown)?;
    // No question of ours went through a browser, so there is no nonce to come back.
    let claims = verified(&provider, id_token, None).await?;
    sign_in(backend, &provider, claims).await
}

fn seconds(answer: &HashMap<String, Value>, name: &str) -> Option<u32> {
    answer.get(name)?.as_u64()?.try_into().ok()
}

fn pending(interval_s: u32) -> Problem {
    let detail = "the code was not typed in yet; ask again";
    Problem::later(StatusCode::CONFLICT, "sign_in_pending", detail, interval_s)
}

fn damaged() -> DbError {
    DbError::DamagedRow { what: "sign-in" }
}
