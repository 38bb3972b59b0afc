//! The audit log as it is read back.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One line of the audit log; each line's hash covers the line before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// When it happened, by the server's clock.
    pub at_us: i64,
    /// Account that did it.
    pub actor: String,
    /// What was done, such as `LABEL_EDIT` or `ROLLBACK`.
    pub action: String,
    /// Id of the thing it was done to.
    pub subject: String,
    /// Facts of the action.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// Hash of the line before.
    #[schema(value_type = String)]
    pub previous: ContentHash,
    /// Hash of this line.
    #[schema(value_type = String)]
    pub hash: ContentHash,
}

/// Answer of `GET /v1/audit`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// Lines in order.
    pub entries: Vec<AuditEntry>,
    /// Give it as `after` to get the next page; absent on the last.
    pub next: Option<u64>,
}

/// Answer of `GET /v1/audit/head`: the last line, signed. Who keeps it can show later that the log was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// Whose log it is.
    #[schema(value_type = String, format = "uuid")]
    pub server_id: uuid::Uuid,
    /// Position of the line.
    pub seq: u64,
    /// Its hash.
    #[schema(value_type = String)]
    pub hash: ContentHash,
    /// Ed25519, in hexadecimal.
    pub signature: String,
    /// The key that it was signed with, in hexadecimal. Compare it with one that you got on another way.
    pub public_key: String,
}

/// Answer of `GET /v1/audit/verify`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditVerification {
    /// Lines checked.
    pub lines: u64,
    /// Heads checked: those of the database and those that were written down outside.
    pub heads: u64,
    /// Everything that is wrong, a sentence each; empty is good.
    pub faults: Vec<String>,
}
