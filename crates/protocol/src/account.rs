//! Accounts and their tokens, as an administrator and their owner see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::login::shows_nothing;

/// Answer of `GET /v1/me`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Name of the account.
    pub name: String,
    /// Its role.
    pub role: String,
    /// When the token of this request stops working; absent for one that lives until it is ended.
    pub token_expires_at_us: Option<i64>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserRecord {
    /// Its name.
    pub name: String,
    /// `labeler`, `reviewer`, `researcher`, `ml-engineer`, `admin`, `auditor` or `worker`.
    pub role: String,
    /// True when the account is closed: nobody signs in to it, and none of its tokens works.
    pub disabled: bool,
    /// False for an account that has tokens only.
    pub has_password: bool,
    /// True until the password that an administrator gave was changed.
    pub must_change_password: bool,
    /// When it was made.
    pub created_at_us: i64,
}

/// Answer of `GET /v1/users`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsersPage {
    /// Accounts by name.
    pub users: Vec<UserRecord>,
    /// Give it as `after` to get the next page; absent on the last.
    pub next: Option<String>,
}

/// Body of `POST /v1/users`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserCreate {
    /// 1 to 64 letters, digits, dots, dashes, underscores or @.
    #[schema(max_length = 64)]
    pub name: String,
    /// See [`UserRecord::role`].
    #[schema(max_length = 32)]
    pub role: String,
    /// For the first sign-in; must be changed there. Left out for an account that has tokens only.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 1024)]
    pub password: Option<String>,
}

/// Body of `PATCH /v1/users/{name}`; what is left out stays.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// Another role, from the next request on.
    #[serde(default)]
    #[schema(max_length = 32)]
    pub role: Option<String>,
    /// Close the account, or open it again. Its tokens do not come back.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// A new password, to be changed at the next sign-in; ends the sign-ins of the account.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 1024)]
    pub password: Option<String>,
}

/// One named token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenRecord {
    /// Names it; says nothing about its text.
    pub token_id: String,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at_us: i64,
    /// When it stops working; absent for one that lives until it is ended.
    pub expires_at_us: Option<i64>,
}

/// Answer of `GET /v1/users/{name}/tokens`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokensPage {
    /// The tokens that work, oldest first; those of sign-ins are not among them.
    pub tokens: Vec<TokenRecord>,
}

/// Body of `POST /v1/users/{name}/tokens`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenCreate {
    /// What it is for, such as `worker in room 3`.
    #[schema(max_length = 64)]
    pub name: String,
    /// Days until it stops working, 1 to 730.
    #[schema(minimum = 1, maximum = 730)]
    pub life_days: u32,
}

/// Its answer.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenCreated {
    /// Names it.
    pub token_id: String,
    /// Send it as `Authorization: Bearer …`; it is shown only here.
    pub token: String,
    /// When it stops working.
    pub expires_at_us: i64,
}

shows_nothing!(UserCreate UserChange TokenCreated);
