//! Errors as RFC 9457 problem details.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Media type of an error answer.
pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

/// Body of every answer of 4xx and 5xx.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// `about:blank`: the status says what kind of problem it is, `code` says which.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short text of the status.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// One sentence: what happened, to what, what to do.
    pub detail: String,
    /// Stable name for programs, such as `blob_hash_mismatch`.
    pub code: String,
    /// True when the same request may succeed later.
    pub retryable: bool,
    /// Names the request in the server's log.
    pub request_id: String,
    /// What is there now, where the request was about something that has changed meanwhile: ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub current: Vec<String>,
}
