//! Whatever is sent, the answer is a 4xx with a problem body, never a 5xx.

use fovea_annotation::ContentHash;
use fovea_protocol::{HaveRequest, LabelCreate, LabelRollback, MaskSource, Op, PushRequest};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

use crate::client::problem;
use crate::sample::{case_op, mask, payload, predicted_case, sent_version, tile_id};
use crate::site::Site;

#[tokio::test]
async fn bodies_that_are_wrong() {
    let site = Site::start().await;
    let client = site.labeler();
    let push = |body: &str| {
        client
            .request(Method::POST, "/v1/sync/push")
            .header("content-type", "application/json")
            .body(body.to_owned())
    };
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("nonsense", 400),
        ("{}", 422),
        ("[]", 422),
        ("[[]]", 422),
        (r#"{"ops":[],"surprise":1}"#, 422),
        (r#"{"ops":[{"op_id":"x","body":{}}]}"#, 422),
        (
            r#"{"ops":[{"op_id":"00000000-0000-0000-0000-000000000001","body":{"op":"drop_tables"}}]}"#,
            422,
        ),
        (
            &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
            422,
        ),
        ("{\"ops\":[\u{0}]}", 400),
    ] {
        let problem = problem(push(body).send().await.expect("answers")).await;
        assert_eq!(
            problem.status,
            status,
            "{}: {}",
            &body[..body.len().min(60)],
            problem.detail
        );
    }
    let no_type = client
        .request(Method::POST, "/v1/sync/push")
        .body("{}")
        .send()
        .await
        .expect("answers");
    assert_eq!(problem(no_type).await.status, 415);
    let op = case_op(&client, "case", 1).await;
    let many = PushRequest {
        ops: (0..101)
            .map(|_| Op {
                op_id: Uuid::new_v4(),
                body: op.clone(),
            })
            .collect(),
    };
    assert_eq!(
        problem(client.post("/v1/sync/push", &many).await)
            .await
            .code,
        "too_many"
    );
    let many = HaveRequest {
        blobs: (0..1_001_u32)
            .map(|at| ContentHash::of(&at.to_le_bytes()))
            .collect(),
    };
    assert_eq!(
        problem(client.post("/v1/sync/have", &many).await)
            .await
            .code,
        "too_many"
    );
}

#[tokio::test]
async fn blobs_that_are_wrong() {
    let site = Site::start().await;
    let client = site.labeler();
    let other = ContentHash::of(b"something else");
    let put = |path: String, bytes: Vec<u8>| client.request(Method::PUT, &path).body(bytes);
    let wrong = problem(
        put(format!("/v1/blobs/{other}"), vec![1])
            .send()
            .await
            .expect("answers"),
    )
    .await;
    assert_eq!(
        (wrong.status, wrong.code.as_str()),
        (422, "blob_hash_mismatch")
    );
    assert_eq!(
        client
            .send(Method::HEAD, &format!("/v1/blobs/{other}"))
            .await
            .status(),
        404
    );
    // A length over the limit is refused before the bytes are read.
    let large = format!(
        "PUT /v1/blobs/{other} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 99999999999\r\n\r\n",
        client.token.as_deref().expect("a token")
    );
    assert!(raw(&site, &large).await.starts_with("HTTP/1.1 413"));
    let stored = client.put_blob(vec![1, 2, 3]).await;
    let part = client
        .request(Method::GET, &format!("/v1/blobs/{stored}"))
        .header("range", "bytes=1-")
        .send()
        .await;
    let part = part.expect("answers");
    assert_eq!(
        (
            part.status().as_u16(),
            part.bytes().await.expect("bytes").as_ref()
        ),
        (206, &[2, 3][..])
    );
    let outside = client
        .request(Method::GET, &format!("/v1/blobs/{stored}"))
        .header("range", "bytes=3-")
        .send()
        .await;
    assert_eq!(problem(outside.expect("answers")).await.status, 416);
    let head = client
        .send(Method::HEAD, &format!("/v1/blobs/{stored}"))
        .await;
    assert_eq!(
        (
            head.status().as_u16(),
            head.headers()["content-length"].to_str().expect("text")
        ),
        (200, "3")
    );
}

#[tokio::test]
async fn bodies_over_the_limit_of_their_route() {
    let site = Site::start().await;
    let client = site.labeler();
    for (path, bytes) in [
        ("/v1/sync/push", 9 << 20),
        ("/v1/sync/have", 300 << 10),
        ("/v1/labels", 17 << 20),
        ("/v1/labels/rollback", 65 << 10),
    ] {
        let token = client.token.as_deref().expect("a token");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n\r\n"
        );
        assert!(
            raw(&site, &request).await.starts_with("HTTP/1.1 413"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn addresses_that_are_wrong() {
    let site = Site::start().await;
    let client = site.labeler();
    let token = client.token.as_deref().expect("a token");
    let (short, long) = ("a".repeat(63), "a".repeat(65));
    let unknown = "0".repeat(64);
    for (path, status) in [
        ("/v1/blobs/..%2f..%2ffovea.db", 400),
        ("/v1/blobs/../../fovea.db", 404),
        ("/v1/blobs/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 400),
        ("/v1/blobs/%00", 400),
        ("/v1/blobs/%ff", 400),
        (&format!("/v1/blobs/{short}"), 400),
        (&format!("/v1/blobs/{long}"), 400),
        (&format!("/v1/blobs/{unknown}"), 404),
        (&format!("/v1/tiles/{unknown}"), 404),
        (&format!("/v1/tiles/{unknown}/versions"), 404),
        (&format!("/v1/cases/{unknown}"), 404),
        (&format!("/v1/labels/{unknown}/diff/{unknown}"), 404),
        ("/v1/tiles/x'%20OR%201=1", 400),
        ("/v1/sync/changes?cursor=-1", 400),
        ("/v1/sync/changes?cursor=99999999999999999999", 400),
        ("/v1/sync/changes?surprise=1", 400),
        ("/v1/sync/changes?cursor=9223372036854775807", 200),
        ("/v1/sync/changes?cursor=9223372036854775808", 400),
        ("/v1/cases?after=9223372036854775807", 200),
        ("/v1/cases?after=9223372036854775808", 400),
        ("/v1/runs?after=9223372036854775808", 400),
        ("/v1/active-learning/queue?uncertainty_threshold=x", 400),
        ("/v2/hello", 404),
        ("/", 404),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        let answer = raw(&site, &request).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {}",
            &answer[..answer.len().min(400)]
        );
        assert!(
            status == 200 || answer.contains("application/problem+json"),
            "{path}"
        );
    }
    let wrong_method = problem(client.send(Method::DELETE, "/v1/labels").await).await;
    assert_eq!(wrong_method.status, 405);
}

#[tokio::test]
async fn labels_that_are_wrong() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.5, 0.4]).await;
    let tile = tile_id("case", 0);
    let ask = |mask: MaskSource| LabelCreate {
        tile_id: tile,
        parent: None,
        mask,
        comment: String::new(),
    };
    let text = |text: &str| ask(MaskSource::PngBase64(text.into()));
    let foreign = sent_version(&client, tile_id("case", 1), 1, vec![], &mask(7, 5)).await;
    client
        .push(vec![fovea_protocol::OpBody::PushVersion(foreign.clone())])
        .await;
    let payload = client.put_blob(payload(&mask(7, 6))).await;
    for (what, ask, code) in [
        ("no base64", text("%%%"), "mask_invalid"),
        ("no PNG", text("bm8gUE5H"), "mask_invalid"),
        (
            "no such blob",
            ask(MaskSource::Blob(ContentHash::of(b"x"))),
            "blob_missing",
        ),
        (
            "no such tile",
            LabelCreate {
                tile_id: tile_id("x", 0),
                ..ask(MaskSource::Blob(payload))
            },
            "tile_unknown",
        ),
        (
            "no such parent",
            LabelCreate {
                parent: Some(fovea_annotation::VersionId(payload)),
                ..ask(MaskSource::Blob(payload))
            },
            "label_unknown",
        ),
        (
            "a parent of another tile",
            LabelCreate {
                parent: Some(foreign.id),
                ..ask(MaskSource::Blob(payload))
            },
            "parent_of_other_tile",
        ),
        (
            "a long comment",
            LabelCreate {
                comment: "x".repeat(4_001),
                ..ask(MaskSource::Blob(payload))
            },
            "version_invalid",
        ),
    ] {
        assert_eq!(
            problem(client.post("/v1/labels", &ask).await).await.code,
            code,
            "{what}"
        );
    }
    let rollback = LabelRollback {
        label_id: foreign.id,
        target_version: 9,
        comment: String::new(),
    };
    assert_eq!(
        problem(client.post("/v1/labels/rollback", &rollback).await)
            .await
            .code,
        "target_unknown"
    );
    let unknown = json!({ "label_id": payload, "target_version": -1 });
    assert_eq!(
        problem(client.post("/v1/labels/rollback", &unknown).await)
            .await
            .code,
        "bad_body"
    );
}

/// Sends bytes as they are and reads what comes back until the server closes or has answered.
async fn raw(site: &Site, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(site.handle.addr)
        .await
        .expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sends");
    let (mut answer, mut buffer) = (Vec::new(), [0_u8; 4_096]);
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(len) => answer.extend_from_slice(&buffer[..len]),
        }
        if answer.windows(12).any(|window| window == b"\"request_id\"") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}
