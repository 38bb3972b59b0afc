//! Starting, stopping, waiting.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fovea_protocol::{ChangesPage, Hello, LoginRequest, LoginResponse, OpOutcome};
use fovea_server::{Config, Role, Server, StartError, create_user};
use reqwest::Method;

use crate::client::{Client, problem};
use crate::sample::case_op;
use crate::site::Site;

#[tokio::test]
async fn an_address_that_others_reach_is_refused() {
    let folder = crate::home::data_folder();
    let listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let started = Server::start(Config {
        listen,
        ..Config::on_free_port(folder.path())
    })
    .await;
    assert!(matches!(started, Err(StartError::NotLoopback(_))));
}

#[tokio::test]
async fn identity_stays_over_a_restart() {
    let folder = crate::home::data_folder();
    let port_file = folder.path().join("port");
    let token = create_user(folder.path(), "ada", Role::Labeler, None).expect("the account");
    let mut seen: Option<Hello> = None;
    for _ in 0..2 {
        let config = Config {
            port_file: Some(port_file.clone()),
            ..Config::on_free_port(folder.path())
        };
        let handle = Server::start(config).await.expect("starts");
        let addr = std::fs::read_to_string(&port_file).expect("the port file is there");
        assert_eq!(addr.trim(), handle.addr.to_string());
        let client = Client::new(&handle.url(), Some(token.clone()));
        assert_eq!(client.send(Method::GET, "/healthz").await.status(), 200);
        assert_eq!(client.send(Method::GET, "/readyz").await.status(), 200);
        let hello: Hello = client.get("/v1/hello").await;
        assert_eq!(
            (hello.user.as_str(), hello.role.as_str(), hello.cursor),
            ("ada", "labeler", 0)
        );
        if let Some(before) = seen.replace(hello.clone()) {
            assert_eq!(
                (before.server_id, before.incarnation),
                (hello.server_id, hello.incarnation)
            );
        }
        handle.shutdown().await;
        let closed = reqwest::get(format!("http://{}/healthz", addr.trim())).await;
        assert!(closed.is_err(), "the port is closed");
    }
}

#[tokio::test]
async fn waiting_for_changes_ends_with_a_change() {
    let site = Site::start().await;
    let client = site.labeler();
    let op = case_op(&client, "case", 1).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move {
            client
                .get::<ChangesPage>("/v1/sync/changes?cursor=0&wait_s=25")
                .await
        }
    });
    let begun = Instant::now();
    assert_eq!(client.push(vec![op]).await, [OpOutcome::Accepted]);
    let page = waiting.await.expect("joins");
    assert_eq!((page.changes.len(), page.cursor), (1, 1));
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "it did not sleep to the end"
    );
}

#[tokio::test]
async fn sign_in_and_out() {
    let site = Site::start().await;
    create_user(
        site.data(),
        "ada",
        Role::Labeler,
        Some("correct horse battery"),
    )
    .expect("the account");
    let nobody = Client::new(&site.handle.url(), None);
    for (name, password) in [
        ("ada", "wrong horse battery"),
        ("eve", "correct horse battery"),
    ] {
        let ask = LoginRequest {
            name: name.into(),
            password: password.into(),
        };
        assert_eq!(
            problem(nobody.post("/v1/auth/login", &ask).await)
                .await
                .code,
            "wrong_password"
        );
    }
    let ask = LoginRequest {
        name: "ada".into(),
        password: "correct horse battery".into(),
    };
    let signed_in: LoginResponse = nobody.post_ok("/v1/auth/login", &ask, 200).await;
    let ada = Client::new(&site.handle.url(), Some(signed_in.token));
    let _: Hello = ada.get("/v1/hello").await;
    site.advance_minutes(16);
    assert_eq!(
        problem(ada.send(Method::GET, "/v1/hello").await)
            .await
            .status,
        401
    );
    let signed_in: LoginResponse = nobody.post_ok("/v1/auth/login", &ask, 200).await;
    let ada = Client::new(&site.handle.url(), Some(signed_in.token));
    assert_eq!(
        ada.send(Method::POST, "/v1/auth/logout").await.status(),
        204
    );
    assert_eq!(
        problem(ada.send(Method::GET, "/v1/hello").await)
            .await
            .status,
        401
    );
}
