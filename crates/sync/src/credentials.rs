//! The token that names this person to the server, as a port: a keyring, a file, or a fixed text in tests.

use std::path::PathBuf;

/// Gives the bearer token. It is asked for at every request, so that a new sign-in is used at once.
pub trait Credentials: Send + Sync {
    /// The token, or `None` when nobody is signed in.
    fn token(&self) -> Option<String>;
}

/// A token that does not change.
#[derive(Clone)]
pub struct FixedToken(pub String);

impl std::fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FixedToken(secret)")
    }
}

impl Credentials for FixedToken {
    fn token(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// A token in a file that only its owner may read.
#[derive(Clone, Debug)]
pub struct TokenFile(pub PathBuf);

impl Credentials for TokenFile {
    fn token(&self) -> Option<String> {
        let text = std::fs::read_to_string(&self.0).ok()?;
        let token = text.trim();
        (!token.is_empty()).then(|| token.to_owned())
    }
}
