//! The signature under the last line: who has no key cannot put a line in, or replace what is there.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};
use fovea_annotation::ContentHash;
use uuid::Uuid;

/// What an auditor knows the key by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPublicKey(VerifyingKey);

/// A text that is no public key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the key of an audit log is 64 hexadecimal digits; `fovea-server audit-key` prints it")]
pub struct NoAuditKey;

/// The last line of a chain, signed by a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// Position of the line.
    pub seq: u64,
    /// Its hash.
    pub hash: ContentHash,
    /// Ed25519 of [`head_message`].
    pub signature: [u8; Signature::BYTE_SIZE],
}

impl AuditPublicKey {
    /// True when `head` was signed with this key for the log of `server_id`.
    pub fn vouches_for(&self, server_id: Uuid, head: &SignedHead) -> bool {
        let signature = Signature::from_bytes(&head.signature);
        let message = head_message(server_id, head.seq, head.hash);
        self.0.verify_strict(&message, &signature).is_ok()
    }
}

impl From<VerifyingKey> for AuditPublicKey {
    fn from(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl fmt::Display for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.to_bytes()))
    }
}

impl FromStr for AuditPublicKey {
    type Err = NoAuditKey;

    fn from_str(text: &str) -> Result<Self, NoAuditKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| NoAuditKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoAuditKey)?;
        Ok(Self(key))
    }
}

/// What is signed. The log is named, so that a head of one server says nothing about another's.
pub fn head_message(server_id: Uuid, seq: u64, hash: ContentHash) -> [u8; 32] {
    let parts: [&[u8]; 4] = [
        b"fovea.audit-head/1",
        server_id.as_bytes(),
        &seq.to_le_bytes(),
        hash.as_bytes(),
    ];
    *ContentHash::of_parts(&parts).as_bytes()
}
