//! A server with a certificate of its own, known by the digest of its key.

use std::path::Path;
use std::sync::Arc;

use fovea_server::{Config, Handle, Role, Server, create_user};
use fovea_sync::{FixedToken, HttpTransport, KeyPin, Transport, TransportError};
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, KeyPair, PublicKeyData as _, date_time_ymd,
};
use tempfile::TempDir;

/// A server's folder with its certificate, and an account.
struct Site {
    folder: TempDir,
    key: KeyPair,
    token: String,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let token = create_user(folder.path(), "ada", Role::Labeler, None);
        let settings = "[tls]\ncertificates = \"site.pem\"\nkey = \"site.key.pem\"\n";
        std::fs::write(folder.path().join("server.toml"), settings).expect("writes");
        let site = Self {
            token: token.expect("an account"),
            key: KeyPair::generate().expect("a key"),
            folder,
        };
        write_key(&site.folder.path().join("site.key.pem"), &site.key);
        site.certify(|_| {});
        site
    }

    /// Makes a certificate over the key.
    fn certify(&self, change: impl FnOnce(&mut CertificateParams)) {
        let mut made = CertificateParams::new(vec!["site".to_owned()]).expect("parameters");
        change(&mut made);
        let pem = made.self_signed(&self.key).expect("a certificate").pem();
        std::fs::write(self.folder.path().join("site.pem"), pem).expect("writes");
    }

    async fn start(&self) -> Handle {
        let config = Config::on_free_port(self.folder.path());
        Server::start(config).await.expect("starts")
    }

    fn pin(&self) -> KeyPin {
        KeyPin::of_key(&self.key.subject_public_key_info())
    }

    /// What a client says that was given this address.
    async fn hello(&self, address: &str) -> Result<String, String> {
        let token = Arc::new(FixedToken(self.token.clone()));
        let client = HttpTransport::new(address, token).expect("an address");
        match client.hello().await {
            Ok(hello) => Ok(hello.user),
            Err(TransportError::Unreachable { why }) => Err(why),
            Err(other) => panic!("{other}"),
        }
    }
}

fn write_key(path: &Path, key: &KeyPair) {
    std::fs::write(path, key.serialize_pem()).expect("writes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, mode).expect("is ours");
    }
}

#[tokio::test]
async fn the_right_key_is_enough_and_the_name_does_not_matter() {
    let site = Site::new();
    let server = site.start().await;
    assert_eq!(server.pin(), Some(site.pin().to_string().as_str()));
    let address = format!("{}#{}", server.url(), site.pin());
    assert_eq!(site.hello(&address).await.as_deref(), Ok("ada"));
    // Without the pin nobody vouches for it.
    assert!(site.hello(&server.url()).await.is_err());
    server.shutdown().await;
}

#[tokio::test]
async fn another_key_is_refused() {
    let site = Site::new();
    let server = site.start().await;
    let other = KeyPin::of_key(b"the key of somebody else");
    let said = site.hello(&format!("{}#{other}", server.url())).await;
    let why = said.expect_err("is refused");
    assert!(why.starts_with("the server's key is not the one"), "{why}");
    server.shutdown().await;
}

#[tokio::test]
async fn a_certificate_holds_from_its_first_day_to_its_last() {
    for (first, last, says) in [
        (2001, 2002, "has run out"),
        (4000, 4001, "does not hold yet"),
    ] {
        let site = Site::new();
        site.certify(|made| {
            made.not_before = date_time_ymd(first, 1, 1);
            made.not_after = date_time_ymd(last, 1, 1);
        });
        let server = site.start().await;
        let said = site
            .hello(&format!("{}#{}", server.url(), site.pin()))
            .await;
        let why = said.expect_err("is refused");
        assert!(why.contains(says), "{why}");
        server.shutdown().await;
    }
}

#[tokio::test]
async fn a_renewal_over_the_same_key_needs_no_word_to_the_clients() {
    let site = Site::new();
    let before = std::fs::read(site.folder.path().join("site.pem")).expect("reads");
    // As `openssl req -x509` makes them: an authority of its own.
    site.certify(|made| {
        made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        made.not_after = date_time_ymd(2090, 1, 1);
    });
    let after = std::fs::read(site.folder.path().join("site.pem")).expect("reads");
    assert_ne!(before, after);
    let server = site.start().await;
    let address = format!("{}#{}", server.url(), site.pin());
    assert_eq!(site.hello(&address).await.as_deref(), Ok("ada"));
    server.shutdown().await;
}

#[tokio::test]
async fn who_speaks_plainly_to_tls_is_told() {
    let site = Site::new();
    let server = site.start().await;
    let plain = server.url().replace("https", "http");
    let token = Arc::new(FixedToken(site.token.clone()));
    let client = HttpTransport::new(&plain, token).expect("an address");
    let refused = client.hello().await.expect_err("is refused");
    assert!(
        matches!(refused, TransportError::Refused { .. }),
        "{refused}"
    );
    // And nobody is asked for a secret in clear: a pin needs TLS.
    let pinned = format!("{plain}#{}", site.pin());
    let token = Arc::new(FixedToken(site.token.clone()));
    assert!(HttpTransport::new(&pinned, token).is_err());
    server.shutdown().await;
}
