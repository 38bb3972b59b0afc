//! Passwords: Argon2id with the parameters that the crate recommends, stored as PHC strings.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

const LEN_MIN: usize = 12;
/// Hashing is costly on purpose; a longer text buys nothing and costs the server.
const LEN_MAX: usize = 1_024;

/// A password that is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too short or too long.
    #[error("a password has {LEN_MIN} to {LEN_MAX} bytes; choose another one")]
    Length,
    /// The hash function failed.
    #[error("the password could not be hashed; free some memory and try again")]
    Hash,
}

/// The PHC string to store.
pub(crate) fn hash_password(password: &str) -> Result<String, PasswordError> {
    if !(LEN_MIN..=LEN_MAX).contains(&password.len()) {
        return Err(PasswordError::Length);
    }
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// True when `password` belongs to the stored string. Without one the same work is done, so that the time of the
/// answer does not tell whether the account exists.
pub(crate) fn verify_password(password: &str, phc: Option<&str>) -> bool {
    if password.len() > LEN_MAX {
        return false;
    }
    match phc.and_then(|phc| PasswordHash::new(phc).ok()) {
        Some(hash) => Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok(),
        None => {
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    }
}

/// Letters and digits that are not taken for one another; 32 of them, so that each carries five bits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password that nobody has chosen: four groups of five, 100 random bits.
pub(crate) fn generate_password() -> std::io::Result<String> {
    let mut bits = [0_u8; 20];
    getrandom::fill(&mut bits).map_err(|error| std::io::Error::other(error.to_string()))?;
    let letters = bits.map(|bits| char::from(LETTERS[usize::from(bits % 32)]));
    let groups = letters.chunks(5).map(String::from_iter);
    Ok(groups.collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_passes() {
        let phc = hash_password("correct horse battery").expect("hashes");
        assert!(phc.starts_with("$argon2id$"), "{phc}");
        assert!(verify_password("correct horse battery", Some(&phc)));
        assert!(!verify_password("correct horse batterz", Some(&phc)));
        assert!(!verify_password("correct horse battery", None));
        assert!(matches!(hash_password("short"), Err(PasswordError::Length)));
    }

    #[test]
    fn a_made_up_password_is_long_and_new_each_time() {
        let first = generate_password().expect("randomness");
        assert_eq!(first.len(), 23, "{first}");
        assert_ne!(first, generate_password().expect("randomness"));
    }
}
