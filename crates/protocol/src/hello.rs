//! The first answer of a session: who the server is and how far it has come.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Limits;

/// Answer of `GET /v1/hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// Stays the same for the life of this server's data.
    #[schema(value_type = String, format = "uuid")]
    pub server_id: Uuid,
    /// Changes when the data was restored from a backup. On a change the client forgets its acknowledgements,
    /// sets its cursor to 0 and offers everything again.
    #[schema(value_type = String, format = "uuid")]
    pub incarnation: Uuid,
    /// Protocol versions that the server speaks.
    pub protocol_versions: Vec<u32>,
    /// Version of the server program, for the log.
    pub server_version: String,
    /// Name of the account that the token belongs to.
    pub user: String,
    /// Role of that account.
    pub role: String,
    /// Reviewers of this server may decide about labels of their own.
    #[serde(default)]
    pub may_review_own: bool,
    /// Number of the latest change; a client at this cursor has everything.
    pub cursor: u64,
    /// Sizes that the server accepts.
    pub limits: Limits,
    /// The server's clock, for measuring skew. Skew never blocks anything.
    pub server_time_us: i64,
}
