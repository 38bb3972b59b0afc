//! The secret from which pseudonyms, UIDs and date shifts of a site are derived.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// 32 random bytes that a site keeps. Files that were de-identified with one key fit together; with another key they
/// do not, and nobody without the key can lead them back.
#[derive(Clone)]
pub struct SiteKey([u8; 32]);

impl SiteKey {
    /// The key of a site, from its keyring.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA256 (RFC 2104) of `message`; `purpose` keeps the uses of one key apart.
    pub(crate) fn mac(&self, purpose: &'static str, message: &[u8]) -> [u8; 32] {
        // HMAC pads a short key with zeros to its block of 64 bytes, so this is the same key.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as Mac>::new((&block).into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

/// Shows nothing: a log must never hold the key.
impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_not_shown() {
        let text = format!("{:?}", SiteKey::new([0xab; 32]));
        assert_eq!(text, "SiteKey(hidden)");
    }

    #[test]
    fn purposes_do_not_mix() {
        let key = SiteKey::new([1; 32]);
        assert_ne!(key.mac("uid", b"x"), key.mac("patient", b"x"));
        assert_eq!(key.mac("uid", b"x"), key.mac("uid", b"x"));
        assert_ne!(key.mac("uid", b"x"), SiteKey::new([2; 32]).mac("uid", b"x"));
    }
}
