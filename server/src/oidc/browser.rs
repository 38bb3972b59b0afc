//! By a browser on the same machine: the authorization code flow with PKCE, and a client that waits at a loopback address
//! (RFC 8252).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fovea_protocol::{LoginResponse, OidcCallback, OidcStart, OidcStarted};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::id_token::verified;
use super::person::sign_in;
use super::{ATTEMPT_US, attempt_hash, attempt_unknown, insert, provider};
use crate::backend::Backend;
use crate::db::{self, Connection, DbError};
use crate::problem::Problem;

const KIND: &str = "code";
const REDIRECT_LEN_MAX: usize = 200;

/// What must be shown at the end.
#[derive(Deserialize, Serialize)]
struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    redirect_uri: String,
}

/// Begins a sign-in: says what to open in the browser.
pub(crate) async fn begin(backend: &Backend, ask: OidcStart) -> Result<OidcStarted, Problem> {
    let provider = provider(backend)?;
    check_redirect(&ask.redirect_uri)?;
    let begun = Begun {
        state: random()?,
        nonce: random()?,
        verifier: random()?,
        redirect_uri: ask.redirect_uri,
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(begun.verifier.as_bytes()));
    let mut url = provider.known(false).await?.authorization;
    let scope = format!("openid {}", provider.settings.scopes.join(" "));
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", provider.settings.client_id.as_str())
        .append_pair("redirect_uri", &begun.redirect_uri)
        .append_pair("scope", scope.trim())
        .append_pair("state", &begun.state)
        .append_pair("nonce", &begun.nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    let expires_at_us = backend.clock.now_us() + ATTEMPT_US;
    let detail = serde_json::to_string(&begun).map_err(|_| damaged())?;
    Ok(OidcStarted {
        authorization_url: url.into(),
        state: begun.state,
        attempt: insert(backend, KIND, detail, 0, expires_at_us).await?,
        expires_at_us,
    })
}

/// Ends a sign-in with what came back by the browser. Each can be ended once, well or not.
pub(crate) async fn end(backend: &Backend, ask: OidcCallback) -> Result<LoginResponse, Problem> {
    let provider = provider(backend)?;
    let (attempt, now_us) = (attempt_hash(&ask.attempt)?, backend.clock.now_us());
    let take =
        move |connection: &Connection| db::take_oidc_attempt(connection, attempt, KIND, now_us);
    let detail = backend.db.write(take).await?.ok_or_else(attempt_unknown)?;
    let begun: Begun = serde_json::from_str(&detail).map_err(|_| damaged())?;
    if Sha256::digest(&begun.state) != Sha256::digest(&ask.state) {
        return Err(attempt_unknown());
    }
    let answer = provider
        .token(&[
            ("grant_type", "authorization_code"),
            ("code", &ask.code),
            ("redirect_uri", &begun.redirect_uri),
            ("code_verifier", &begun.verifier),
        ])
        .await?;
    let id_token = answer.get("id_token").and_then(|token| token.as_str());
    // A code that the provider does not take, or takes for the second time.
    let id_token = id_token.ok_or_else(attempt_unknown)?;
    let claims = verified(&provider, id_token, Some(&begun.nonce)).await?;
    sign_in(backend, &provider, claims).await
}

/// Nobody but a program on the person's own machine hears what comes there.
fn check_redirect(text: &str) -> Result<(), Problem> {
    let url = Url::parse(text)
        .ok()
        .filter(|_| text.len() <= REDIRECT_LEN_MAX);
    let is_loopback = url.is_some_and(|url| {
        url.scheme() == "http"
            && url
                .host_str()
                .is_some_and(|host| ["127.0.0.1", "[::1]"].contains(&host))
            && url.port().is_some()
            && url.username().is_empty()
            && url.fragment().is_none()
    });
    match is_loopback {
        true => Ok(()),
        false => Err(Problem::unprocessable(
            "bad_redirect",
            "redirect_uri is http://127.0.0.1:PORT/ or http://[::1]:PORT/, on the person's own machine",
        )),
    }
}

/// 256 random bits.
fn random() -> Result<String, Problem> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits)
        .map_err(|error| DbError::Io(std::io::Error::other(error.to_string())))?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}

fn damaged() -> DbError {
    DbError::DamagedRow { what: "sign-in" }
}
