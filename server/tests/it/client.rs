//! HTTP with a token; answers are a status and JSON.

use fovea_annotation::ContentHash;
use fovea_protocol::{Op, OpBody, OpOutcome, ProblemBody, PushRequest, PushResponse};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A client of one account, or of nobody.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) token: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str, token: Option<String>) -> Self {
        Self {
            http: reqwest::Client::builder()
                // On a busy machine a connection may wait in the backlog for longer than the client likes.
                .tcp_user_timeout(None)
                .build()
                .expect("a client"),
            url: url.into(),
            token,
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn send(&self, method: Method, path: &str) -> Response {
        self.request(method, path)
            .send()
            .await
            .expect("the server answers")
    }

    /// A `GET` that must succeed.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let response = self.send(Method::GET, path).await;
        assert_eq!(response.status(), 200, "{path}");
        response
            .json()
            .await
            .expect("the answer is what the protocol says")
    }

    /// A `POST`; the answer as it comes.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Response {
        self.request(Method::POST, path)
            .json(body)
            .send()
            .await
            .expect("the server answers")
    }

    /// A `POST` that must end with `status`.
    pub(crate) async fn post_ok<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        status: u16,
    ) -> T {
        let response = self.post(path, body).await;
        let found = response.status();
        let text = response.text().await.expect("a body");
        assert_eq!(found, status, "{path}: {text}");
        serde_json::from_str(&text).expect("the answer is what the protocol says")
    }

    /// Stores bytes and returns their name.
    pub(crate) async fn put_blob(&self, bytes: Vec<u8>) -> ContentHash {
        let sha256 = ContentHash::of(&bytes);
        let put = self
            .request(Method::PUT, &format!("/v1/blobs/{sha256}"))
            .body(bytes);
        assert_eq!(put.send().await.expect("the server answers").status(), 204);
        sha256
    }

    /// Pushes operations under new ids.
    pub(crate) async fn push(&self, bodies: Vec<OpBody>) -> Vec<OpOutcome> {
        let ops = bodies
            .into_iter()
            .map(|body| Op {
                op_id: Uuid::new_v4(),
                body,
            })
            .collect();
        self.push_ops(ops).await
    }

    /// Pushes operations.
    pub(crate) async fn push_ops(&self, ops: Vec<Op>) -> Vec<OpOutcome> {
        let ids: Vec<Uuid> = ops.iter().map(|op| op.op_id).collect();
        let answer: PushResponse = self
            .post_ok("/v1/sync/push", &PushRequest { ops }, 200)
            .await;
        assert_eq!(
            answer
                .results
                .iter()
                .map(|result| result.op_id)
                .collect::<Vec<_>>(),
            ids
        );
        answer
            .results
            .into_iter()
            .map(|result| result.outcome)
            .collect()
    }
}

/// The problem body of an answer; fails on anything but a 4xx with one.
pub(crate) async fn problem(response: Response) -> ProblemBody {
    let (status, content_type) = (
        response.status(),
        response.headers().get("content-type").cloned(),
    );
    let request_id = response
        .headers()
        .get("x-request-id")
        .cloned()
        .expect("an id");
    let text = response.text().await.expect("a body");
    assert!(status.is_client_error(), "{status}: {text}");
    assert_eq!(
        content_type.expect("a type"),
        "application/problem+json",
        "{text}"
    );
    let body: ProblemBody = serde_json::from_str(&text).expect("a problem body");
    assert_eq!(
        (body.status, body.request_id.as_str()),
        (status.as_u16(), request_id.to_str().expect("text"))
    );
    body
}
