//! TLS at the server itself.

use std::path::Path;
use std::time::{Duration, Instant};

use fovea_server::{Config, Role, Server, StartError, create_user};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::home;

/// The server looks every second; under a busy machine it takes a while longer.
const PATIENCE: Duration = Duration::from_secs(60);
const SETTINGS: &str = "[tls]\ncertificates = \"site.pem\"\nkey = \"site.key.pem\"\n";

/// A data folder whose settings name a certificate that is not there yet.
fn folder() -> tempfile::TempDir {
    let folder = home::data_folder();
    let file = folder.path().join("server.toml");
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    std::fs::write(&file, before + SETTINGS).expect("writes");
    folder
}

/// Writes a new certificate over a new key; returns it in DER.
fn certify(folder: &Path) -> Vec<u8> {
    let key = KeyPair::generate().expect("a key");
    let made = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
    let made = made.self_signed(&key).expect("a certificate");
    std::fs::write(folder.join("site.pem"), made.pem()).expect("writes");
    write_key(folder, &key.serialize_pem());
    made.der().to_vec()
}

fn write_key(folder: &Path, pem: &str) {
    let path = folder.join("site.key.pem");
    std::fs::write(&path, pem).expect("writes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, mode).expect("is ours");
    }
}

/// A client that shakes hands with anybody and tells with whom; each request is a connection of its own.
fn curious() -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .tls_info(true)
        .pool_max_idle_per_host(0);
    builder.build().expect("a client")
}

/// The certificate that new clients see.
async fn shown(url: &str) -> Vec<u8> {
    let answer = curious().get(format!("{url}/healthz")).send().await;
    let answer = answer.expect("answers");
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>();
    let certificate = info.and_then(|info| info.peer_certificate());
    certificate.expect("a certificate").to_vec()
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_open_connections_stay() {
    let folder = folder();
    let first = certify(folder.path());
    let config = Config::on_free_port(folder.path());
    let server = Server::start(config).await.expect("starts");
    assert!(server.url().starts_with("https://"), "{}", server.url());
    assert_eq!(shown(&server.url()).await, first);

    // One connection that is kept: a client with a pool, as every client has one.
    let kept = reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
    let kept = kept.tls_info(true).build().expect("a client");
    let ask = || async {
        let answer = kept.get(format!("{}/healthz", server.url())).send().await;
        let answer = answer.expect("answers");
        assert_eq!(answer.status(), 200);
        let info = answer.extensions().get::<reqwest::tls::TlsInfo>();
        let seen = info
            .and_then(|info| info.peer_certificate())
            .map(<[u8]>::to_vec);
        let _ = answer.bytes().await;
        seen
    };
    assert_eq!(ask().await, Some(first.clone()));
    // A key alone does not belong to the certificate that is there: nothing changes.
    let other = KeyPair::generate().expect("a key");
    write_key(folder.path(), &other.serialize_pem());
    assert_eq!(shown(&server.url()).await, first);
    let second = certify(folder.path());
    let begun = Instant::now();
    while shown(&server.url()).await != second {
        assert!(
            begun.elapsed() < PATIENCE,
            "the new certificate is not shown"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(
        ask().await,
        Some(first),
        "the connection is the same as before"
    );
    server.shutdown().await;
}

#[tokio::test]
async fn nothing_serves_plainly_beyond_this_machine() {
    let folder = home::data_folder();
    let mut config = Config::on_free_port(folder.path());
    config.listen = ([0, 0, 0, 0], 0).into();
    let refused = Server::start(config.clone()).await.expect_err("is refused");
    assert!(matches!(refused, StartError::NotLoopback(_)), "{refused}");
    let with_tls = self::folder();
    let certificate = certify(with_tls.path());
    config.data = with_tls.path().to_owned();
    let server = Server::start(config).await.expect("starts");
    let here = format!("https://127.0.0.1:{}", server.addr.port());
    assert_eq!(shown(&here).await, certificate);
    server.shutdown().await;
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_stops_the_start() {
    let folder = folder();
    let start = || Server::start(Config::on_free_port(folder.path()));
    let say = |refused: StartError| refused.to_string();
    let missing = say(start().await.expect_err("nothing is there"));
    assert!(missing.contains("cannot be read"), "{missing}");
    certify(folder.path());
    let other = KeyPair::generate().expect("a key");
    write_key(folder.path(), &other.serialize_pem());
    let foreign = say(start().await.expect_err("they are of two pairs"));
    assert!(foreign.contains("cannot be used together"), "{foreign}");
    write_key(folder.path(), "nonsense");
    let nonsense = say(start().await.expect_err("it is no key"));
    assert!(nonsense.contains("holds no private key"), "{nonsense}");
    certify(folder.path());
    std::fs::write(folder.path().join("site.pem"), "nonsense").expect("writes");
    let nonsense = say(start().await.expect_err("it is no certificate"));
    assert!(nonsense.contains("holds no certificate"), "{nonsense}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        certify(folder.path());
        let mode = std::fs::Permissions::from_mode(0o644);
        let key = folder.path().join("site.key.pem");
        std::fs::set_permissions(key, mode).expect("is ours");
        let open = say(start().await.expect_err("everybody can read it"));
        assert!(open.contains("mode 600"), "{open}");
    }
}

#[tokio::test]
async fn who_does_not_speak_tls_keeps_nobody_out() {
    let folder = folder();
    certify(folder.path());
    create_user(folder.path(), "ada", Role::Labeler, None).expect("the account");
    let server = Server::start(Config::on_free_port(folder.path())).await;
    let server = server.expect("starts");
    let mut plain = tokio::net::TcpStream::connect(server.addr)
        .await
        .expect("connects");
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("sends");
    let mut said = String::new();
    plain.read_to_string(&mut said).await.expect("reads");
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    assert!(said.contains("speaks TLS"), "{said}");
    // One that says nothing at all, and one that says something else under the right first byte.
    let silent = tokio::net::TcpStream::connect(server.addr)
        .await
        .expect("connects");
    let mut wrong = tokio::net::TcpStream::connect(server.addr)
        .await
        .expect("connects");
    wrong
        .write_all(&[22, 3, 1, 0, 5, 9, 9, 9, 9, 9])
        .await
        .expect("sends");
    let mut rest = Vec::new();
    let _ = wrong.read_to_end(&mut rest).await;
    let answer = curious()
        .get(format!("{}/healthz", server.url()))
        .send()
        .await;
    assert_eq!(answer.expect("answers").status(), 200);
    drop(silent);
    server.shutdown().await;
}
