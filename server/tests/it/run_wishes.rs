//! Wishes for runs: the same wish is the same run, and every way in which one is turned down.

use std::collections::HashMap;

use fovea_annotation::ContentHash;
use fovea_protocol::{RunAccepted, RunCreate, RunManifest, RunsPage};
use fovea_server::{Parts, Role};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Client, problem};
use crate::run_client::{run, start, succeeded, wish};
use crate::runs::{bytes, site_with_case};
use crate::sample::{case_id, case_op};
use crate::site::Site;

#[tokio::test]
async fn the_manifest_is_the_identity() {
    let (_site, client) = site_with_case().await;
    let run_id = start(&client, "case", 0).await;
    let again: RunAccepted = client.post_ok("/v1/runs", &wish("case", 0), 200).await;
    assert_eq!(again.run_id, run_id, "the same wish is the same run");
    let record = run(&client, run_id).await;
    let named = RunCreate {
        case_id: case_id("case"),
        pipeline_config: record.manifest.pipeline_config.clone(),
    };
    let again: RunAccepted = client.post_ok("/v1/runs", &named, 200).await;
    assert_eq!(
        again.run_id, run_id,
        "a default that is named is the default"
    );
    let other = start(&client, "case", 1).await;
    assert_ne!(other, run_id);

    let text = bytes(&client, &format!("/v1/runs/{run_id}/manifest")).await;
    assert_eq!(ContentHash::of(&text), record.manifest_sha256);
    let manifest: RunManifest = serde_json::from_slice(&text).expect("a manifest");
    assert_eq!(manifest, record.manifest);
    assert!(manifest.code_ref.starts_with(env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn a_key_stands_for_one_wish() {
    let (site, client) = site_with_case().await;
    let send = async |client: &Client, key: &str, seed| {
        let request = client.request(Method::POST, "/v1/runs");
        let request = request
            .header("Idempotency-Key", key)
            .json(&wish("case", seed));
        request.send().await.expect("the server answers")
    };
    let first = send(&client, "k1", 0).await;
    assert_eq!(first.status(), 202);
    let first: RunAccepted = first.json().await.expect("a run");
    let again = send(&client, "k1", 0).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<RunAccepted>().await.expect("a run"), first);
    let reused = problem(send(&client, "k1", 1).await).await;
    assert_eq!((reused.status, reused.code.as_str()), (422, "key_reused"));
    // Another key for the same manifest is the same run, and from then on stands for it.
    let other = send(&client, "k2", 0).await;
    assert_eq!(other.status(), 200);
    assert_eq!(other.json::<RunAccepted>().await.expect("a run"), first);
    assert_eq!(
        problem(send(&client, "k2", 1).await).await.code,
        "key_reused"
    );
    // Keys of other people are their own.
    let emil = site.client("emil", Role::MlEngineer);
    assert_eq!(send(&emil, "k1", 1).await.status(), 202);
    let long = "k".repeat(201);
    for key in ["", " ", &long] {
        let refused = problem(send(&client, key, 0).await).await;
        assert_eq!(
            (refused.status, refused.code.as_str()),
            (400, "bad_header"),
            "{key}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_run_is_refused() {
    let (site, client) = site_with_case().await;
    let other_model = ContentHash::of(b"another model");
    let case = case_id("case");
    let cases = [
        (json!(wish("nowhere", 0)), 404, "case_unknown"),
        (
            json!({ "case_id": case, "pipeline_config": { "model_digest": other_model } }),
            422,
            "model_unknown",
        ),
        (
            json!({ "case_id": case, "pipeline_config": { "sede": 1 } }),
            422,
            "bad_body",
        ),
        (
            json!({ "case_id": case, "pipeline_config": { "seed": -1 } }),
            422,
            "bad_body",
        ),
        (json!({ "case_id": "7" }), 422, "bad_body"),
        (json!({}), 422, "bad_body"),
    ];
    for (body, status, code) in cases {
        let refused = problem(client.post("/v1/runs", &body).await).await;
        assert_eq!(
            (refused.status, refused.code.as_str()),
            (status, code),
            "{body}"
        );
    }
    let unknown = uuid::Uuid::from_u128(7);
    for path in ["", "/logs", "/artifacts", "/manifest", "/events"] {
        let path = format!("/v1/runs/{unknown}{path}");
        assert_eq!(
            problem(client.send(Method::GET, &path).await).await.code,
            "run_unknown",
            "{path}"
        );
    }
    for path in ["cancel", "retry"] {
        let path = format!("/v1/runs/{unknown}/{path}");
        assert_eq!(
            problem(client.send(Method::POST, &path).await).await.code,
            "run_unknown",
            "{path}"
        );
    }
    assert_eq!(
        problem(client.send(Method::GET, "/v1/runs/x").await)
            .await
            .code,
        "bad_id"
    );
    let labeler = site.labeler();
    let refused = problem(labeler.post("/v1/runs", &wish("case", 0)).await).await;
    assert_eq!(refused.code, "role_not_allowed");
    let page: RunsPage = labeler.get("/v1/runs").await;
    assert!(page.runs.is_empty(), "nothing was made of all that");
}

#[tokio::test]
async fn without_workers_no_run_is_taken() {
    let site = Site::start_as(Parts::NONE, "").await;
    let client = site.client("rosa", Role::Researcher);
    let case = case_op(&client, "case", 1).await;
    client.push(vec![case]).await;
    let ready: Value = client.get("/readyz").await;
    assert_eq!(ready["orchestrator"], json!({ "is_alive": false }));
    let answer = client.post("/v1/runs", &wish("case", 0)).await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "30");
    let body: Value = answer.json().await.expect("a problem");
    assert_eq!(
        (&body["code"], &body["retryable"]),
        (&json!("orchestrator_silent"), &json!(true))
    );

    // Somebody gave a sign of life 30 s ago; after that it does not count.
    let now_us = 1_763_900_000_000_000_i64;
    let tick = format!("INSERT INTO ticks (name, at_us) VALUES ('orchestrator', {now_us})");
    site.intrude(&tick).expect("writes");
    site.advance_seconds(30);
    let ready: Value = client.get("/readyz").await;
    assert_eq!(ready["orchestrator"]["tick_age_ms"], 30_000);
    start(&client, "case", 0).await;
    site.advance_seconds(1);
    assert_eq!(
        client.post("/v1/runs", &wish("case", 1)).await.status(),
        503
    );
    let again = client.post("/v1/runs", &wish("case", 0)).await;
    assert_eq!(
        again.status(),
        200,
        "a run that is there is named all the same"
    );
}

const CLIENTS: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_equal_wishes_are_one_run() {
    let site = Site::start().await;
    let client = site.client("rosa", Role::Researcher);
    let case = case_op(&client, "case", 1).await;
    client.push(vec![case]).await;
    let asked = (0..CLIENTS).map(|_| {
        let client = client.clone();
        tokio::spawn(async move {
            let answer = client.post("/v1/runs", &wish("case", 0)).await;
            let status = answer.status().as_u16();
            let accepted: RunAccepted = answer.json().await.expect("a run");
            (status, accepted.run_id)
        })
    });
    let mut answers: HashMap<(u16, Uuid), usize> = HashMap::new();
    for asked in asked.collect::<Vec<_>>() {
        *answers.entry(asked.await.expect("answers")).or_default() += 1;
    }
    let run_ids: Vec<Uuid> = answers.keys().map(|(_, run_id)| *run_id).collect();
    assert!(
        run_ids.iter().all(|run_id| *run_id == run_ids[0]),
        "{answers:?}"
    );
    assert_eq!(answers.get(&(202, run_ids[0])), Some(&1), "{answers:?}");
    assert_eq!(
        answers.get(&(200, run_ids[0])),
        Some(&(CLIENTS - 1)),
        "{answers:?}"
    );
    succeeded(&client, run_ids[0]).await;
    assert_eq!(
        site.intrude("SELECT count(*) FROM runs").as_deref(),
        Ok("1")
    );
    let attempts = site.intrude("SELECT count(*) FROM run_attempts");
    assert_eq!(
        attempts.as_deref(),
        Ok("3"),
        "each step was carried out once"
    );
}
