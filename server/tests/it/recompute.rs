//! Scoring the queue again.

use std::time::Duration;

use fovea_protocol::{QueuePage, RecomputeRecord, RecomputeState};
use fovea_server::{Config, Parts, Role, Server, verify_audit};

use crate::client::{Client, problem};
use crate::sample::{SIZE, gray_png, mask, payload, predicted_case};
use crate::site::Site;

const PATH: &str = "/v1/active-learning/recompute";
/// Whoever waits here asks as often as the machine can answer.
const NO_LIMIT: &str = "[limits]\ntoken_requests_per_s = 0\n";

async fn start(client: &Client) -> RecomputeRecord {
    client.post_ok(PATH, &(), 202).await
}

/// Longest that a recomputation of a test may take, on any machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks until it is done.
async fn done(client: &Client) -> RecomputeRecord {
    let done = tokio::time::timeout(PATIENCE, ask_until_done(client));
    done.await.expect("it comes to its end")
}

async fn ask_until_done(client: &Client) -> RecomputeRecord {
    loop {
        let asked = client.send(reqwest::Method::GET, PATH).await;
        if asked.status() == 429 {
            // Who asks without pause is told to wait.
            let wait = &asked.headers()["retry-after"];
            let wait_s = wait.to_str().ok().and_then(|text| text.parse().ok());
            tokio::time::sleep(Duration::from_secs(wait_s.expect("seconds"))).await;
            continue;
        }
        let record: RecomputeRecord = asked.json().await.expect("a recomputation");
        assert!(record.done <= record.total);
        if record.state == RecomputeState::Done {
            return record;
        }
        tokio::task::yield_now().await;
    }
}

/// What the sample's uncertainty map, of one value everywhere, gives.
fn sample_score() -> (f32, String) {
    let map = fovea_annotation::UncertaintyMap::new(SIZE, vec![80; SIZE.len()]).expect("fits");
    let schema = fovea_annotation::LabelSchema::oct_layers();
    let score = fovea_annotation::score_tile(&mask(7, 5), &map, &schema);
    (score.score, score.reason)
}

#[tokio::test]
async fn every_open_tile_is_scored_again_from_what_the_model_left() {
    let site = Site::start_with(NO_LIMIT).await;
    let (ada, emil) = (site.labeler(), site.client("emil", Role::MlEngineer));
    let never = problem(emil.send(reqwest::Method::GET, PATH).await).await;
    assert_eq!(
        (never.status, never.code.as_str()),
        (404, "recompute_unknown")
    );
    // More than one step, and scores that the maps do not give.
    for case in 0..5 {
        predicted_case(&ada, &format!("case {case}"), &[0.9; 30]).await;
    }
    let begun = start(&emil).await;
    assert_eq!((begun.total, begun.started_by.as_str()), (150, "emil"));
    let first = done(&emil).await;
    assert_eq!((first.done, first.changed, first.unreadable), (150, 150, 0));
    let (score, reason) = sample_score();
    let page: QueuePage = ada
        .get("/v1/active-learning/queue?uncertainty_threshold=0")
        .await;
    assert_eq!(page.tiles.len(), 25, "five of each case");
    for tile in &page.tiles {
        assert_eq!((tile.score, &tile.reason), (score, &reason));
    }
    // Once more changes nothing.
    start(&emil).await;
    let second = done(&emil).await;
    assert_eq!((second.done, second.changed), (150, 0));
    assert_ne!(second.recompute_no, first.recompute_no);
    let lines = "SELECT count(*) FROM audit WHERE action LIKE 'QUEUE_RECOMPUTE%'";
    assert_eq!(site.intrude(lines).expect("reads").trim(), "4");
    assert_eq!(verify_audit(site.data()).expect("reads").faults, []);
}

#[tokio::test]
async fn a_tile_that_cannot_be_read_keeps_its_score() {
    let site = Site::start_with(NO_LIMIT).await;
    let (ada, emil) = (site.labeler(), site.client("emil", Role::MlEngineer));
    predicted_case(&ada, "case", &[0.9]).await;
    for blob in [gray_png(80), payload(&mask(7, 5))] {
        let sha256 = fovea_annotation::ContentHash::of(&blob);
        crate::objects::remove(site.data(), sha256);
    }
    // A server that never had the blobs in memory.
    let (folder, _) = site.stop().await;
    let config = Config {
        parts: Parts::NONE,
        ..Config::on_free_port(folder.path())
    };
    let handle = Server::start(config).await.expect("starts again");
    let emil = Client::new(&handle.url(), emil.token);
    start(&emil).await;
    let record = done(&emil).await;
    assert_eq!((record.done, record.changed, record.unreadable), (1, 0, 1));
    let ada = Client::new(&handle.url(), ada.token);
    let page: QueuePage = ada.get("/v1/active-learning/queue").await;
    assert_eq!(page.tiles[0].score, 0.9);
    handle.shutdown().await;
}

#[tokio::test]
async fn once_measured_a_score_needs_no_picture() {
    let site = Site::start_with(NO_LIMIT).await;
    let (ada, emil) = (site.labeler(), site.client("emil", Role::MlEngineer));
    predicted_case(&ada, "case", &[0.9; 3]).await;
    start(&emil).await;
    assert_eq!(done(&emil).await.changed, 3);
    let kept = "SELECT count(*) FROM prediction_figures";
    assert_eq!(site.intrude(kept).expect("reads").trim(), "3");
    for blob in [gray_png(80), payload(&mask(7, 5))] {
        crate::objects::remove(site.data(), fovea_annotation::ContentHash::of(&blob));
    }
    // As after an update that defines the score anew.
    let former = "UPDATE tiles SET open_score = 0.9, open_method = 0";
    site.intrude(former).expect("writes");
    let (folder, _) = site.stop().await;
    let server = Server::start(Config::on_free_port(folder.path()));
    let handle = server.await.expect("starts again");
    let emil = Client::new(&handle.url(), emil.token);
    start(&emil).await;
    let record = done(&emil).await;
    assert_eq!((record.done, record.changed, record.unreadable), (3, 3, 0));
    let ada = Client::new(&handle.url(), ada.token);
    let page: QueuePage = ada.get("/v1/active-learning/queue").await;
    let (score, reason) = sample_score();
    assert_eq!(page.tiles.len(), 3);
    for tile in &page.tiles {
        assert_eq!((tile.score, &tile.reason), (score, &reason));
    }
    handle.shutdown().await;
}

#[tokio::test]
async fn what_a_process_left_undone_the_next_one_does() {
    let site = Site::start_with(NO_LIMIT).await;
    let (ada, emil) = (site.labeler(), site.client("emil", Role::MlEngineer));
    for name in ["first", "second"] {
        predicted_case(&ada, name, &[0.9; 3]).await;
    }
    start(&emil).await;
    done(&emil).await;
    let (folder, _) = site.stop().await;
    // As a process leaves it that dies after its first case: the scores of the other are still the old ones.
    let sql = "UPDATE recomputes SET state = 'RUNNING', finished_at_us = NULL, done = 3, changed = 3, after_case = 1;
               UPDATE tiles SET open_score = 0.9, open_method = NULL WHERE case_id =
                 (SELECT case_id FROM cases WHERE case_no = 2)";
    crate::home::intrude(folder.path(), sql).expect("writes");
    let server = Server::start(Config::on_free_port(folder.path()));
    let handle = server.await.expect("starts again");
    let record = done(&Client::new(&handle.url(), emil.token)).await;
    assert_eq!((record.done, record.total, record.changed), (6, 6, 6));
    let page: QueuePage = Client::new(&handle.url(), ada.token)
        .get("/v1/active-learning/queue?uncertainty_threshold=0")
        .await;
    assert!(page.tiles.iter().all(|tile| tile.score == sample_score().0));
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_by_many_at_once_it_is_done_once() {
    let site = Site::start_with(NO_LIMIT).await;
    let (ada, emil) = (site.labeler(), site.client("emil", Role::MlEngineer));
    for case in 0..3 {
        predicted_case(&ada, &format!("case {case}"), &[0.9; 50]).await;
    }
    let asked = (0..6).map(|_| {
        let emil = emil.clone();
        tokio::spawn(async move { start(&emil).await })
    });
    for ask in asked.collect::<Vec<_>>() {
        ask.await.expect("joins");
    }
    let record = done(&emil).await;
    assert_eq!((record.done, record.total), (150, 150));
    let sql = "SELECT sum(changed) FROM recomputes";
    assert_eq!(site.intrude(sql).expect("reads").trim(), "150");
}
