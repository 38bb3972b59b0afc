//! A server that is known by its key instead of by who vouches for it.
//!
//! A site's own server has a certificate that it made itself. Its address then ends with the digest of its public key, as in
//! `https://10.0.0.5:7171#sha256/…` (what stands behind `#` is never sent). A new certificate over the same key needs no
//! change at the clients.

mod certificate;
mod verifier;

use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fovea_annotation::ContentHash;

pub(crate) use verifier::client_config;

const PREFIX: &str = "sha256/";

/// SHA-256 of a server's public key (its SubjectPublicKeyInfo, RFC 5280, section 4.1), as RFC 7469 pins it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPin(ContentHash);

/// A text that is no pin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the server's pin is sha256/ and 44 characters of base64; copy it again from what the server printed when it started"
)]
pub struct BadPin;

impl KeyPin {
    /// The pin of a public key in DER.
    pub fn of_key(key: &[u8]) -> Self {
        Self(ContentHash::of(key))
    }
}

impl FromStr for KeyPin {
    type Err = BadPin;

    fn from_str(text: &str) -> Result<Self, BadPin> {
        let digest = text.strip_prefix(PREFIX).ok_or(BadPin)?;
        let digest = BASE64_STANDARD.decode(digest).map_err(|_| BadPin)?;
        let digest: [u8; 32] = digest.try_into().map_err(|_| BadPin)?;
        Ok(Self(ContentHash::from_bytes(digest)))
    }
}

impl std::fmt::Display for KeyPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", BASE64_STANDARD.encode(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_back_and_nothing_else_is_one() {
        let pin = KeyPin::of_key(b"a key");
        let text = pin.to_string();
        assert_eq!(text.parse(), Ok(pin));
        for bad in [
            "",
            "sha256/",
            "sha256/AAAA",
            &text[7..],
            &format!("{text}="),
            &text.replace("sha256", "sha1"),
            &text.to_uppercase(),
        ] {
            assert_eq!(bad.parse::<KeyPin>(), Err(BadPin), "{bad}");
        }
    }
}
