//! A database server that goes away and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fovea_annotation::VersionId;
use fovea_protocol::{
    Op, OpBody, OpOutcome, PushRequest, PushResponse, RunAccepted, RunState, UploadStatus,
    VersionGraph,
};
use fovea_server::{Role, verify_audit};
use fovea_test_data::Postgres;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use tokio::sync::watch;
use uuid::Uuid;

use crate::client::Client;
use crate::contents::served;
use crate::home;
use crate::run_client::{finished, wish};
use crate::sample::{case_op, mask, payload, sent_version, tile_id, version};
use crate::site::Site;

#[tokio::test]
async fn work_goes_on_after_every_connection_was_cut() {
    let site = Site::start().await;
    let client = site.labeler();
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    let tile = tile_id("case", 0);
    let mut parents = vec![];
    for number in 1..=5 {
        home::server().cut_connections(&home::database(site.data()));
        let version = sent_version(&client, tile, number, parents, &mask(7, number as usize)).await;
        parents = vec![version.id];
        let op = fovea_protocol::OpBody::PushVersion(version);
        assert_eq!(client.push(vec![op]).await, [OpOutcome::Accepted]);
    }
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    assert_eq!(graph.versions.len(), 5);
    assert_eq!(
        fovea_server::verify_audit(site.data())
            .expect("reads")
            .faults,
        []
    );
}

/// Restarts of the database server in one test.
const RESTARTS: u32 = 6;
const PIECE_LEN: usize = 40_000;
const UPLOAD_LEN: usize = 400_000;
/// A busy machine is slow; work that has not come to its end by then has been forgotten.
const PATIENCE: Duration = Duration::from_secs(120);

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_restarts_under_work_loses_nothing_and_doubles_nothing() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let postgres = Postgres::start("the restart of PostgreSQL", true).expect("is installed");
    let url = postgres.new_database();
    let folder = home::data_folder_at(&url, &home::store().endpoint());
    let settings = folder.path().join("server.toml");
    let before = std::fs::read_to_string(&settings).expect("reads");
    let quick = "\n[orchestrator]\nlease_ms = 2000\nsweep_ms = 50\npoll_ms = 20\nbackoff_first_ms = 10\nbackoff_max_ms = 50\n[limits]\naddress_requests_per_s = 0\ntoken_requests_per_s = 0\n";
    std::fs::write(&settings, before + quick).expect("writes");
    let token = fovea_server::create_user(folder.path(), "rosa", Role::Researcher, None);
    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), Some(token.expect("an account")));
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);

    let (stop, stopped) = watch::channel(false);
    let pushing = tokio::spawn(push_versions(client.clone(), stopped.clone()));
    let uploading = tokio::spawn(upload(client.clone()));
    let asking = tokio::spawn(ask_for_runs(client.clone(), stopped));
    let postgres = Arc::new(postgres);
    for _ in 0..RESTARTS {
        // The moment is what is random here; nothing is waited for.
        tokio::time::sleep(Duration::from_millis(random.random_range(50..600))).await;
        let (server, is_crash) = (Arc::clone(&postgres), random.random_bool(0.5));
        let restarted = tokio::task::spawn_blocking(move || server.restart(is_crash));
        restarted.await.expect("starts again");
    }
    stop.send_replace(true);
    let versions = pushing.await.expect("pushes");
    let runs = asking.await.expect("asks");
    let upload_at = uploading.await.expect("uploads");

    let graph: VersionGraph = client
        .get(&format!("/v1/tiles/{}/versions", tile_id("case", 0)))
        .await;
    let held: Vec<_> = graph
        .versions
        .iter()
        .map(|record| record.version.id)
        .collect();
    assert_eq!(held, versions, "seed {seed}");
    let status: UploadStatus = client.get(&upload_at).await;
    assert_eq!(status.received, UPLOAD_LEN as u64, "seed {seed}");
    assert!(!runs.is_empty(), "seed {seed}");
    for run_id in &runs {
        let record = finished(&client, *run_id).await;
        assert_eq!(record.state, RunState::Succeeded, "seed {seed}: {record:?}");
    }
    handle.shutdown().await;
    let database = url.rsplit('/').next().expect("a name");
    let twice = "SELECT count(*) FROM (SELECT step_no FROM run_attempts WHERE ended = 'SUCCEEDED' GROUP BY step_no HAVING count(*) > 1) t";
    assert_eq!(postgres.sql(database, twice), "0", "seed {seed}");
    assert_eq!(
        postgres.sql(database, "SELECT count(*) FROM runs"),
        runs.len().to_string()
    );
    assert_eq!(
        verify_audit(folder.path()).expect("reads").faults,
        [],
        "seed {seed}"
    );
}

/// Sends a request until it is taken, as a client does whose server has trouble. `None` where it never was.
async fn insist(make: impl Fn() -> reqwest::RequestBuilder) -> reqwest::Response {
    let begun = Instant::now();
    loop {
        if let Ok(answer) = make().send().await
            && !answer.status().is_server_error()
            && answer.status() != 429
        {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "it is never taken");
        tokio::task::yield_now().await;
    }
}

/// Pushes one version after the other, each until it is acknowledged under the same id.
async fn push_versions(client: Client, stopped: watch::Receiver<bool>) -> Vec<VersionId> {
    let mut versions: Vec<VersionId> = Vec::new();
    while !*stopped.borrow() {
        let number = versions.len() as u32 + 1;
        let mask = mask(7, number as usize % 100);
        let next = version(
            tile_id("case", 0),
            number,
            versions.last().copied().into_iter().collect(),
            &mask,
        );
        let path = format!("/v1/blobs/{}", next.payload);
        let put = insist(|| client.request(Method::PUT, &path).body(payload(&mask))).await;
        assert_eq!(put.status(), 204);
        let op = Op {
            op_id: Uuid::new_v4(),
            body: OpBody::PushVersion(next.clone()),
        };
        loop {
            let ask = PushRequest {
                ops: vec![op.clone()],
            };
            let answer = insist(|| client.request(Method::POST, "/v1/sync/push").json(&ask)).await;
            let answer: PushResponse = answer.json().await.expect("an answer");
            match &answer.results[0].outcome {
                OpOutcome::Accepted | OpOutcome::Duplicate => break,
                other => assert!(
                    format!("{other:?}").contains("retryable: true"),
                    "{other:?}"
                ),
            }
        }
        versions.push(next.id);
    }
    versions
}

/// Uploads a file in pieces; each break is followed by the question how far it is.
async fn upload(client: Client) -> String {
    let begin = || {
        client
            .request(Method::POST, "/v1/uploads")
            .header("upload-length", UPLOAD_LEN)
    };
    let begun = insist(begin).await;
    assert_eq!(begun.status(), 201);
    let at = begun.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    loop {
        let head = insist(|| client.request(Method::HEAD, &at)).await;
        let offset: usize = head.headers()["upload-offset"]
            .to_str()
            .expect("text")
            .parse()
            .expect("a number");
        if offset == UPLOAD_LEN {
            return at;
        }
        let len = PIECE_LEN.min(UPLOAD_LEN - offset);
        let send = client
            .request(Method::PATCH, &at)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .body(vec![7; len]);
        // Whatever becomes of it: how far it is, the server says.
        let _ = send.send().await;
    }
}

/// Asks for runs, each under a key of its own until it is accepted.
async fn ask_for_runs(client: Client, stopped: watch::Receiver<bool>) -> Vec<Uuid> {
    let mut runs = Vec::new();
    while !*stopped.borrow() && runs.len() < 12 {
        let seed = runs.len() as u32;
        let ask = wish("case", seed);
        let make = || {
            let post = client.request(Method::POST, "/v1/runs").json(&ask);
            post.header("idempotency-key", format!("wish {seed}"))
        };
        let accepted: RunAccepted = insist(make).await.json().await.expect("an answer");
        runs.push(accepted.run_id);
    }
    runs
}
