//! The 256-bit key of the store.

use std::fmt;

use crate::{Result, StoreError};

/// Raw key of the encrypted database. It is never logged, and the memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct StoreKey([u8; 32]);

impl StoreKey {
    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key from 64 hex digits, as a keyring or a recovery sheet holds it.
    pub fn from_hex(text: &str) -> Result<Self> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(text.trim(), &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(StoreError::refused("key", "a store key is 64 hex digits")),
        }
    }

    /// A new key from the system's random source.
    pub fn generate() -> Result<Self> {
        let mut bytes = [0; 32];
        match getrandom::fill(&mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(error) => Err(StoreError::refused(
                "key",
                format!("the system has no random bytes ({error})"),
            )),
        }
    }

    /// The bytes, for whoever keeps the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits, for a keyring or a recovery sheet.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(secret)")
    }
}

impl Drop for StoreKey {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the compiler from leaving out a write that nobody reads.
        std::hint::black_box(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_nothing_leaks() {
        let key = StoreKey::from_bytes([7; 32]);
        let again = StoreKey::from_hex(&key.to_hex()).expect("our own hex");
        assert_eq!(again.as_bytes(), key.as_bytes());
        assert_eq!(format!("{key:?}"), "StoreKey(secret)");
        assert!(StoreKey::from_hex("abc").is_err());
        assert_ne!(
            StoreKey::generate().expect("random").as_bytes(),
            StoreKey::generate().expect("random").as_bytes()
        );
    }
}
