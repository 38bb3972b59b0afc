//! Opaque access tokens: 256 random bits, of which the server keeps only the hash.

use fovea_annotation::ContentHash;

/// Marks the text as a token of this server, so that secret scanners find one that was committed by mistake.
const PREFIX: &str = "fovea_";

/// A token; shown once.
pub(crate) struct Token {
    text: String,
}

impl Token {
    /// A new token from the operating system's randomness.
    pub(crate) fn generate() -> std::io::Result<Self> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self {
            text: format!("{PREFIX}{}", hex::encode(bits)),
        })
    }

    /// What the client sends.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What the server keeps.
    pub(crate) fn hash(&self) -> ContentHash {
        hash_text(&self.text)
    }
}

/// Hash of the token in an `Authorization` header, or `None` when the header is not of that form.
pub(crate) fn hash_bearer(header: &str) -> Option<ContentHash> {
    let (scheme, text) = header.split_once(' ')?;
    hash_token(text.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

/// Hash of a token as it was handed out, or `None` when it is of another form.
pub(crate) fn hash_token(text: &str) -> Option<ContentHash> {
    let well_formed = text.len() == PREFIX.len() + 64 && text.starts_with(PREFIX);
    well_formed.then(|| hash_text(text))
}

/// A fast hash is enough: 256 random bits cannot be guessed.
fn hash_text(text: &str) -> ContentHash {
    ContentHash::of_parts(&[b"fovea.token/1", text.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_or_refused() {
        let token = Token::generate().expect("randomness");
        let text = token.text();
        assert_eq!(hash_bearer(&format!("Bearer {text}")), Some(token.hash()));
        assert_eq!(hash_bearer(&format!("bearer  {text} ")), Some(token.hash()));
        for bad in [
            "",
            "Bearer",
            "Bearer x",
            &format!("Basic {text}"),
            &format!("Bearer {text}0"),
            text,
        ] {
            assert_eq!(hash_bearer(bad), None, "{bad}");
        }
    }
}
