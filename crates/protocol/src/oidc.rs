//! Signing in at the site's own identity provider.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::login::shows_nothing;

/// Body of `POST /v1/auth/oidc/start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcStart {
    /// Where the client waits for the browser: `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`.
    #[schema(max_length = 200)]
    pub redirect_uri: String,
}

/// Its answer.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OidcStarted {
    /// To be opened in a browser.
    pub authorization_url: String,
    /// Comes back with the browser; anything else is not the answer to this question.
    pub state: String,
    /// Shows that who ends the sign-in began it. Keep it in memory.
    pub attempt: String,
    /// Until when the sign-in must be ended.
    pub expires_at_us: i64,
}

/// Body of `POST /v1/auth/oidc/callback`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcCallback {
    /// As it was given at the start.
    #[schema(max_length = 128)]
    pub attempt: String,
    /// As it came with the browser.
    #[schema(max_length = 128)]
    pub state: String,
    /// As it came with the browser.
    #[schema(max_length = 4096)]
    pub code: String,
}

/// Answer of `POST /v1/auth/oidc/device`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OidcDevice {
    /// Give it at `POST /v1/auth/oidc/device/poll`.
    pub attempt: String,
    /// What the person types in.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it, where the provider has that.
    pub verification_uri_complete: Option<String>,
    /// Seconds between two questions.
    pub interval_s: u32,
    /// Until when the sign-in must be ended.
    pub expires_at_us: i64,
}

/// Body of `POST /v1/auth/oidc/device/poll`.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcPoll {
    /// As it was given at the start.
    #[schema(max_length = 128)]
    pub attempt: String,
}

shows_nothing!(OidcStarted OidcCallback OidcDevice OidcPoll);
