//! Who the server is to a bucket: what every AWS tool reads, and nothing else of the environment.
//!
//! In this order: the file that the settings name, in the form of `~/.aws/credentials`; `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; the profile of `AWS_PROFILE` in the file
//! `AWS_SHARED_CREDENTIALS_FILE` (or `~/.aws/credentials`); a web identity; a container's or a machine's role.

use std::collections::HashMap;
use std::path::PathBuf;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};

use super::ObjectError;
use super::settings::S3Section;

const DEFAULT_PROFILE: &str = "default";
/// Variables that `object_store` reads itself.
const ROLES: [(&str, AmazonS3ConfigKey); 7] = [
    (
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        AmazonS3ConfigKey::WebIdentityTokenFile,
    ),
    ("AWS_ROLE_ARN", AmazonS3ConfigKey::RoleArn),
    ("AWS_ROLE_SESSION_NAME", AmazonS3ConfigKey::RoleSessionName),
    ("AWS_ENDPOINT_URL_STS", AmazonS3ConfigKey::StsEndpoint),
    (
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        AmazonS3ConfigKey::ContainerCredentialsRelativeUri,
    ),
    (
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        AmazonS3ConfigKey::ContainerCredentialsFullUri,
    ),
    (
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        AmazonS3ConfigKey::ContainerAuthorizationTokenFile,
    ),
];

/// A key pair with the token of a session.
#[derive(Debug, PartialEq, Eq)]
struct KeyPair {
    id: String,
    secret: String,
    session: Option<String>,
}

/// Gives `builder` the credentials that the settings or the environment lead to.
pub(super) fn with_credentials(
    builder: AmazonS3Builder,
    section: &S3Section,
) -> Result<AmazonS3Builder, ObjectError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match &section.credentials_file {
        None => Ok(with_environment(builder, variable)),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(ObjectError::Credentials)?;
            let pair = profile_of(&text, DEFAULT_PROFILE);
            let no_pair = || std::io::Error::other("it has no [default] with a key pair");
            let pair = pair.ok_or_else(|| ObjectError::Credentials(no_pair()))?;
            Ok(with_pair(builder, pair))
        }
    }
}

fn with_environment(
    mut builder: AmazonS3Builder,
    variable: impl Fn(&str) -> Option<String>,
) -> AmazonS3Builder {
    if let Some(pair) = from_environment(&variable).or_else(|| from_file(&variable)) {
        return with_pair(builder, pair);
    }
    for (name, key) in ROLES {
        if let Some(value) = variable(name) {
            builder = builder.with_config(key, value);
        }
    }
    builder
}

fn with_pair(builder: AmazonS3Builder, pair: KeyPair) -> AmazonS3Builder {
    let builder = builder
        .with_access_key_id(pair.id)
        .with_secret_access_key(pair.secret);
    match pair.session {
        Some(session) => builder.with_token(session),
        None => builder,
    }
}

fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Option<KeyPair> {
    Some(KeyPair {
        id: variable("AWS_ACCESS_KEY_ID")?,
        secret: variable("AWS_SECRET_ACCESS_KEY")?,
        session: variable("AWS_SESSION_TOKEN"),
    })
}

fn from_file(variable: impl Fn(&str) -> Option<String>) -> Option<KeyPair> {
    let at_home = || Some(PathBuf::from(variable("HOME")?).join(".aws/credentials"));
    let named = variable("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from);
    let text = std::fs::read_to_string(named.or_else(at_home)?).ok()?;
    let profile = variable("AWS_PROFILE");
    profile_of(&text, profile.as_deref().unwrap_or(DEFAULT_PROFILE))
}

/// The pair of `[profile]` in a credentials file.
fn profile_of(text: &str, profile: &str) -> Option<KeyPair> {
    let heading = format!("[{profile}]");
    let lines = text.lines().map(str::trim);
    let section = lines.skip_while(|line| *line != heading).skip(1);
    let section = section.take_while(|line| !line.starts_with('['));
    let pairs = section.filter_map(|line| line.split_once('='));
    let mut values: HashMap<&str, &str> = pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let mut value = |name| values.remove(name).map(str::to_owned);
    Some(KeyPair {
        id: value("aws_access_key_id")?,
        secret: value("aws_secret_access_key")?,
        session: value("aws_session_token"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "
        [other]
        aws_access_key_id = O
        aws_secret_access_key = o/=+
        [default]
        # a comment
        aws_access_key_id=D
        aws_secret_access_key=d
        aws_session_token = t
        [half]
        aws_access_key_id = H";

    fn pair(id: &str, secret: &str, session: Option<&str>) -> Option<KeyPair> {
        Some(KeyPair {
            id: id.into(),
            secret: secret.into(),
            session: session.map(str::to_owned),
        })
    }

    #[test]
    fn profiles_are_read() {
        for (profile, expected) in [
            ("default", pair("D", "d", Some("t"))),
            ("other", pair("O", "o/=+", None)),
            ("half", None),
            ("none", None),
        ] {
            assert_eq!(profile_of(FILE, profile), expected, "{profile}");
        }
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("credentials");
        std::fs::write(&path, FILE).expect("writes");
        let file = path.to_str().expect("text").to_owned();
        let found = |variables: &[(&str, &str)]| {
            let variables: HashMap<_, _> = variables.iter().copied().collect();
            let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
            let builder = with_environment(AmazonS3Builder::new(), variable);
            builder.get_config_value(&AmazonS3ConfigKey::AccessKeyId)
        };
        let shared = ("AWS_SHARED_CREDENTIALS_FILE", file.as_str());
        let keys = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "e")];
        assert_eq!(found(&[shared]).as_deref(), Some("D"));
        let profile = ("AWS_PROFILE", "other");
        assert_eq!(found(&[shared, profile]).as_deref(), Some("O"));
        assert_eq!(found(&[shared, keys[0], keys[1]]).as_deref(), Some("E"));
        assert_eq!(found(&[("AWS_ROLE_ARN", "arn")]), None);
    }
}
