//! The protocol over HTTP.

use std::sync::Arc;
use std::time::Duration;

use fovea_annotation::ContentHash;
use fovea_protocol::{
    ChangesPage, HaveRequest, HaveResponse, Hello, ProblemBody, PushRequest, PushResponse,
    QueuePage,
};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::pin::{KeyPin, client_config};
use crate::refresh::next_pair;
use crate::transport::Answer;
use crate::{Credentials, Kept, Transport, TransportError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest silence on a connection that carries an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Silence that is allowed while the server waits for a change on our behalf.
const LONG_POLL_GRACE: Duration = Duration::from_secs(15);
/// Silence that is allowed while the server lets a whole scan through its firewall.
const INTAKE_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// The sign-in is good for nothing but a new password: a person has to sign in.
const PASSWORD_CHANGE_NEEDED: &str = "password_change_needed";

/// A server reached over HTTP. Clones share connections and credentials.
#[derive(Clone)]
pub struct HttpTransport {
    client: Client,
    /// For requests that take the server minutes.
    patient: Client,
    base: Url,
    credentials: Arc<dyn Credentials>,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTransport")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl HttpTransport {
    /// The server at `base_url`, such as `https://fovea.example.org` or `http://127.0.0.1:7171`. An address that ends with
    /// `#sha256/…` is that of the server with this [`KeyPin`] and of no other.
    pub fn new(base_url: &str, credentials: Arc<dyn Credentials>) -> Answer<Self> {
        let invalid = |why: String| TransportError::Incompatible {
            why: format!("{base_url} is no server address: {why}"),
        };
        let base = Url::parse(base_url).map_err(|error| invalid(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(invalid("it must begin with http:// or https://".to_owned()));
        }
        let pin = base.fragment().map(str::parse::<KeyPin>).transpose();
        let pin = pin.map_err(|error| invalid(error.to_string()))?;
        if pin.is_some() && base.scheme() != "https" {
            return Err(invalid("with a pin it must begin with https://".to_owned()));
        }
        let client = |read_timeout| {
            let mut builder = Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(read_timeout)
                .user_agent(concat!("fovea/", env!("CARGO_PKG_VERSION")));
            if is_loopback(&base) {
                // A proxy of the site cannot reach this machine's own server.
                builder = builder.no_proxy();
            }
            if let Some(pin) = pin {
                let config = client_config(pin).map_err(|error| invalid(error.to_string()))?;
                builder = builder.tls_backend_preconfigured(config);
            }
            builder.build().map_err(|error| unreachable(&error))
        };
        Ok(Self {
            client: client(READ_TIMEOUT + LONG_POLL_GRACE)?,
            patient: client(INTAKE_TIMEOUT)?,
            base,
            credentials,
        })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Answer<RequestBuilder> {
        Ok(self.client.request(method, self.url(path)?))
    }

    /// As [`Self::request`], for what takes the server minutes.
    pub(crate) fn patient_request(&self, method: Method, path: &str) -> Answer<RequestBuilder> {
        Ok(self.patient.request(method, self.url(path)?))
    }

    /// An address on this server.
    pub(crate) fn url(&self, path: &str) -> Answer<Url> {
        self.base
            .join(path)
            .map_err(|error| incompatible(error.to_string()))
    }

    /// Sends a request in the name of who is signed in. When the token's time is over the next one is fetched first.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer<Response> {
        let kept = self
            .credentials
            .kept()
            .ok_or(TransportError::Unauthorized)?;
        let again = request.try_clone();
        match (send(signed(request, &kept)).await, again) {
            (Err(TransportError::Unauthorized), Some(again)) if kept.refresh_token().is_some() => {
                let refresh = self
                    .request(Method::POST, "/v1/auth/refresh")?
                    .timeout(READ_TIMEOUT);
                let credentials = Arc::clone(&self.credentials);
                let kept = next_pair(credentials, kept, refresh).await?;
                send(signed(again, &kept)).await
            }
            (answer, _) => answer,
        }
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Answer<T> {
        json(self.send(request).await?).await
    }
}

fn signed(request: RequestBuilder, kept: &Kept) -> RequestBuilder {
    request.header(AUTHORIZATION, format!("Bearer {}", kept.token()))
}

/// The body of an answer.
pub(crate) async fn json<T: DeserializeOwned>(response: Response) -> Answer<T> {
    let bytes = response
        .bytes()
        .await
        .map_err(|error| unreachable(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| incompatible(error.to_string()))
}

/// An answer that this program does not understand.
pub(crate) fn incompatible(why: String) -> TransportError {
    TransportError::Incompatible { why }
}

impl Transport for HttpTransport {
    async fn hello(&self) -> Answer<Hello> {
        self.json(
            self.request(Method::GET, "/v1/hello")?
                .timeout(READ_TIMEOUT),
        )
        .await
    }

    async fn have(&self, blobs: &[ContentHash]) -> Answer<HaveResponse> {
        let body = HaveRequest {
            blobs: blobs.to_vec(),
        };
        self.json(
            self.request(Method::POST, "/v1/sync/have")?
                .timeout(READ_TIMEOUT)
                .json(&body),
        )
        .await
    }

    async fn put_blob(&self, hash: ContentHash, bytes: Vec<u8>) -> Answer<()> {
        let request = self.request(Method::PUT, &format!("/v1/blobs/{hash}"))?;
        self.send(
            request
                .header(CONTENT_TYPE, "application/octet-stream")
                .body(bytes),
        )
        .await
        .map(drop)
    }

    async fn get_blob(&self, hash: ContentHash) -> Answer<Vec<u8>> {
        let request = self.request(Method::GET, &format!("/v1/blobs/{hash}"))?;
        let response = self.send(request).await?;
        Ok(response
            .bytes()
            .await
            .map_err(|error| unreachable(&error))?
            .to_vec())
    }

    async fn push(&self, request: &PushRequest) -> Answer<PushResponse> {
        self.json(self.request(Method::POST, "/v1/sync/push")?.json(request))
            .await
    }

    async fn changes(&self, cursor: u64, wait_s: u32) -> Answer<ChangesPage> {
        let path = format!("/v1/sync/changes?cursor={cursor}&wait_s={wait_s}");
        let limit = Duration::from_secs(u64::from(wait_s)) + LONG_POLL_GRACE;
        self.json(self.request(Method::GET, &path)?.timeout(limit))
            .await
    }

    async fn queue(&self, threshold: f32) -> Answer<QueuePage> {
        let path = format!("/v1/active-learning/queue?uncertainty_threshold={threshold}");
        self.json(self.request(Method::GET, &path)?.timeout(READ_TIMEOUT))
            .await
    }
}

fn is_loopback(base: &Url) -> bool {
    match base.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}

/// Sends a request as it is; an answer of 4xx or 5xx is an error.
pub(crate) async fn send(request: RequestBuilder) -> Answer<Response> {
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(problem(response).await)
    }
}

/// What an answer of 4xx or 5xx means.
async fn problem(response: Response) -> TransportError {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body: Option<ProblemBody> = response
        .bytes()
        .await
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    classify(status, retry_after.map(Duration::from_secs), body)
}

fn classify(
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Option<ProblemBody>,
) -> TransportError {
    let retryable = body
        .as_ref()
        .map_or(status.is_server_error(), |problem| problem.retryable);
    let detail = body.as_ref().map_or_else(
        || format!("HTTP {status}"),
        |problem| problem.detail.clone(),
    );
    let needs_person = body
        .as_ref()
        .is_some_and(|problem| problem.code == PASSWORD_CHANGE_NEEDED);
    if status == StatusCode::UNAUTHORIZED || needs_person {
        TransportError::Unauthorized
    } else if retryable || retry_after.is_some() || status == StatusCode::TOO_MANY_REQUESTS {
        TransportError::Busy {
            retry_after,
            detail,
        }
    } else {
        let code = body.map_or_else(
            || format!("http_{}", status.as_u16()),
            |problem| problem.code,
        );
        TransportError::Refused { code, detail }
    }
}

/// The innermost cause says what is wrong; the outer ones repeat the address.
pub(crate) fn unreachable(error: &reqwest::Error) -> TransportError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let why = if error.is_timeout() {
        "it took too long".to_owned()
    } else {
        // What TLS puts before the reasons that are given here.
        let text = cause.to_string();
        let reason = text.strip_prefix("unexpected error: ").unwrap_or(&text);
        reason.to_owned()
    };
    TransportError::Unreachable { why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FixedToken;

    #[test]
    fn an_answer_is_taken_for_what_it_means() {
        let body = |retryable| ProblemBody {
            kind: "about:blank".into(),
            title: "t".into(),
            status: 0,
            detail: "why".into(),
            code: "some_code".into(),
            retryable,
            request_id: String::new(),
            current: Vec::new(),
        };
        let busy = |s: Option<u64>, detail: &str| TransportError::Busy {
            retry_after: s.map(Duration::from_secs),
            detail: detail.into(),
        };
        let refused = |code: &str, detail: &str| TransportError::Refused {
            code: code.into(),
            detail: detail.into(),
        };
        let table = [
            (401, None, Some(body(false)), TransportError::Unauthorized),
            (422, None, Some(body(false)), refused("some_code", "why")),
            (409, None, Some(body(true)), busy(None, "why")),
            (503, Some(7), Some(body(true)), busy(Some(7), "why")),
            (502, None, None, busy(None, "HTTP 502 Bad Gateway")),
            (404, None, None, refused("http_404", "HTTP 404 Not Found")),
            (429, None, None, busy(None, "HTTP 429 Too Many Requests")),
        ];
        for (status, retry_after, body, expected) in table {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(
                classify(status, retry_after.map(Duration::from_secs), body),
                expected,
                "{status}"
            );
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused_with_a_reason() {
        let credentials: Arc<dyn Credentials> = Arc::new(FixedToken("t".into()));
        for bad in [
            "",
            "example.org",
            "ftp://example.org",
            "https://example.org#sha256/AAAA",
            "https://example.org#pin",
            "http://example.org#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            let error = HttpTransport::new(bad, Arc::clone(&credentials)).expect_err(bad);
            assert!(error.to_string().contains("no server address"), "{error}");
        }
        for good in [
            "http://127.0.0.1:7171",
            "https://127.0.0.1:7171#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            let credentials = Arc::clone(&credentials);
            assert!(HttpTransport::new(good, credentials).is_ok(), "{good}");
        }
    }
}
