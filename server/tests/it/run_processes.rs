//! Runs on real processes: a worker that is killed again and again, one that comes back too late, one that is told to stop.

use std::path::Path;
use std::time::Duration;

use fovea_geometry::SizePx;
use fovea_protocol::{RunEvent, RunState, StepState};
use fovea_server::Role;
use tempfile::TempDir;
use tokio::time::timeout;
use uuid::Uuid;

use crate::client::Client;
use crate::home;
use crate::process::Process;
use crate::run_client::{Events, finished, log, noisy_case, run, start, succeeded, until};

/// Short leases, so that a lost worker is missed soon.
const SHORT_LEASES: &str = "[orchestrator]\nlease_ms = 600\nsweep_ms = 50\npoll_ms = 20\nbackoff_first_ms = 20\nbackoff_max_ms = 100\n";

/// Leases that a worker with the processor to itself keeps on any machine.
const PATIENT_LEASES: &str = "[orchestrator]\nlease_ms = 4000\nsweep_ms = 50\npoll_ms = 20\nbackoff_first_ms = 20\nbackoff_max_ms = 100\n";

/// Leases that outlast the test on any machine: nobody is lost here.
const LONG_LEASES: &str = "[orchestrator]\nsweep_ms = 50\npoll_ms = 20\n";

/// Runs that may be done before anybody could stop them.
const TRIES: u32 = 10;

/// A write that takes longer waits for a process that stands still.
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);

/// An API process on fresh data, with a case that keeps the model busy for a while.
struct Home {
    folder: TempDir,
    client: Client,
    _api: Process,
}

impl Home {
    async fn start() -> Self {
        Self::start_with(SHORT_LEASES).await
    }

    async fn start_with(settings: &str) -> Self {
        let folder = home::data_folder();
        let file = folder.path().join("server.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, before + settings).expect("writes");
        let token = fovea_server::create_user(folder.path(), "rosa", Role::Researcher, None);
        let mut api = Process::serving("api", folder.path());
        let client = Client::new(&api.url(), Some(token.expect("the account")));
        noisy_case(&client, "case", 24, SizePx::new(256, 192)).await;
        Self {
            folder,
            client,
            _api: api,
        }
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    fn worker(&self) -> Process {
        Process::spawn("worker", self.data(), None, None)
    }

    /// Starts a run, as soon as some worker has given a sign of life.
    async fn start_run(&self, seed: u32) -> Uuid {
        loop {
            let ready: serde_json::Value = self.client.get("/readyz").await;
            if ready["orchestrator"]["is_alive"] == true {
                return start(&self.client, "case", seed).await;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Stops a process where it stands, but not while it keeps all others from writing.
    async fn freeze(&self, process: &Process) {
        loop {
            process.signal("STOP");
            // Readiness means that the database was written to.
            let ready = self.client.send(reqwest::Method::GET, "/readyz");
            if timeout(WRITE_TIMEOUT, ready)
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return;
            }
            process.signal("CONT");
        }
    }

    fn sql(&self, sql: &str) -> String {
        home::intrude(self.data(), sql).expect("reads")
    }
}

fn is_segmenting(attempt: u32) -> impl Fn(&RunEvent) -> bool {
    move |event| {
        let step = &event.steps[1];
        step.state == StepState::Running && step.attempt == attempt && step.progress_done > 0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_kills_its_workers_stops_at_the_cap() {
    let home = Home::start().await;
    let mut worker = home.worker();
    let run_id = home.start_run(0).await;
    for attempt in 1..=4 {
        until(&home.client, run_id, is_segmenting(attempt)).await;
        worker.kill();
        worker = home.worker();
    }
    let record = finished(&home.client, run_id).await;
    let error = record.error.expect("a reason");
    assert_eq!(
        (record.state, error.code.as_str()),
        (RunState::Failed, "worker_lost")
    );
    assert_eq!((record.steps[0].attempt, record.steps[1].attempt), (1, 4));
    // The worker that is there has other things to do.
    let other = home.start_run(1).await;
    until(&home.client, other, |event| {
        event.steps[0].state == StepState::Succeeded
    })
    .await;
    let tries = "SELECT count(*) FROM run_attempts WHERE ended = 'WORKER_LOST'";
    assert_eq!(home.sql(tries), "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_back_too_late_is_not_heard() {
    let home = Home::start_with(PATIENT_LEASES).await;
    let log_file = home.data().join("late.log");
    let late = Process::spawn("worker", home.data(), None, Some(&log_file));
    let run_id = home.start_run(0).await;
    // How far it is is told a few times in a lease, and a fast machine is done before that.
    until(&home.client, run_id, |event| {
        event.steps[1].state == StepState::Running
    })
    .await;
    home.freeze(&late).await;
    let prompt = home.worker();
    let record = succeeded(&home.client, run_id).await;
    // On a busy machine the lease of a prompt worker may run out too.
    assert!(record.steps[1].attempt >= 2, "{record:?}");
    late.signal("CONT");
    // The late one goes on with other work once it knows, so nobody else may take the next run.
    prompt.signal("TERM");
    assert!(prompt.wait(), "it stops in good order");
    let next = home.start_run(1).await;
    until(&home.client, next, |event| {
        event.steps[0].state == StepState::Succeeded
    })
    .await;
    let said = std::fs::read_to_string(&log_file).expect("its log");
    assert!(
        said.contains("a step was taken away from this worker"),
        "{said}"
    );
    let twice = "SELECT count(*) FROM (SELECT step_no FROM run_attempts WHERE ended = 'SUCCEEDED' GROUP BY step_no HAVING count(*) > 1) t";
    assert_eq!(home.sql(twice), "0");
    assert_eq!(
        run(&home.client, run_id).await,
        record,
        "nothing of it was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_told_to_stop_gives_its_step_back() {
    let home = Home::start_with(LONG_LEASES).await;
    for seed in 0..TRIES {
        let worker = home.worker();
        let run_id = home.start_run(seed).await;
        let mut events = Events::of(&home.client, run_id, None).await;
        while let Some((_, event)) = events.next().await {
            if event.steps[1].state == StepState::Running {
                break;
            }
        }
        worker.signal("TERM");
        assert!(worker.wait(), "it stops in good order");
        let segment = &run(&home.client, run_id).await.steps[1];
        // On a busy machine the news may come when the step is done: then there is nothing to give back.
        if segment.state == StepState::Succeeded {
            continue;
        }
        assert_eq!(
            (segment.state, segment.attempt),
            (StepState::Queued, 0),
            "it costs no attempt"
        );
        let _other = home.worker();
        let record = succeeded(&home.client, run_id).await;
        assert_eq!(record.steps[1].attempt, 1);
        let said = log(&home.client, run_id).await;
        assert!(said.contains("given back"), "{said}");
        return;
    }
    panic!("the step was done before it could be given back, {TRIES} times");
}
