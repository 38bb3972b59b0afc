//! What names this person to the server, as a port: a keyring, a file, or a fixed text in tests.
//!
//! It is either one token that lives long, or the pair of a sign-in: a token for a quarter of an hour, and a refresh
//! token that gets the next pair, once.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fovea_protocol::LoginResponse;

use crate::in_place::put_in_place;

/// Gives the bearer token. It is asked for at every request, so that a new sign-in is used at once.
pub trait Credentials: Send + Sync {
    /// What is kept, or `None` when nobody is signed in.
    fn kept(&self) -> Option<Kept>;

    /// Keeps the next pair in place of the one before, which no longer works. It is durable when this returns.
    fn keep(&self, next: &LoginResponse) -> io::Result<()>;

    /// Forgets what is kept: nobody is signed in any more.
    fn forget(&self) -> io::Result<()>;
}

/// A token as it is kept. Its debug form shows nothing.
#[derive(Clone, PartialEq)]
pub enum Kept {
    /// A token that lives long.
    Token(String),
    /// The pair of a sign-in.
    Pair(Box<LoginResponse>),
}

impl Kept {
    /// Reads what [`Kept::text`] wrote, or a bare token; `None` when there is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('{') {
            return serde_json::from_str(text).ok().map(Self::Pair);
        }
        (!text.is_empty()).then(|| Self::Token(text.to_owned()))
    }

    /// One line to keep.
    pub fn text(&self) -> io::Result<String> {
        match self {
            Self::Token(token) => Ok(token.clone()),
            Self::Pair(pair) => Ok(serde_json::to_string(pair)?),
        }
    }

    /// The token for requests.
    pub fn token(&self) -> &str {
        match self {
            Self::Token(token) => token,
            Self::Pair(pair) => &pair.token,
        }
    }

    /// The token that gets the next pair, where there is one.
    pub fn refresh_token(&self) -> Option<&str> {
        match self {
            Self::Token(_) => None,
            Self::Pair(pair) => Some(&pair.refresh_token),
        }
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(secret)")
    }
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
    fn kept(&self) -> Option<Kept> {
        Some(Kept::Token(self.0.clone()))
    }

    fn keep(&self, _: &LoginResponse) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn forget(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A token, or a pair, in a file that only its owner may read.
#[derive(Clone, Debug)]
pub struct TokenFile(pub PathBuf);

impl Credentials for TokenFile {
    fn kept(&self) -> Option<Kept> {
        Kept::parse(&std::fs::read_to_string(&self.0).ok()?)
    }

    fn keep(&self, next: &LoginResponse) -> io::Result<()> {
        let text = Kept::Pair(Box::new(next.clone())).text()?;
        replace(&self.0, &text)
    }

    fn forget(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// Writes `text` to `path` so that a crash leaves the old content or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let staged = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&staged)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    put_in_place(&staged, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_token_or_a_pair() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = TokenFile(folder.path().join("token"));
        assert_eq!(file.kept(), None);
        std::fs::write(&file.0, "t0ken\n").expect("writes");
        let kept = file.kept().expect("is there");
        assert_eq!((kept.token(), kept.refresh_token()), ("t0ken", None));
        let pair = LoginResponse {
            token: "a".into(),
            expires_at_us: 1,
            refresh_token: "r".into(),
            refresh_expires_at_us: 2,
            must_change_password: false,
        };
        file.keep(&pair).expect("keeps");
        let kept = file.kept().expect("is there");
        assert_eq!((kept.token(), kept.refresh_token()), ("a", Some("r")));
        assert_eq!(format!("{kept:?}"), "Kept(secret)");
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&file.0).expect("is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_no_pair_is_no_sign_in() {
        for text in ["", " \n", "{", "{\"token\":\"a\"}"] {
            assert_eq!(Kept::parse(text), None, "{text}");
        }
    }
}
