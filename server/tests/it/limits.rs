//! One client that asks too much, too slowly or too often, and everybody else.

use std::time::Duration;

use fovea_annotation::ContentHash;
use fovea_protocol::UploadStatus;
use fovea_server::Role;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Client, problem};
use crate::site::Site;

async fn connect(site: &Site) -> TcpStream {
    TcpStream::connect(site.handle.addr)
        .await
        .expect("connects")
}

/// Everything that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is cut says so by an error or by its end.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_token_that_asks_too_often_waits_and_the_others_do_not() {
    let site = Site::start_with("[limits]\ntoken_requests_per_s = 1\ntoken_burst = 4\n").await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    let mut refused = None;
    for _ in 0..20 {
        let answer = ada.send(Method::GET, "/v1/hello").await;
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("twenty at once are too many");
    let after: u64 = refused.headers()["retry-after"]
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .expect("a number");
    assert!((1..=5).contains(&after), "{after}");
    let problem = problem(refused).await;
    assert_eq!(
        (problem.code.as_str(), problem.retryable),
        ("too_many_requests", true)
    );
    assert_eq!(bob.send(Method::GET, "/v1/hello").await.status(), 200);
    let nobody = Client::new(&site.handle.url(), None);
    assert_eq!(
        nobody.send(Method::GET, "/openapi.json").await.status(),
        200
    );
}

#[tokio::test]
async fn an_address_without_a_token_waits_and_health_is_always_told() {
    let limits = "[limits]\naddress_requests_per_s = 1\naddress_burst = 4\n";
    let site = Site::start_with(limits).await;
    let guesser = Client::new(
        &site.handle.url(),
        Some(format!("fovea_{}", "0".repeat(64))),
    );
    let mut seen = Vec::new();
    for _ in 0..20 {
        let answer = guesser.send(Method::GET, "/v1/hello").await;
        seen.push(problem(answer).await.status);
    }
    assert_eq!(seen[..4], [401; 4]);
    assert!(seen.contains(&429), "{seen:?}");
    let lost = guesser.send(Method::GET, "/nowhere").await.status();
    assert_eq!(lost, 429);
    for _ in 0..20 {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(guesser.send(Method::GET, path).await.status(), 200);
        }
    }
    // Who has a token is not held up by a neighbour at the same address.
    let ada = site.labeler();
    for _ in 0..20 {
        assert_eq!(ada.send(Method::GET, "/v1/hello").await.status(), 200);
    }
}

#[tokio::test]
async fn passwords_are_tried_a_few_at_a_time_whatever_the_names() {
    let site = Site::start_with("[limits]\nsign_ins_per_minute = 1\nsign_in_burst = 2\n").await;
    let nobody = Client::new(&site.handle.url(), None);
    for (name, expected) in [("ada", 401), ("bob", 401), ("cyril", 429), ("ada", 429)] {
        let guess = json!({ "name": name, "password": "correct horse battery" });
        let answer = nobody.post("/v1/auth/login", &guess).await;
        assert_eq!(problem(answer).await.status, expected);
    }
    // Those who are signed in go on.
    let ada = site.labeler();
    assert_eq!(ada.send(Method::GET, "/v1/hello").await.status(), 200);
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off() {
    let site = Site::start_with("[limits]\nbody_window_ms = 300\n").await;
    let token = site.labeler().token.expect("a token");
    let head = |method: &str, path: &str, more: &str| {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{more}content-length: 1000\r\n\r\n"
        )
    };
    for (method, path) in [
        ("POST", "/v1/sync/push".to_owned()),
        ("PUT", format!("/v1/blobs/{}", ContentHash::of(b"x"))),
        ("POST", "/v1/cases".to_owned()),
    ] {
        let more = match path.as_str() {
            "/v1/cases" => "content-type: multipart/form-data; boundary=b\r\n",
            _ => "content-type: application/json\r\n",
        };
        let mut stream = connect(&site).await;
        let head = head(method, &path, more);
        stream.write_all(head.as_bytes()).await.expect("sends");
        stream.write_all(b"{").await.expect("sends");
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{path}: {answer}");
        assert!(answer.contains("body_too_slow"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_upload_over_a_bad_line_goes_on_where_it_was_cut_off() {
    let site = Site::start_with("[limits]\nbody_window_ms = 300\n").await;
    let ada = site.labeler();
    let token = ada.token.clone().expect("a token");
    let create = ada.request(Method::POST, "/v1/uploads");
    let create = create
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "20");
    let made = create.send().await.expect("answers");
    assert_eq!(made.status(), 201);
    let place = made.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let path = place.strip_prefix(&site.handle.url()).unwrap_or(&place);
    let append = |offset: usize, length: usize| {
        format!(
            "PATCH {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
             content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    let mut stream = connect(&site).await;
    stream
        .write_all(append(0, 20).as_bytes())
        .await
        .expect("sends");
    stream.write_all(b"0123456789").await.expect("sends");
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let status: UploadStatus = ada.get(path).await;
    assert_eq!(status.received, 10);
    let mut stream = connect(&site).await;
    stream
        .write_all(append(10, 10).as_bytes())
        .await
        .expect("sends");
    stream.write_all(b"0123456789").await.expect("sends");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("reads");
    assert_eq!(&answer, b"HTTP/1.1 204");
}

#[tokio::test]
async fn slow_headers_use_up_nothing_for_long() {
    let limits = "[limits]\nconnections_max = 20\nheader_timeout_ms = 500\n";
    let site = Site::start_with(limits).await;
    let mut slow = Vec::new();
    for _ in 0..40 {
        let mut stream = connect(&site).await;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nx-a: ")
            .await
            .expect("sends");
        slow.push(stream);
    }
    // Every place is taken; those that do not finish their headers lose theirs.
    let nobody = Client::new(&site.handle.url(), None);
    assert_eq!(nobody.send(Method::GET, "/healthz").await.status(), 200);
    for stream in &mut slow {
        let said = tokio::time::timeout(Duration::from_secs(60), rest(stream));
        let said = said.await.expect("is closed by the server");
        assert!(!said.contains("200 OK"), "{said}");
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections() {
    let site = Site::start_with("[limits]\nconnections_per_address_max = 3\n").await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&site).await;
        let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
        stream.write_all(ask).await.expect("sends");
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.expect("reads");
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        held.push(stream);
    }
    let mut fourth = connect(&site).await;
    let _ = fourth
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    assert_eq!(rest(&mut fourth).await, "");
    drop(held);
    // As soon as the server has seen that they are gone there is room again.
    let nobody = Client::new(&site.handle.url(), None);
    loop {
        let asked = nobody.request(Method::GET, "/healthz").send().await;
        if asked.is_ok_and(|answer| answer.status() == 200) {
            break;
        }
    }
}
