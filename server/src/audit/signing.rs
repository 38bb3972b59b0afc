//! The key of the audit log. The server signs the head of the chain in every transaction that writes a line, so that
//! nobody who writes to the database without the key can put a line in, or replace what is there.

use std::io;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use fovea_annotation::ContentHash;
use fovea_audit::{AuditPublicKey, SignedHead, head_message};
use uuid::Uuid;

use crate::secret_file;

const PREFIX: &str = "fovea-audit-key ";

/// Signs heads; a file that only its owner reads.
#[derive(Clone)]
pub(crate) struct AuditKey(SigningKey);

impl AuditKey {
    /// Reads the key at `path`, or makes one where there is none.
    pub(crate) fn load_or_create(path: &Path) -> io::Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(error),
        }
    }

    fn create(path: &Path) -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
        let text = format!("{PREFIX}{}\n", hex::encode(seed));
        match secret_file::create(path, text.as_bytes())? {
            true => Ok(Self(SigningKey::from_bytes(&seed))),
            // Another process was faster.
            false => Self::parse(&std::fs::read_to_string(path)?),
        }
    }

    fn parse(text: &str) -> io::Result<Self> {
        let damaged = || io::Error::other("it is damaged; restore it from its copy");
        let digits = text.trim_end().strip_prefix(PREFIX).ok_or_else(damaged)?;
        let mut seed = [0; 32];
        hex::decode_to_slice(digits, &mut seed).map_err(|_| damaged())?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// What an auditor knows it by.
    pub(crate) fn public(&self) -> AuditPublicKey {
        self.0.verifying_key().into()
    }

    /// Signs line `seq` of the log of `server_id` and, through its hash, all lines before it.
    pub(crate) fn sign(&self, server_id: Uuid, seq: u64, hash: ContentHash) -> SignedHead {
        let signature = self.0.sign(&head_message(server_id, seq, hash)).to_bytes();
        SignedHead {
            seq,
            hash,
            signature,
        }
    }
}

/// The public half of the key at `path`, where there is one.
pub(crate) fn public_key_in(path: &Path) -> io::Result<Option<AuditPublicKey>> {
    match std::fs::read_to_string(path) {
        Ok(text) => AuditKey::parse(&text).map(|key| Some(key.public())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_vouched_for_as_it_was_signed_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.key");
        let key = AuditKey::load_or_create(&path).expect("makes");
        let again = AuditKey::load_or_create(&path).expect("reads");
        assert_eq!(key.public(), again.public());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
        let (server, hash) = (Uuid::from_u128(7), ContentHash::of(b"line"));
        let head = key.sign(server, 3, hash);
        let public: AuditPublicKey = key.public().to_string().parse().expect("reads");
        assert!(public.vouches_for(server, &head));
        let mut flipped = head;
        flipped.signature[9] ^= 1;
        let other = ContentHash::of(b"other");
        for (server, head) in [
            (Uuid::from_u128(8), head),
            (server, SignedHead { seq: 4, ..head }),
            (
                server,
                SignedHead {
                    hash: other,
                    ..head
                },
            ),
            (server, flipped),
        ] {
            assert!(!public.vouches_for(server, &head));
        }
        let foreign = AuditKey::load_or_create(&folder.path().join("other")).expect("makes");
        assert!(!foreign.public().vouches_for(server, &head));
        std::fs::write(&path, "nonsense").expect("writes");
        assert!(AuditKey::load_or_create(&path).is_err());
        assert!("nonsense".parse::<AuditPublicKey>().is_err());
    }
}
