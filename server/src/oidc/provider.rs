//! The identity provider: its addresses and keys, and questions to it.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{Response as HttpResponseOf, StatusCode};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, HttpRequest, HttpResponse, IssuerUrl, ProviderMetadata,
};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use super::settings::{OidcSettings, is_trusted};
use crate::clock::Clock;
use crate::problem::Problem;

const TIMEOUT: Duration = Duration::from_secs(10);
/// An answer of the provider is a page of JSON.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// After so long addresses and keys are asked for again.
const KNOWN_US: i64 = 3_600_000_000;
/// A key that is not known has them asked for at once, but not more often than this.
const RENEWED_US: i64 = 10_000_000;

/// What the discovery document says beside the standard.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Extras {
    device_authorization_endpoint: Option<Url>,
}

impl AdditionalProviderMetadata for Extras {}

type Metadata = ProviderMetadata<
    Extras,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Addresses and keys.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) authorization: Url,
    pub(super) device: Option<Url>,
    pub(super) keys: CoreJsonWebKeySet,
    token: Url,
    asked_at_us: i64,
}

/// The provider of the site; asked when it is needed, so that the server starts without it.
pub(crate) struct Provider {
    pub(super) settings: OidcSettings,
    pub(super) clock: Clock,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

impl Provider {
    /// The provider that `settings` name.
    pub(crate) fn new(settings: OidcSettings, clock: Clock) -> std::io::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            // Addresses come from the discovery document and from nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self {
            settings,
            clock,
            http,
            known: Mutex::new(None),
        })
    }

    /// Addresses and keys, as they were at most an hour ago; `unknown_key` has them asked for anew.
    pub(super) async fn known(&self, unknown_key: bool) -> Result<Known, Problem> {
        let mut known = self.known.lock().await;
        let now_us = self.clock.now_us();
        let kept_us = if unknown_key { RENEWED_US } else { KNOWN_US };
        if let Some(known) = &*known
            && (0..kept_us).contains(&(now_us - known.asked_at_us))
        {
            return Ok(known.clone());
        }
        let found = self.discover(now_us).await?;
        *known = Some(found.clone());
        Ok(found)
    }

    async fn discover(&self, now_us: i64) -> Result<Known, Problem> {
        let http = self.http.clone();
        let call = move |request: HttpRequest| call(http.clone(), request);
        let issuer: IssuerUrl = self.settings.issuer.clone();
        let metadata = Metadata::discover_async(issuer, &call)
            .await
            .map_err(|error| unreachable(&error))?;
        let token = metadata.token_endpoint().map(|url| url.url().clone());
        let known = Known {
            authorization: metadata.authorization_endpoint().url().clone(),
            token: token.ok_or_else(|| unreachable(&"it has no token endpoint"))?,
            device: metadata
                .additional_metadata()
                .device_authorization_endpoint
                .clone(),
            keys: metadata.jwks().clone(),
            asked_at_us: now_us,
        };
        let urls = [
            Some(&known.authorization),
            Some(&known.token),
            known.device.as_ref(),
        ];
        let are_trusted = urls.into_iter().flatten().all(is_trusted);
        match are_trusted {
            true => Ok(known),
            false => Err(unreachable(&"one of its addresses has no https")),
        }
    }

    /// What the token endpoint says to `form`.
    pub(super) async fn token(
        &self,
        form: &[(&str, &str)],
    ) -> Result<HashMap<String, Value>, Problem> {
        let url = self.known(false).await?.token;
        self.ask(url, form).await
    }

    /// What `url` says to `form`, in the name of this client. An error that the provider names is an answer too.
    pub(super) async fn ask(
        &self,
        url: Url,
        form: &[(&str, &str)],
    ) -> Result<HashMap<String, Value>, Problem> {
        let mut form = form.to_vec();
        let client_id = self.settings.client_id.as_str();
        form.push(("client_id", client_id));
        if let Some(secret) = &self.settings.client_secret {
            form.push(("client_secret", secret));
        }
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(encoded(&form));
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let (_, bytes) = limited(response)
            .await
            .map_err(|error| unreachable(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| unreachable(&error))
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    // The encoding of a query is that of a form.
    let mut url = reqwest::Url::parse("http://form/").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(form);
    }
    url.and_then(|url| url.query().map(str::to_owned))
        .unwrap_or_default()
}

async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let (parts, body) = request.into_parts();
    let request = http
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body);
    let response = request.send().await.map_err(std::io::Error::other)?;
    let headers = response.headers().clone();
    let (status, bytes) = limited(response).await?;
    let mut answer = HttpResponseOf::new(bytes);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

async fn limited(mut response: reqwest::Response) -> Result<(StatusCode, Vec<u8>), std::io::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(std::io::Error::other)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(std::io::Error::other("its answer is too long"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((response.status(), bytes))
}

/// The provider does not answer, or not as it should. Why is for the log: it may name what is inside the site.
pub(super) fn unreachable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "the identity provider cannot be used");
    let detail = "the identity provider does not answer as it should; try again, or sign in with name and password";
    Problem::later(
        StatusCode::SERVICE_UNAVAILABLE,
        "oidc_unavailable",
        detail,
        5,
    )
}
