//! Signing in: a short-lived token for requests, and a refresh token that gets the next pair.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `POST /v1/auth/login`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// Name of the account.
    #[schema(max_length = 64)]
    pub name: String,
    /// Its password.
    #[schema(max_length = 1024)]
    pub password: String,
}

/// Its answer, and that of `POST /v1/auth/refresh`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoginResponse {
    /// Send it as `Authorization: Bearer …`; it is shown only here.
    pub token: String,
    /// When it stops working.
    pub expires_at_us: i64,
    /// Gets the next pair, once, at `POST /v1/auth/refresh`. Keep the new pair before the new token is used.
    pub refresh_token: String,
    /// When the refresh token stops working.
    pub refresh_expires_at_us: i64,
    /// True when the password must be changed first: everything else is refused until then.
    pub must_change_password: bool,
}

/// Body of `POST /v1/auth/refresh`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The refresh token of the latest pair. One that was used before ends the whole sign-in.
    #[schema(max_length = 128)]
    pub refresh_token: String,
}

/// Body of `POST /v1/auth/password`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    #[schema(max_length = 1024)]
    pub current_password: String,
    /// The one from now on.
    #[schema(min_length = 12, max_length = 1024)]
    pub new_password: String,
}

/// Secrets stay out of logs.
macro_rules! shows_nothing {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
pub(crate) use shows_nothing;

shows_nothing!(LoginRequest LoginResponse RefreshRequest PasswordChange);
