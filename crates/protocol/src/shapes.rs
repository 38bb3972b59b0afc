//! What a text may look like, for programs that read the description of the API. Nothing here is ever built.

use utoipa::ToSchema;

/// A SHA-256 in hexadecimal. The server writes small letters.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$")]
#[allow(dead_code, reason = "describes a text; never built")]
pub struct Sha256(String);

/// On what ground a scan may be used.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes a text; never built")]
pub enum Consent {
    /// The patient agreed to this use in writing.
    Written,
    /// The patient agreed to research in general.
    Broad,
    /// An ethics board waived the consent.
    Waiver,
    /// The scan is published for use by anyone.
    Public,
    /// The scan shows no person.
    NoPerson,
}

/// Which eye.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes a text; never built")]
pub enum Laterality {
    /// The right one.
    Right,
    /// The left one.
    Left,
    /// Nobody knows.
    Unknown,
}
