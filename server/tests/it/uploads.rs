//! Resumable uploads: what arrived counts, and the whole gives the same case as a form.

use fovea_protocol::{CaseFromUpload, CaseTaken, UploadStatus};
use fovea_server::Role;
use reqwest::{Method, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{Client, problem};
use crate::intake::vol;
use crate::site::Site;

async fn begin(client: &Client, length: usize) -> String {
    let response = client
        .request(Method::POST, "/v1/uploads")
        .header("upload-length", length)
        .send()
        .await
        .expect("the server answers");
    assert_eq!(response.status(), 201);
    let location = &response.headers()["location"];
    location.to_str().expect("text").to_owned()
}

async fn send(client: &Client, at: &str, offset: usize, bytes: &[u8]) -> Response {
    client
        .request(Method::PATCH, at)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset)
        .body(bytes.to_vec())
        .send()
        .await
        .expect("the server answers")
}

async fn received(client: &Client, at: &str) -> u64 {
    let response = client.send(Method::HEAD, at).await;
    assert_eq!(response.status(), 200);
    let offset = &response.headers()["upload-offset"];
    offset.to_str().expect("text").parse().expect("a number")
}

async fn finish(client: &Client, at: &str) -> Response {
    let status: UploadStatus = client.get(at).await;
    let ask = CaseFromUpload {
        upload_id: status.upload_id,
        device_id: "spectralis-1".into(),
        consent: "written".into(),
        laterality: None,
    };
    client.post("/v1/cases", &ask).await
}

#[tokio::test]
async fn pieces_become_the_same_case_as_a_form() {
    let site = Site::start().await;
    let client = site.labeler();
    let file = vol();
    let at = begin(&client, file.len()).await;
    let (first, rest) = file.split_at(1_000);
    assert_eq!(send(&client, &at, 0, first).await.status(), 204);
    assert_eq!(received(&client, &at).await, 1_000);
    let early = problem(finish(&client, &at).await).await;
    assert_eq!(
        (early.status, early.code.as_str()),
        (409, "upload_unfinished")
    );
    let again = problem(send(&client, &at, 0, first).await).await;
    assert_eq!(
        (again.status, again.code.as_str()),
        (409, "offset_mismatch")
    );
    assert_eq!(send(&client, &at, 1_000, rest).await.status(), 204);
    let response = finish(&client, &at).await;
    assert_eq!(response.status(), 201);
    let taken: CaseTaken = response.json().await.expect("a case");
    assert_eq!(taken.tile_count, 3);
    assert_eq!(
        client.send(Method::HEAD, &at).await.status(),
        404,
        "the file is gone with the upload"
    );
    let left = std::fs::read_dir(site.data().join("uploads")).expect("lists");
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_broken_connection_loses_nothing_that_arrived() {
    let site = Site::start().await;
    let client = site.labeler();
    let at = begin(&client, 5_000).await;
    let mut socket = tokio::net::TcpStream::connect(site.handle.addr)
        .await
        .expect("connects");
    let head = format!(
        "PATCH {at} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 5000\r\n\r\n",
        client.token.as_deref().expect("a token")
    );
    socket.write_all(head.as_bytes()).await.expect("sends");
    socket.write_all(&[7; 2_000]).await.expect("sends");
    socket.shutdown().await.expect("closes");
    let mut answer = Vec::new();
    // Whether an answer still comes back does not matter, only that the server has let go.
    let _ = socket.read_to_end(&mut answer).await;
    // The server lets go of the connection before the part is durable; asking again is what a client does.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while received(&client, &at).await != 2_000 {
        assert!(
            std::time::Instant::now() < deadline,
            "the bytes never counted"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(send(&client, &at, 2_000, &[7; 3_000]).await.status(), 204);
    assert_eq!(received(&client, &at).await, 5_000);
}

#[tokio::test]
async fn uploads_are_bounded_and_belong_to_their_account() {
    let site = Site::start().await;
    let client = site.labeler();
    let other = site.client("rosa", Role::Researcher);
    let at = begin(&client, 10).await;
    for method in [Method::HEAD, Method::GET, Method::DELETE] {
        assert_eq!(other.send(method, &at).await.status(), 404);
    }
    assert_eq!(send(&other, &at, 0, b"x").await.status(), 404);
    let more = problem(send(&client, &at, 0, &[0; 11]).await).await;
    assert_eq!((more.status, more.code.as_str()), (413, "too_large"));
    assert_eq!(received(&client, &at).await, 0, "nothing of it was kept");
    for length in ["0", "99999999999999", "-1", "much"] {
        let response = client
            .request(Method::POST, "/v1/uploads")
            .header("upload-length", length)
            .send()
            .await
            .expect("the server answers");
        assert!(response.status().is_client_error(), "{length}");
    }
    for _ in 1..16 {
        begin(&client, 1).await;
    }
    let full = client
        .request(Method::POST, "/v1/uploads")
        .header("upload-length", 1)
        .send()
        .await
        .expect("the server answers");
    let full = problem(full).await;
    assert_eq!((full.status, full.code.as_str()), (429, "too_many_uploads"));
    assert_eq!(client.send(Method::DELETE, &at).await.status(), 204);
    begin(&client, 1).await;
}

#[tokio::test]
async fn what_nobody_comes_back_for_goes_away() {
    let site = Site::start().await;
    let client = site.labeler();
    let at = begin(&client, 10).await;
    assert_eq!(send(&client, &at, 0, b"01234").await.status(), 204);
    site.advance_minutes(24 * 60 + 1);
    assert_eq!(client.send(Method::HEAD, &at).await.status(), 404);
    // The next upload sweeps.
    begin(&client, 1).await;
    let left = std::fs::read_dir(site.data().join("uploads")).expect("lists");
    assert_eq!(left.count(), 0, "the parts are gone from the disk");
}
