//! `[objects]` in `server.toml`: where objects are and how much of them is kept in memory.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use axum::http::Uri;
use serde::Deserialize;

/// Bytes of objects that are kept in memory where the settings do not say.
const CACHE_MIB: u64 = 256;

/// The section as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ObjectsSection {
    /// MiB of objects in memory; 0 keeps none.
    cache_mib: Option<u64>,
    /// File of age keys that seal the objects of a bucket, on top of what the bucket does.
    age_key_file: Option<PathBuf>,
    /// A bucket instead of a folder.
    s3: Option<S3Section>,
}

/// `[objects.s3]`. Credentials are in a file, or come from the environment as of every AWS tool.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3Section {
    pub(crate) bucket: String,
    pub(crate) region: String,
    /// Address of a store that is not Amazon's.
    pub(crate) endpoint: Option<String>,
    /// What the names of all objects begin with.
    pub(crate) prefix: Option<String>,
    /// File with the key pair, in the form of `~/.aws/credentials`.
    pub(crate) credentials_file: Option<PathBuf>,
    /// Key of the key management service under which the bucket encrypts.
    pub(crate) kms_key_id: Option<String>,
}

/// The section in force.
#[derive(Clone, Debug)]
pub(crate) struct ObjectSettings {
    pub(crate) place: ObjectPlace,
    /// Bytes of objects that are kept in memory.
    pub(crate) cache_bytes: u64,
}

/// Where objects are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ObjectPlace {
    /// In a folder, sealed with the keys of a file.
    Folder { folder: PathBuf, key_file: PathBuf },
    /// In a bucket, sealed with the keys of a file as well where there is one.
    S3 {
        bucket: S3Section,
        key_file: Option<PathBuf>,
    },
}

impl ObjectPlace {
    /// File of the keys that seal objects, where any do.
    pub(crate) fn key_file(&self) -> Option<&Path> {
        match self {
            Self::Folder { key_file, .. } => Some(key_file),
            Self::S3 { key_file, .. } => key_file.as_deref(),
        }
    }
}

impl ObjectsSection {
    /// The settings for the data folder `folder`; the error says what is wrong with them.
    pub(crate) fn settings(self, folder: &Path) -> Result<ObjectSettings, String> {
        let place = match self.s3 {
            None if self.age_key_file.is_some() => {
                return Err("[objects] age_key_file is for a bucket; a folder always has its objects.agekey".to_owned());
            }
            None => ObjectPlace::Folder {
                folder: folder.join("objects"),
                key_file: folder.join("objects.agekey"),
            },
            Some(bucket) => ObjectPlace::S3 {
                bucket: bucket.checked(folder)?,
                key_file: self.age_key_file.map(|path| folder.join(path)),
            },
        };
        Ok(ObjectSettings {
            place,
            cache_bytes: self.cache_mib.unwrap_or(CACHE_MIB).saturating_mul(1 << 20),
        })
    }
}

impl S3Section {
    fn checked(mut self, folder: &Path) -> Result<Self, String> {
        self.credentials_file = self.credentials_file.map(|path| folder.join(path));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let is_prefix =
            |text: &str| !text.is_empty() && text.chars().all(is_plain) && !text.contains("..");
        if !self.prefix.as_deref().is_none_or(is_prefix) {
            let text = "[objects.s3] prefix has letters, digits, '-', '_', '.' and '/'";
            return Err(text.to_owned());
        }
        match self.endpoint.as_deref() {
            Some(endpoint) if !is_safe(endpoint) => Err(
                "[objects.s3] endpoint must be an https:// address; http:// is for this machine alone".to_owned(),
            ),
            _ => Ok(self),
        }
    }

    /// True where the endpoint is this machine's own and is spoken to without TLS.
    pub(crate) fn is_plain_text(&self) -> bool {
        let endpoint = self.endpoint.as_deref();
        endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"))
    }
}

/// TLS, or an address that no other machine sees.
fn is_safe(endpoint: &str) -> bool {
    let Ok(uri) = endpoint.parse::<Uri>() else {
        return false;
    };
    let is_loopback = |host: &str| {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    };
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => uri.host().is_some_and(is_loopback),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ObjectSettings, String> {
        let section: ObjectsSection = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        section.settings(Path::new("/data"))
    }

    #[test]
    fn a_folder_is_the_default() {
        let settings = read("").expect("defaults");
        let place = ObjectPlace::Folder {
            folder: "/data/objects".into(),
            key_file: "/data/objects.agekey".into(),
        };
        assert_eq!((settings.place, settings.cache_bytes), (place, 256 << 20));
        assert_eq!(read("cache_mib = 0").expect("reads").cache_bytes, 0);
    }

    #[test]
    fn a_bucket_is_spoken_to_in_secret() {
        let with = |line: &str| read(&format!("[s3]\nbucket = 'b'\nregion = 'r'\n{line}"));
        for line in [
            "",
            "endpoint = 'https://s3.example'",
            "endpoint = 'http://127.0.0.1:9000'",
            "endpoint = 'http://[::1]:9000'",
            "endpoint = 'http://localhost'",
            "kms_key_id = 'alias/x'\nprefix = 'a/b'",
        ] {
            with(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
        for (line, says) in [
            ("endpoint = 'http://s3.example'", "https://"),
            ("endpoint = 'http://127.0.0.1.example'", "https://"),
            ("endpoint = 'ftp://127.0.0.1'", "https://"),
            ("endpoint = ''", "https://"),
            ("prefix = ''", "prefix"),
            ("prefix = 'a/../b'", "prefix"),
            ("secret_access_key = 'x'", "unknown field"),
        ] {
            let error = with(line).expect_err("is refused");
            assert!(error.contains(says), "{line}: {error}");
        }
        let error = read("age_key_file = 'x'").expect_err("is refused");
        assert!(error.contains("for a bucket"), "{error}");
    }
}
