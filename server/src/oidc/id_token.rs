//! What the provider says about a person, once its signature, issuer, audience, time and nonce were checked.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{ClaimsVerificationError, Nonce, SignatureVerificationError};
use serde_json::Value;

use super::provider::Provider;
use crate::problem::Problem;

/// Signatures with a key that only the provider has. Not among them: none, and those with a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How far the clocks of provider and server may lie apart.
const SKEW_US: i64 = 60 * 1_000_000;

/// A person, as the provider knows them.
#[derive(Clone, Debug)]
pub(super) struct Claims {
    pub(super) subject: String,
    all: Value,
}

impl Claims {
    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name)?.as_str()
    }

    /// A claim that is true.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.all.get(name) == Some(&Value::Bool(true))
    }

    /// A claim that is a text, or a list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        match self.all.get(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// The claims of `text`. `nonce` is the one that was sent; a device has none.
pub(super) async fn verified(
    provider: &Provider,
    text: &str,
    nonce: Option<&str>,
) -> Result<Claims, Problem> {
    let keys = provider.known(false).await?.keys;
    match verify(provider, keys, text, nonce) {
        // The provider may have taken a new key.
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) => {
            let keys = provider.known(true).await?.keys;
            verify(provider, keys, text, nonce).map_err(|error| refused(&error))
        }
        verified => verified.map_err(|error| refused(&error)),
    }
}

fn verify(
    provider: &Provider,
    keys: CoreJsonWebKeySet,
    text: &str,
    nonce: Option<&str>,
) -> Result<Claims, ClaimsVerificationError> {
    let other = |why: &str| ClaimsVerificationError::Other(why.to_owned());
    let token: CoreIdToken = text.parse().map_err(|_| other("it is no ID token"))?;
    let settings = &provider.settings;
    let now_us = provider.clock.now_us();
    let now = DateTime::from_timestamp_micros(now_us - SKEW_US).unwrap_or_default();
    let latest = DateTime::from_timestamp_micros(now_us + SKEW_US).unwrap_or_default();
    let verifier = CoreIdTokenVerifier::new_public_client(
        settings.client_id.clone(),
        settings.issuer.clone(),
        keys,
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || now)
    .set_issue_time_verifier_fn(move |issued| match issued <= latest {
        true => Ok(()),
        false => Err("it was issued in the future".to_owned()),
    });
    let claims = token.claims(&verifier, |found: Option<&Nonce>| match (nonce, found) {
        (Some(sent), Some(found)) if is_same(sent, found.secret()) => Ok(()),
        (None, _) => Ok(()),
        _ => Err("it does not answer this question".to_owned()),
    })?;
    let subject = claims.subject().as_str().to_owned();
    // The payload was verified just now; here it is read whole, as a site may name any claim.
    let payload = text.split('.').nth(1).unwrap_or_default();
    let all = URL_SAFE_NO_PAD.decode(payload).ok();
    let all = all.and_then(|json| serde_json::from_slice(&json).ok());
    let all = all.ok_or_else(|| other("its payload is no JSON"))?;
    Ok(Claims { subject, all })
}

/// Compares hashes, so that the time of the answer says nothing.
fn is_same(a: &str, b: &str) -> bool {
    let hash = |text: &str| fovea_annotation::ContentHash::of(text.as_bytes());
    hash(a) == hash(b)
}

fn refused(error: &ClaimsVerificationError) -> Problem {
    tracing::warn!(%error, "an ID token was refused");
    let detail = "the identity provider's word cannot be trusted here; begin the sign-in again, and ask an administrator when it happens again";
    Problem::refused(StatusCode::UNAUTHORIZED, "id_token_refused", detail)
}
