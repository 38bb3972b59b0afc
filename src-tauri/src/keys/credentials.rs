//! The sign-in at the server, kept where the other secrets are.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fovea_sync::{Credentials, Kept, LoginResponse};

use super::Vault;

/// A sign-in, in memory and in the vault. A keyring may ask its owner, so it is written to and not read again.
pub(crate) struct VaultCredentials(Mutex<Inside>);

struct Inside {
    vault: Vault,
    kept: Option<Kept>,
}

impl VaultCredentials {
    /// What `vault` held at the start.
    pub(crate) fn new(vault: Vault, token: Option<String>) -> Self {
        let kept = token.as_deref().and_then(Kept::parse);
        Self(Mutex::new(Inside { vault, kept }))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credentials for VaultCredentials {
    fn kept(&self) -> Option<Kept> {
        self.inside().kept.clone()
    }

    fn keep(&self, next: &LoginResponse) -> io::Result<()> {
        let mut inside = self.inside();
        let kept = Kept::Pair(Box::new(next.clone()));
        // What could not be kept works as long as the program runs.
        let stored = kept.text().and_then(|text| {
            inside
                .vault
                .keep_server_token(&text)
                .map_err(io::Error::other)
        });
        inside.kept = Some(kept);
        stored
    }

    fn forget(&self) -> io::Result<()> {
        let mut inside = self.inside();
        inside.kept = None;
        inside.vault.keep_server_token("").map_err(io::Error::other)
    }
}
