//! Runs whose workers die, fall silent or come too late; runs that take too long; clocks that jump.

use fovea_protocol::{RunAccepted, RunEvent, RunRecord, RunState, StepKind, StepState};
use fovea_server::{Parts, Role, WorkerConfig, WorkerHandle, start_worker};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::client::{Client, problem};
use crate::run_client::{finished, log, run, start, succeeded, until};
use crate::sample::case_op;
use crate::site::Site;

/// Quick to look, slow by the clock of the test: leases of 30 s, pauses from 2 s, an hour's deadline.
const QUICK_SWEEPS: &str = "[orchestrator]\nsweep_ms = 20\npoll_ms = 20\n";
const DAY_S: i64 = 86_400;

/// A site that looks after runs and has no worker, with a case of one tile.
pub(crate) async fn site_without_worker() -> (Site, Client) {
    let parts = Parts {
        worker: false,
        ..Parts::ALL
    };
    let site = Site::start_as(parts, QUICK_SWEEPS).await;
    let client = site.client("rosa", Role::Researcher);
    let case = case_op(&client, "case", 1).await;
    client.push(vec![case]).await;
    (site, client)
}

/// A worker that goes by the site's clock.
pub(crate) async fn worker_of(site: &Site) -> WorkerHandle {
    let config = WorkerConfig {
        data: site.data().to_owned(),
        parts: Parts {
            orchestrator: false,
            worker: true,
        },
        health: None,
        port_file: None,
        clock: site.clock(),
    };
    start_worker(config).await.expect("the worker starts")
}

/// A worker that takes the queued step of the only run and is never heard of again.
fn ghost_takes_step(site: &Site) {
    let until_us = site.now_us() + 30_000_000;
    let taken = format!(
        "UPDATE run_steps SET state = 'RUNNING', attempt = attempt + 1, epoch = epoch + 1, worker = 'ghost', lease_until_us = {until_us}
         WHERE state = 'QUEUED'"
    );
    site.intrude(&taken).expect("takes");
}

fn is(state: StepState, attempt: u32) -> impl Fn(&RunEvent) -> bool {
    move |event| event.steps[0].state == state && event.steps[0].attempt == attempt
}

async fn retry(client: &Client, run_id: Uuid) {
    let path = format!("/v1/runs/{run_id}/retry");
    let _: RunAccepted = client.post_ok(&path, &json!({}), 202).await;
}

async fn cancel(client: &Client, run_id: Uuid) -> RunRecord {
    let path = format!("/v1/runs/{run_id}/cancel");
    client.post_ok(&path, &json!({}), 200).await
}

/// Each step ended well once, whoever else tried.
fn each_step_counted_once(site: &Site) {
    let counted = "SELECT count(*) FROM run_attempts WHERE ended = 'SUCCEEDED'";
    assert_eq!(site.intrude(counted).as_deref(), Ok("3"));
}

#[tokio::test]
async fn a_run_that_takes_an_hour_is_given_up_with_its_log() {
    let (site, client) = site_without_worker().await;
    let run_id = start(&client, "case", 0).await;
    assert_eq!(
        run(&client, run_id).await.deadline_at_us,
        site.now_us() + 3_600_000_000
    );
    ghost_takes_step(&site);
    site.advance_seconds(3_600);
    let record = finished(&client, run_id).await;
    let error = record.error.expect("a reason");
    assert_eq!(
        (record.state, error.code.as_str()),
        (RunState::Failed, "deadline")
    );
    assert_eq!(record.steps[0].state, StepState::Failed);
    let said = log(&client, run_id).await;
    assert!(
        said.contains("queued") && said.contains("given up"),
        "{said}"
    );

    // Tried again it has another hour.
    retry(&client, run_id).await;
    let record = run(&client, run_id).await;
    assert_eq!((record.state, record.error), (RunState::Queued, None));
    assert_eq!(record.deadline_at_us, site.now_us() + 3_600_000_000);
    let worker = worker_of(&site).await;
    succeeded(&client, run_id).await;
    worker.shutdown().await;
    each_step_counted_once(&site);
}

#[tokio::test]
async fn silent_workers_cost_an_attempt_each_and_pauses_grow() {
    let (site, client) = site_without_worker().await;
    let run_id = start(&client, "case", 0).await;
    for attempt in 1..=3_u32 {
        ghost_takes_step(&site);
        site.advance_seconds(30);
        let events = until(&client, run_id, is(StepState::Queued, attempt)).await;
        let last = events.last().expect("an event");
        let next_at_us = last.steps[0].next_at_us.expect("a pause");
        let whole_us = 1_000_000_i64 << attempt;
        let pause_us = next_at_us - site.now_us();
        assert!(
            (whole_us / 2..=whole_us).contains(&pause_us),
            "{attempt}: {pause_us}"
        );
        assert_eq!(last.state, RunState::Running, "between two attempts too");
        site.advance_seconds(8);
    }
    ghost_takes_step(&site);
    site.advance_seconds(30);
    let record = finished(&client, run_id).await;
    let error = record.error.expect("a reason");
    assert_eq!(
        (record.state, error.code.as_str()),
        (RunState::Failed, "worker_lost")
    );
    assert_eq!(record.steps[0].attempt, 4);
    let ends = "SELECT count(*) FROM run_attempts WHERE ended = 'WORKER_LOST'";
    assert_eq!(site.intrude(ends).as_deref(), Ok("4"));
    let said = log(&client, run_id).await;
    assert_eq!(said.matches("the worker fell silent").count(), 4, "{said}");
}

#[tokio::test]
async fn a_pause_outlives_the_server_and_holds_for_every_worker() {
    let (site, client) = site_without_worker().await;
    let paused = start(&client, "case", 0).await;
    ghost_takes_step(&site);
    site.advance_seconds(30);
    until(&client, paused, is(StepState::Queued, 1)).await;
    // The worker is new and knows the pause from the database. A run that came later is done meanwhile.
    let worker = worker_of(&site).await;
    let later = start(&client, "case", 1).await;
    succeeded(&client, later).await;
    let record = run(&client, paused).await;
    assert_eq!(
        (record.steps[0].state, record.steps[0].attempt),
        (StepState::Queued, 1)
    );
    site.advance_seconds(2);
    let record = succeeded(&client, paused).await;
    assert_eq!(record.steps[0].attempt, 2);
    worker.shutdown().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_by_one_lease() {
    let (site, client) = site_without_worker().await;
    let run_id = start(&client, "case", 0).await;
    ghost_takes_step(&site);
    site.advance_seconds(-DAY_S);
    // The end of the run is drawn near, and with it what else lies a day ahead.
    let drawn_near = format!(
        "SELECT count(*) FROM run_steps s JOIN runs r ON r.run_no = s.run_no
         WHERE s.lease_until_us <= {now} + 30000000 AND r.deadline_at_us <= {now} + 3600000000",
        now = site.now_us()
    );
    while site.intrude(&drawn_near).as_deref() != Ok("1") {
        tokio::task::yield_now().await;
    }
    site.advance_seconds(30);
    until(&client, run_id, is(StepState::Queued, 1)).await;
    site.advance_seconds(2);
    let worker = worker_of(&site).await;
    let record = succeeded(&client, run_id).await;
    assert_eq!(record.steps[0].attempt, 2);
    worker.shutdown().await;
    each_step_counted_once(&site);
}

#[tokio::test]
async fn a_run_is_stopped_and_tried_again() {
    let (site, client) = site_without_worker().await;
    let run_id = start(&client, "case", 0).await;
    ghost_takes_step(&site);
    let record = cancel(&client, run_id).await;
    assert_eq!(record.state, RunState::Cancelled);
    assert!(
        record
            .steps
            .iter()
            .all(|step| step.state == StepState::Cancelled)
    );
    let again = cancel(&client, run_id).await;
    assert_eq!(again, record, "stopping it twice changes nothing");
    let ended = "SELECT ended FROM run_attempts";
    assert_eq!(site.intrude(ended).as_deref(), Ok("CANCELLED"));
    retry(&client, run_id).await;
    let path = format!("/v1/runs/{run_id}/retry");
    let refused = client.post(&path, &json!({})).await;
    let refused = problem(refused).await;
    assert_eq!((refused.status, refused.code.as_str()), (409, "run_state"));
    let worker = worker_of(&site).await;
    let record = succeeded(&client, run_id).await;
    assert_eq!(record.steps[0].attempt, 1, "attempts are counted anew");
    for path in ["cancel", "retry"] {
        let answer = client
            .send(Method::POST, &format!("/v1/runs/{run_id}/{path}"))
            .await;
        assert_eq!(problem(answer).await.code, "run_state", "{path}");
    }
    worker.shutdown().await;
    each_step_counted_once(&site);
}

#[tokio::test]
async fn recurring_jobs_are_done_once_when_they_are_due() {
    let (site, client) = site_without_worker().await;
    let create = client
        .request(Method::POST, "/v1/uploads")
        .header("upload-length", "10");
    assert_eq!(
        create.send().await.expect("the server answers").status(),
        201
    );
    let planned = "SELECT next_at_us FROM schedules WHERE name = 'uploads-expiry'";
    let before: i64 = site
        .intrude(planned)
        .expect("is planned")
        .parse()
        .expect("a time");
    assert!(before > site.now_us() && before <= site.now_us() + 600_000_000);
    site.advance_seconds(DAY_S);
    while site.intrude("SELECT count(*) FROM uploads").as_deref() != Ok("0") {
        tokio::task::yield_now().await;
    }
    let after: i64 = site
        .intrude(planned)
        .expect("is planned")
        .parse()
        .expect("a time");
    assert!(after > site.now_us() && after <= site.now_us() + 600_000_000);
}

#[tokio::test]
async fn a_picture_that_is_gone_fails_the_run_at_once() {
    let (site, client) = site_without_worker().await;
    site.intrude("UPDATE blobs SET damaged = 1")
        .expect("writes");
    let run_id = start(&client, "case", 0).await;
    let worker = worker_of(&site).await;
    let record = finished(&client, run_id).await;
    let error = record.error.expect("a reason");
    assert_eq!(
        (record.state, error.code.as_str(), error.step),
        (RunState::Failed, "input_missing", StepKind::Preproc)
    );
    assert_eq!(
        record.steps[0].attempt, 1,
        "what cannot be done is not tried again"
    );
    assert_eq!(record.steps[1].state, StepState::Waiting);

    // The case is sent again, and a person asks for another try.
    case_op(&client, "case", 1).await;
    retry(&client, run_id).await;
    let record = succeeded(&client, run_id).await;
    assert_eq!(record.error, None);
    let said = log(&client, run_id).await;
    assert!(
        said.contains("failed (input_missing)") && said.contains("tried again"),
        "{said}"
    );
    worker.shutdown().await;
}
