//! The audit log as it is read back.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Sha256;

/// Query of `GET /v1/audit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// In the order of the log: `next` of the page before; 0, or left out, for the first.
    #[serde(default)]
    #[param(maximum = 9_223_372_036_854_775_807_i64)]
    pub after: Option<u64>,
    /// The newest first: `next` of the page before; 0 for the first. What follows can be asked with this only.
    #[serde(default)]
    #[param(maximum = 9_223_372_036_854_775_807_i64)]
    pub before: Option<u64>,
    /// What this account did.
    #[serde(default)]
    pub actor: Option<String>,
    /// These actions, separated by commas.
    #[serde(default)]
    pub action: Option<String>,
    /// What was done to this case, its tiles, labels and runs.
    #[serde(default)]
    #[param(value_type = Option<Sha256>)]
    pub case_id: Option<String>,
    /// Not before this moment, µs since 1970 UTC.
    #[serde(default)]
    pub since_us: Option<i64>,
    /// Before this moment, µs since 1970 UTC.
    #[serde(default)]
    pub until_us: Option<i64>,
}

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
    #[schema(value_type = Sha256)]
    pub previous: ContentHash,
    /// Hash of this line.
    #[schema(value_type = Sha256)]
    pub hash: ContentHash,
}

/// Answer of `GET /v1/audit`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// Lines in the order that was asked for.
    pub entries: Vec<AuditEntry>,
    /// Give it as `after`, or as `before`, to get the next page; absent on the last.
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
    #[schema(value_type = Sha256)]
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
