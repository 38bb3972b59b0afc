//! Runs, arrow by arrow: asked for, carried out, looked at.

use fovea_annotation::{ContentHash, mask_from_payload};
use fovea_protocol::{
    ArtifactsPage, AuditPage, QueuePage, RunRecord, RunState, RunsPage, StepKind, StepState,
    TileView,
};
use fovea_server::{Parts, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, problem};
use crate::run_client::{Events, log, start, succeeded};
use crate::sample::{case_id, case_op, tile_id};
use crate::site::Site;

/// A site with a case of three tiles, and its researcher.
pub(crate) async fn site_with_case() -> (Site, Client) {
    let site = Site::start().await;
    let client = site.client("rosa", Role::Researcher);
    let case = case_op(&client, "case", 3).await;
    client.push(vec![case]).await;
    (site, client)
}

pub(crate) async fn bytes(client: &Client, href: &str) -> Vec<u8> {
    let answer = client.send(Method::GET, href).await;
    assert_eq!(answer.status(), 200, "{href}");
    answer.bytes().await.expect("bytes").to_vec()
}

#[tokio::test]
async fn a_case_is_segmented_and_measured() {
    let (site, client) = site_with_case().await;
    let run_id = start(&client, "case", 0).await;
    let record = succeeded(&client, run_id).await;
    assert_eq!((record.run_id, record.case_id), (run_id, case_id("case")));
    let steps: Vec<_> = record
        .steps
        .iter()
        .map(|s| (s.step, s.state, s.attempt))
        .collect();
    let done = |kind| (kind, StepState::Succeeded, 1);
    assert_eq!(steps, StepKind::ALL.map(done));
    assert!(
        record
            .steps
            .iter()
            .all(|s| (s.progress_done, s.progress_of) == (3, 3))
    );
    assert_eq!(record.error, None);
    let names: Vec<_> = record.artifacts.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "metrics.csv",
            "metrics.json",
            "segmentation.json",
            "tiles.json"
        ]
    );
    let page: ArtifactsPage = client.get(&format!("/v1/runs/{run_id}/artifacts")).await;
    assert_eq!(page.artifacts, record.artifacts);
    for artifact in &record.artifacts {
        let bytes = bytes(&client, &artifact.href).await;
        assert_eq!(
            (bytes.len() as u64, ContentHash::of(&bytes)),
            (artifact.bytes, artifact.sha256)
        );
    }

    let metrics: Value = document(&client, &record, "metrics.json").await;
    assert_eq!(
        (metrics["tiles"].as_u64(), metrics["pixels"].as_u64()),
        (Some(3), Some(3 * 128))
    );
    let areas = metrics["classes"].as_array().expect("classes");
    let area_px: u64 = areas
        .iter()
        .filter_map(|class| class["area_px"].as_u64())
        .sum();
    assert_eq!((areas.len(), area_px), (12, 3 * 128));
    let background = &areas[0];
    let px = background["area_px"].as_f64().expect("a number");
    let mm3 = background["volume_mm3"]
        .as_f64()
        .expect("the spacing is known");
    assert!(
        (mm3 - px * 11.5 * 3.87 * 120.0 * 1e-9).abs() < 1e-9,
        "{mm3}"
    );
    the_queue_shows_what_the_model_said(&site, &client, &record).await;
    the_log_and_the_audit_log_tell_it(&site, &client, &record).await;
}

async fn document(client: &Client, record: &RunRecord, name: &str) -> Value {
    let artifact = record
        .artifacts
        .iter()
        .find(|a| a.name == name)
        .expect(name);
    serde_json::from_slice(&bytes(client, &artifact.href).await).expect("JSON")
}

/// A prediction of a run is a prediction like any other.
async fn the_queue_shows_what_the_model_said(site: &Site, client: &Client, record: &RunRecord) {
    let segmentation = document(client, record, "segmentation.json").await;
    let labeler = site.labeler();
    for (index, tile) in (0_u32..).zip(segmentation["tiles"].as_array().expect("tiles")) {
        let view: TileView = labeler
            .get(&format!("/v1/tiles/{}", tile_id("case", index)))
            .await;
        let prediction = view.prediction.expect("a prediction");
        assert_eq!(prediction.model_digest, record.manifest.model_digest);
        assert_eq!(json!(prediction.mask), tile["mask"]);
        let score = tile["score"].as_f64().expect("a number");
        assert_eq!(prediction.score, score as f32);
        let mask = bytes(&labeler, &view.mask_img.expect("a mask").href).await;
        assert_eq!(mask_from_payload(&mask).expect("a mask").size(), view.size);
    }
    let queue = "/v1/active-learning/queue?uncertainty_threshold=0";
    let queue: QueuePage = labeler.get(queue).await;
    assert_eq!(queue.tiles.len(), 3, "every tile has a score above nought");
}

async fn the_log_and_the_audit_log_tell_it(site: &Site, client: &Client, record: &RunRecord) {
    let said = log(client, record.run_id).await;
    let lines: Vec<_> = said
        .lines()
        .filter_map(|line| line.split_once("Z "))
        .collect();
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    let expected = [
        "queued",
        "preproc #1 attempt 1 of 4 begins",
        "preproc #1 done",
        "segment #1 attempt 1 of 4 begins",
        "segment #1 done",
        "metrics #1 attempt 1 of 4 begins",
        "metrics #1 done",
    ];
    assert_eq!(lines, expected);
    let audit: AuditPage = site.client("olga", Role::Auditor).get("/v1/audit").await;
    let of_run = audit
        .entries
        .iter()
        .filter(|e| e.action.starts_with("RUN_"));
    let told: Vec<_> = of_run
        .map(|e| (e.actor.as_str(), e.action.as_str()))
        .collect();
    assert_eq!(
        told,
        [("rosa", "RUN_CREATE"), ("orchestrator", "RUN_FINISH")]
    );
    let predictions = audit
        .entries
        .iter()
        .filter(|e| e.action == "PREDICTION_REGISTER");
    assert_eq!(predictions.count(), 3);
    let report = fovea_server::verify_audit(site.data()).expect("reads");
    assert_eq!(report.faults, []);
}

#[tokio::test]
async fn runs_are_listed_newest_first_page_by_page() {
    let site = Site::start_as(
        Parts {
            worker: false,
            ..Parts::ALL
        },
        "",
    )
    .await;
    let client = site.client("rosa", Role::Researcher);
    for name in ["one", "two"] {
        let case = case_op(&client, name, 1).await;
        client.push(vec![case]).await;
    }
    let mut made = Vec::new();
    for seed in 0..60 {
        made.push(start(&client, if seed == 7 { "two" } else { "one" }, seed).await);
    }
    made.reverse();
    let first: RunsPage = client.get("/v1/runs").await;
    let next = first.next.expect("there are more");
    let second: RunsPage = client.get(&format!("/v1/runs?after={next}")).await;
    assert_eq!(second.next, None);
    let listed: Vec<_> = first
        .runs
        .iter()
        .chain(&second.runs)
        .map(|run| run.run_id)
        .collect();
    assert_eq!(listed, made);
    assert!(
        first
            .runs
            .iter()
            .all(|run| run.state == RunState::Queued && run.steps.len() == 3)
    );

    let of_two: RunsPage = client
        .get(&format!("/v1/runs?case_id={}", case_id("two")))
        .await;
    assert_eq!(of_two.runs.len(), 1);
    client
        .send(Method::POST, &format!("/v1/runs/{}/cancel", made[0]))
        .await;
    let cancelled: RunsPage = client.get("/v1/runs?state=CANCELLED").await;
    assert_eq!(
        cancelled
            .runs
            .iter()
            .map(|run| run.run_id)
            .collect::<Vec<_>>(),
        [made[0]]
    );
    let both = format!("/v1/runs?state=QUEUED&case_id={}", case_id("two"));
    assert_eq!(client.get::<RunsPage>(&both).await.runs.len(), 1);
    for bad in ["state=LOST", "case_id=7", "surprise=1"] {
        let answer = problem(client.send(Method::GET, &format!("/v1/runs?{bad}")).await).await;
        assert_eq!(answer.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_same_manifest_gives_the_same_bytes() {
    let mut seen: Vec<RunRecord> = Vec::new();
    for _ in 0..2 {
        let (_site, client) = site_with_case().await;
        let run_id = start(&client, "case", 5).await;
        seen.push(succeeded(&client, run_id).await);
    }
    assert_ne!(
        seen[0].run_id, seen[1].run_id,
        "the homes know nothing of each other"
    );
    assert_eq!(seen[0].manifest_sha256, seen[1].manifest_sha256);
    assert_eq!(seen[0].artifacts, seen[1].artifacts);
}

#[tokio::test]
async fn events_tell_every_change_once_and_end_with_the_run() {
    let (_site, client) = site_with_case().await;
    let run_id = start(&client, "case", 0).await;
    let mut events = Events::of(&client, run_id, None).await;
    let mut seen = Vec::new();
    while let Some((id, event)) = events.next().await {
        assert!(seen.last().is_none_or(|(last, _)| *last < id), "ids go up");
        seen.push((id, event.state));
    }
    let (last_id, last_state) = *seen.last().expect("events");
    assert_eq!(last_state, RunState::Succeeded);
    // Who has the last event is told nothing again.
    let mut again = Events::of(&client, run_id, Some(last_id)).await;
    assert_eq!(again.next().await, None);
    let mut late = Events::of(&client, run_id, Some(last_id - 1)).await;
    assert_eq!(
        late.next().await.map(|(id, event)| (id, event.state)),
        Some((last_id, last_state))
    );
    assert_eq!(late.next().await, None);
}

#[tokio::test]
async fn events_end_with_the_server() {
    let site = Site::start_as(
        Parts {
            worker: false,
            ..Parts::ALL
        },
        "",
    )
    .await;
    let client = site.client("rosa", Role::Researcher);
    let case = case_op(&client, "case", 1).await;
    client.push(vec![case]).await;
    let run_id = start(&client, "case", 0).await;
    let mut events = Events::of(&client, run_id, None).await;
    assert_eq!(
        events.next().await.map(|(_, event)| event.state),
        Some(RunState::Queued)
    );
    let (end, ()) = tokio::join!(events.next(), site.handle.shutdown());
    assert_eq!(end, None);
}
