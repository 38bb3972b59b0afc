//! Who may see a case.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How widely a case is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// With every role that reads cases.
    Open,
    /// With its owner, the accounts that it names, and administrators.
    Restricted,
}

/// Answer of `GET /v1/cases/{case_id}/access`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseAccess {
    /// How widely it is shared.
    pub sharing: Sharing,
    /// The account that sent it.
    pub owner: String,
    /// The accounts that a restricted case names beside its owner.
    pub accounts: Vec<String>,
}

/// Body of `PUT /v1/cases/{case_id}/access`: what is to hold from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAccessChange {
    /// How widely it is shared.
    pub sharing: Sharing,
    /// The accounts that a restricted case names beside its owner; none for an open one.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub accounts: Vec<String>,
}
