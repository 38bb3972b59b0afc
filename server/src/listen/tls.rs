//! The server's certificate and key, read anew when their files change.
//!
//! Connections that are open keep what they began with; only new ones see the new certificate.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::told_to_stop;

/// How often the files are looked at.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// `[tls]` in `server.toml`: PEM files of the certificate and its key. Paths are relative to the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSection {
    /// The server's certificate first, then those that lead to who vouches for it.
    certificates: PathBuf,
    /// Its private key, readable by the server's account only.
    key: PathBuf,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error(
        "{file} cannot be read: {source}; check [tls] in server.toml and the file's permissions"
    )]
    Read {
        /// Name of the file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{file} holds no {what} in PEM form; check [tls] in server.toml")]
    Content {
        /// Name of the file.
        file: String,
        /// What is missed.
        what: &'static str,
    },
    /// Others can read the key.
    #[error("{0} can be read by others; give it mode 600")]
    OpenKey(String),
    /// The two do not belong together, or cannot be used.
    #[error(
        "the certificate and the key of [tls] cannot be used together: {0}; name a pair that was made for each other"
    )]
    Pair(String),
}

impl TlsSection {
    /// The section with its paths in `folder`.
    pub(crate) fn in_folder(self, folder: &Path) -> Self {
        Self {
            certificates: folder.join(self.certificates),
            key: folder.join(self.key),
        }
    }

    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        refuse_open_key(&self.key)?;
        let chain = read(&self.certificates)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| content(&self.certificates, "certificate"))?;
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?);
        let key = key.map_err(|_| content(&self.key, "private key"))?;
        CertifiedKey::from_der(chain, key, provider)
            .map_err(|error| TlsError::Pair(error.to_string()))
    }

    /// Changes whenever one of the files does.
    fn state(&self) -> [Option<(SystemTime, u64)>; 2] {
        [&self.certificates, &self.key].map(|path| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.modified().ok()?, found.len()))
        })
    }
}

/// The certificate that is shown to new clients; clones share it.
#[derive(Clone)]
pub(crate) struct Certificate {
    section: TlsSection,
    shown: Arc<Shown>,
    acceptor: TlsAcceptor,
}

impl Certificate {
    /// Reads the files of `section`.
    pub(crate) fn load(section: TlsSection) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let first = section.read(&provider)?;
        let shown = Arc::new(Shown {
            provider: Arc::clone(&provider),
            pair: RwLock::new(Arc::new(first)),
        });
        // TLS 1.2 and 1.3: rustls has nothing older.
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Pair(error.to_string()))?
            .with_no_client_auth();
        let mut config = config.with_cert_resolver(Arc::clone(&shown) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            section,
            shown,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// The digest of the key that new clients see, in the form that clients pin: `sha256/…`.
    pub(crate) fn pin(&self) -> Option<String> {
        let pair = self.shown.pair.read();
        let pair = pair.unwrap_or_else(PoisonError::into_inner);
        let key = pair.key.public_key()?;
        Some(format!(
            "sha256/{}",
            BASE64_STANDARD.encode(Sha256::digest(&key))
        ))
    }

    /// What new connections go through.
    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Shows what is in the files whenever they change, until `stopped`. What cannot be used is left, and tried again at
    /// the next change: the two files are seldom written at the same moment.
    pub(crate) async fn follow(self, mut stopped: watch::Receiver<bool>) {
        let mut seen = self.section.state();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_PERIOD) => {}
                () = told_to_stop(&mut stopped) => return,
            }
            let state = self.section.state();
            if state == seen {
                continue;
            }
            seen = state;
            match self.section.read(&self.shown.provider) {
                Ok(pair) => {
                    self.shown.show(pair);
                    tracing::info!("new clients see a new certificate");
                }
                Err(error) => {
                    tracing::error!(%error, "the new certificate is not shown; clients see the one before");
                }
            }
        }
    }
}

/// The pair of certificate and key in use.
struct Shown {
    provider: Arc<CryptoProvider>,
    pair: RwLock<Arc<CertifiedKey>>,
}

impl Shown {
    fn show(&self, pair: CertifiedKey) {
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let pair = self.pair.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&pair))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read {
        file: path.display().to_string(),
        source,
    })
}

fn content(path: &Path, what: &'static str) -> TlsError {
    let file = path.display().to_string();
    TlsError::Content { file, what }
}

/// Whoever has the key can be the server to every client.
fn refuse_open_key(path: &Path) -> Result<(), TlsError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = std::fs::metadata(path);
        if found.is_ok_and(|found| found.permissions().mode() & 0o007 != 0) {
            return Err(TlsError::OpenKey(path.display().to_string()));
        }
    }
    let _ = path;
    Ok(())
}
