//! What is seen of the server: metrics, status, readiness.

use std::collections::BTreeMap;

use fovea_protocol::{RunState, ServerStatus};
use fovea_server::{Parts, Role};
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, problem};
use crate::home;
use crate::run_client::{start, succeeded};
use crate::sample::{case_op, predicted_case};
use crate::site::Site;

/// Each sample of a scrape by its name with labels.
async fn scrape(client: &Client) -> BTreeMap<String, f64> {
    let answer = client.send(Method::GET, "/metrics").await;
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].clone();
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text().await.expect("text");
    let mut samples = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a sample");
        let value = value.parse().expect("a number");
        let before = samples.insert(name.to_owned(), value);
        assert_eq!(before, None, "{name} is told twice");
    }
    samples
}

#[tokio::test]
async fn metrics_follow_the_work() {
    let site = Site::start().await;
    let scraper = site.client("prometheus", Role::Monitor);
    let rosa = site.client("rosa", Role::Researcher);
    let before = scrape(&scraper).await;
    assert_eq!(before["fovea_runs{state=\"succeeded\"}"], 0.0);
    assert_eq!(before["fovea_queue_tiles"], 0.0);
    let case = case_op(&rosa, "case", 3).await;
    rosa.push(vec![case]).await;
    let run_id = start(&rosa, "case", 0).await;
    succeeded(&rosa, run_id).await;
    rosa.send(Method::GET, &format!("/v1/runs/{run_id}")).await;
    let after = scrape(&scraper).await;
    for (name, value) in [
        ("fovea_runs{state=\"succeeded\"}", 1.0),
        ("fovea_runs{state=\"queued\"}", 0.0),
        ("fovea_run_steps{state=\"leased\"}", 0.0),
        ("fovea_queue_tiles", 3.0),
        ("fovea_queue_tiles_leased", 0.0),
        ("fovea_workers{state=\"idle\"}", 1.0),
        ("fovea_uploads_open", 0.0),
        ("fovea_objects_damaged", 0.0),
        ("fovea_healthy{part=\"database\"}", 1.0),
        ("fovea_healthy{part=\"migrations\"}", 1.0),
        ("fovea_healthy{part=\"object_store\"}", 1.0),
        ("fovea_healthy{part=\"orchestrator\"}", 1.0),
    ] {
        assert_eq!(after.get(name), Some(&value), "{name}");
    }
    for name in [
        "fovea_objects",
        "fovea_objects_size_bytes",
        "fovea_database_write_group_size_count",
        "fovea_connections_total",
        "fovea_http_requests_total{method=\"GET\",route=\"/v1/runs/{run_id}\",status=\"200\"}",
        "fovea_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/runs/{run_id}\"}",
        "fovea_http_request_duration_seconds_sum{method=\"GET\",route=\"/v1/runs/{run_id}\"}",
    ] {
        let (was, is) = (before.get(name).copied().unwrap_or_default(), after[name]);
        assert!(is > was, "{name}: {was}, then {is}");
    }
    assert!(after["fovea_connections_open"] >= 1.0);
    assert!(after["fovea_orchestrator_tick_age_seconds"] >= 0.0);
    let engine = |name: &&String| name.starts_with("fovea_database_info{engine=");
    assert_eq!(after.keys().filter(engine).count(), 1);
}

#[tokio::test]
async fn no_label_is_an_id_a_name_or_an_address() {
    let site = Site::start().await;
    let scraper = site.client("prometheus", Role::Monitor);
    let ada = site.labeler();
    predicted_case(&ada, "case", &[0.5]).await;
    let unknown = "0".repeat(64);
    for path in [
        format!("/v1/tiles/{unknown}"),
        format!("/secret-{unknown}"),
        "/v1/cases/JOHN%5EDOE".to_owned(),
    ] {
        ada.send(Method::GET, &path).await;
        ada.send("BREW".parse().expect("a method"), &path).await;
    }
    let nobody = Client::new(&site.handle.url(), None);
    nobody.send(Method::GET, "/v1/hello").await;
    let wrong = serde_json::json!({ "name": "ada", "password": "not the password" });
    nobody.post("/v1/auth/login", &wrong).await;
    let samples = scrape(&scraper).await;
    for name in samples.keys() {
        for part in [
            unknown.as_str(),
            "JOHN",
            "secret",
            "BREW",
            "ada",
            "prometheus",
        ] {
            assert!(!name.contains(part), "{name}");
        }
    }
    let lost = "fovea_http_requests_total{method=\"other\",route=\"(none)\",status=\"404\"}";
    assert_eq!(samples[lost], 1.0);
    assert_eq!(samples["fovea_sign_in_failures_total"], 1.0);
    assert_eq!(samples["fovea_refused_tokens_total"], 1.0);
}

#[tokio::test]
async fn the_status_tells_of_workers_runs_and_storage() {
    let parts = Parts {
        worker: false,
        ..Parts::ALL
    };
    let site = Site::start_as(parts, "").await;
    let admin = site.client("root", Role::Admin);
    let rosa = site.client("rosa", Role::Researcher);
    let case = case_op(&rosa, "case", 2).await;
    rosa.push(vec![case]).await;
    let run_id = start(&rosa, "case", 0).await;
    let status: ServerStatus = admin.get("/v1/status").await;
    let queued = status.runs.iter().find(|run| run.state == RunState::Queued);
    assert_eq!(queued.map(|run| run.count), Some(1));
    assert_eq!((status.steps.due, status.steps.leased), (1, 0));
    assert_eq!(status.recent_runs.len(), 1);
    assert_eq!(status.recent_runs[0].run_id, run_id);
    assert_eq!(status.workers, []);
    assert!(status.health.iter().all(|part| part.is_well), "{status:?}");
    // The two pictures are one object.
    assert_eq!(
        (status.object_store.blobs, status.object_store.damaged),
        (1, 0)
    );
    assert!(status.object_store.bytes > 0);

    // A worker that holds a step is known by it.
    let now_us = site.now_us();
    let hold = format!(
        "UPDATE run_steps SET state = 'RUNNING', worker = 'somebody', lease_until_us = {} WHERE position = 0",
        now_us + 20_000_000
    );
    site.intrude(&hold).expect("writes");
    let status: ServerStatus = admin.get("/v1/status").await;
    assert_eq!(status.workers.len(), 1);
    let worker = &status.workers[0];
    assert_eq!(
        (worker.name.as_str(), worker.seen_ms_ago),
        ("somebody", None)
    );
    assert_eq!(worker.step.as_ref().map(|step| step.run_id), Some(run_id));
    assert_eq!((status.steps.due, status.steps.leased), (0, 1));

    // One that says nothing for long is not listed.
    for (name, age_us) in [("young", 5_000_000), ("old", 40_000_000)] {
        let at_us = now_us - age_us;
        let sign = format!("INSERT INTO ticks (name, at_us) VALUES ('worker {name}', {at_us})");
        site.intrude(&sign).expect("writes");
    }
    let status: ServerStatus = admin.get("/v1/status").await;
    let names: Vec<_> = status.workers.iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["young", "somebody"]);
    assert_eq!(status.workers[0].seen_ms_ago, Some(5_000));
}

#[tokio::test]
async fn a_worker_that_ends_is_forgotten() {
    let site = Site::start().await;
    let count = "SELECT count(*) FROM ticks WHERE name LIKE 'worker %'";
    let rosa = site.client("rosa", Role::Researcher);
    let case = case_op(&rosa, "case", 1).await;
    rosa.push(vec![case]).await;
    let run_id = start(&rosa, "case", 0).await;
    succeeded(&rosa, run_id).await;
    assert_eq!(site.intrude(count).as_deref(), Ok("1"));
    let Site { folder, handle, .. } = site;
    handle.shutdown().await;
    assert_eq!(home::intrude(folder.path(), count).as_deref(), Ok("0"));
}

#[tokio::test]
async fn readiness_names_the_part_that_fails() {
    let site = Site::start().await;
    let nobody = Client::new(&site.handle.url(), None);
    let ready: Value = nobody.get("/readyz").await;
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["orchestrator"]["is_alive"], true);
    assert!(ready["database"]["schema_version"].as_u64() >= Some(3));
    site.intrude(home::NEWER_SCHEMA).expect("writes");
    let answer = nobody.send(Method::GET, "/readyz").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "5");
    let body: Value = answer.json().await.expect("a problem");
    assert_eq!(body["code"], "schema_differs");
    // Who only asks whether the process lives is told so.
    assert_eq!(nobody.send(Method::GET, "/healthz").await.status(), 200);
}

#[tokio::test]
async fn only_those_who_may_see_the_numbers() {
    let site = Site::start().await;
    for role in Role::ALL {
        let client = site.client(role.name(), role);
        let metrics = client.send(Method::GET, "/metrics").await.status();
        let status = client.send(Method::GET, "/v1/status").await.status();
        let may_scrape = matches!(role, Role::Admin | Role::Monitor);
        assert_eq!(metrics == 200, may_scrape, "{}", role.name());
        assert_eq!(status == 200, role == Role::Admin, "{}", role.name());
    }
    let monitor = site.client("watcher", Role::Monitor);
    for path in ["/v1/cases", "/v1/runs", "/v1/audit", "/v1/sync/changes"] {
        let refused = problem(monitor.send(Method::GET, path).await).await;
        assert_eq!(refused.code, "role_not_allowed", "{path}");
    }
}
