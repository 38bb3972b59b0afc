//! `kill -9` of every kind of process at random moments: nothing that was taken is lost, nothing counts twice, nothing
//! stays where it is.
//!
//! `FOVEA_KILL_ROUNDS` sets the number of kills, `FOVEA_KILL_SEED` repeats the choices of a run that failed.

use std::collections::HashMap;
use std::time::Duration;

use fovea_protocol::{RunAccepted, RunRecord, RunState, StepState};
use fovea_server::Role;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, timeout};
use uuid::Uuid;

use crate::client::Client;
use crate::home;
use crate::process::Process;
use crate::run_client::{log, wish};
use crate::sample::case_op;

/// Kills on each engine.
const ROUNDS: u32 = 200;
const LEASE: Duration = Duration::from_millis(1_000);
const SETTINGS: &str = "[orchestrator]\nlease_ms = 1000\nsweep_ms = 50\npoll_ms = 20\nbackoff_first_ms = 10\nbackoff_max_ms = 50\n";
/// Longest wait before a kill.
const PAUSE_MS_MAX: u64 = 200;
/// Runs that are under way at a time.
const UNDER_WAY_MAX: usize = 6;
/// After the last kill everything comes to its end within this; a busy machine is slow.
const END_TIMEOUT: Duration = Duration::from_secs(60);
const ATTEMPTS_MAX: u32 = 4;
/// How often the API is asked by whoever waits for a run.
const ASK_PERIOD: Duration = Duration::from_millis(15);

/// What is killed.
const KINDS: [&str; 4] = ["api", "orchestrator", "worker", "worker"];

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().expect(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_each_step_counts_once() {
    let rounds = number_from("FOVEA_KILL_ROUNDS").unwrap_or(u64::from(ROUNDS));
    let seed = number_from("FOVEA_KILL_SEED").unwrap_or(1);
    eprintln!("{rounds} kills; FOVEA_KILL_SEED={seed} makes the same choices again");
    let mut ground = Ground::start().await;
    let mut random = StdRng::seed_from_u64(seed);
    let (stop, stopped) = watch::channel(false);
    let asking = ask_for_runs(ground.client.clone(), stopped);
    let mut watched = Watched::default();
    for round in 0..rounds {
        // The moment of a kill is what is random here; nothing is waited for.
        let pause = Duration::from_millis(random.random_range(0..PAUSE_MS_MAX));
        tokio::time::sleep(pause).await;
        ground.kill(random.random_range(0..KINDS.len()));
        if round % 16 == 0 {
            watched.look(&ground);
        }
    }
    stop.send_replace(true);
    let asked = asking.await.expect("asks");
    let records = at_the_end(&ground.client, &asked).await;
    ground.check(&records).await;
}

/// Processes of a server, all on the same data.
struct Ground {
    folder: TempDir,
    client: Client,
    listen: String,
    processes: Vec<Process>,
}

impl Ground {
    async fn start() -> Self {
        let folder = home::data_folder();
        let file = folder.path().join("server.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, before + SETTINGS).expect("writes");
        let token = fovea_server::create_user(folder.path(), "rosa", Role::Researcher, None);
        let mut api = Process::serving("api", folder.path());
        let url = api.url();
        let client = Client::new(&url, Some(token.expect("the account")));
        let case = case_op(&client, "case", 1).await;
        client.push(vec![case]).await;
        let mut ground = Self {
            folder,
            client,
            listen: url.trim_start_matches("http://").to_owned(),
            processes: vec![api],
        };
        for kind in &KINDS[1..] {
            let process = ground.spawn(kind);
            ground.processes.push(process);
        }
        ground
    }

    fn spawn(&self, kind: &str) -> Process {
        // The address stays, so that clients find the API again.
        let listen = (kind == "api").then_some(self.listen.as_str());
        Process::spawn(kind, self.folder.path(), listen, None)
    }

    /// Kills a process and starts another in its place.
    fn kill(&mut self, at: usize) {
        self.processes.remove(at).kill();
        let process = self.spawn(KINDS[at]);
        self.processes.insert(at, process);
    }

    fn sql(&self, sql: &str) -> String {
        home::intrude(self.folder.path(), sql).expect("reads")
    }

    async fn check(&self, records: &[RunRecord]) {
        for record in records {
            assert!(
                record.steps.iter().all(|step| step.attempt <= ATTEMPTS_MAX),
                "{record:?}"
            );
            if record.state == RunState::Failed {
                let last = record
                    .steps
                    .iter()
                    .find(|step| step.state == StepState::Failed);
                let attempt = last.map(|step| step.attempt);
                let said = log(&self.client, record.run_id).await;
                assert_eq!(attempt, Some(ATTEMPTS_MAX), "{said}");
            }
        }
        let done = records
            .iter()
            .filter(|record| record.state == RunState::Succeeded);
        let done: Vec<&RunRecord> = done.collect();
        assert!(
            done.len() * 2 > records.len(),
            "{} of {} runs succeeded",
            done.len(),
            records.len()
        );
        // The seed of a run decides nothing here, so all give the same bytes, however often they began anew.
        for record in &done {
            assert_eq!(record.artifacts, done[0].artifacts, "{}", record.run_id);
        }
        let counted = self.sql("SELECT count(*) FROM run_attempts WHERE ended = 'SUCCEEDED'");
        let succeeded = self.sql("SELECT count(*) FROM run_steps WHERE state = 'SUCCEEDED'");
        assert_eq!(
            counted, succeeded,
            "each step that is done was accepted once"
        );
        let over = self.sql("SELECT count(*) FROM run_attempts WHERE attempt > 4");
        assert_eq!(over, "0");
        let report = fovea_server::verify_audit(self.folder.path()).expect("reads");
        assert_eq!(report.faults, []);
        let scrubbed = fovea_server::scrub(self.folder.path())
            .await
            .expect("reads");
        assert_eq!(scrubbed.damaged, []);
        let lost = self.sql("SELECT count(*) FROM run_attempts WHERE ended = 'WORKER_LOST'");
        eprintln!(
            "{} runs, {} succeeded, {lost} attempts ended with their worker",
            records.len(),
            done.len()
        );
    }
}

/// Asks for one run after the other, and again for each that was not answered.
fn ask_for_runs(client: Client, stopped: watch::Receiver<bool>) -> JoinHandle<Vec<Uuid>> {
    tokio::spawn(async move {
        let mut asked = Vec::new();
        let mut under_way: Vec<Uuid> = Vec::new();
        let mut now_and_then = interval(ASK_PERIOD);
        for seed in 0.. {
            let run_id = ask(&client, seed, &stopped).await;
            let Some(run_id) = run_id else { break };
            asked.push(run_id);
            under_way.push(run_id);
            while under_way.len() >= UNDER_WAY_MAX && !*stopped.borrow() {
                // The oldest is most likely done; the API may be away.
                let oldest = under_way[0];
                if record(&client, oldest)
                    .await
                    .is_some_and(|run| run.state.is_final())
                {
                    under_way.remove(0);
                }
                now_and_then.tick().await;
            }
        }
        asked
    })
}

/// Sends a wish until it is taken; `None` when that is no longer wanted.
async fn ask(client: &Client, seed: u32, stopped: &watch::Receiver<bool>) -> Option<Uuid> {
    let mut now_and_then = interval(ASK_PERIOD);
    while !*stopped.borrow() {
        let request = client.request(reqwest::Method::POST, "/v1/runs");
        let request = request.json(&wish("case", seed));
        if let Ok(answer) = request.send().await
            && answer.status().is_success()
            && let Ok(accepted) = answer.json::<RunAccepted>().await
        {
            return Some(accepted.run_id);
        }
        now_and_then.tick().await;
    }
    None
}

async fn record(client: &Client, run_id: Uuid) -> Option<RunRecord> {
    let request = client.request(reqwest::Method::GET, &format!("/v1/runs/{run_id}"));
    let answer = request.send().await.ok()?.error_for_status().ok()?;
    answer.json().await.ok()
}

/// The runs once all have come to their end.
async fn at_the_end(client: &Client, asked: &[Uuid]) -> Vec<RunRecord> {
    let mut records = Vec::new();
    let mut now_and_then = interval(ASK_PERIOD);
    let end = async {
        for &run_id in asked {
            loop {
                match record(client, run_id).await {
                    Some(record) if record.state.is_final() => break records.push(record),
                    _ => drop(now_and_then.tick().await),
                }
            }
        }
    };
    let ended = timeout(END_TIMEOUT, end).await;
    assert!(
        ended.is_ok(),
        "{} of {} runs came to their end",
        records.len(),
        asked.len()
    );
    records
}

/// Steps whose lease had run out when they were last looked at.
#[derive(Default)]
struct Watched {
    overdue: HashMap<String, Instant>,
}

impl Watched {
    /// A step that is overdue now, and was a whole lease ago, is stuck.
    fn look(&mut self, ground: &Ground) {
        let now = Instant::now();
        let now_us = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now_us = now_us.expect("after 1970").as_micros();
        let overdue = ground.sql(&format!(
            "SELECT coalesce(min(step_no * 1000000 + epoch), 0) FROM run_steps
             WHERE state = 'RUNNING' AND lease_until_us < {now_us}"
        ));
        let since = *self.overdue.entry(overdue.clone()).or_insert(now);
        assert!(
            overdue == "0" || now - since < LEASE,
            "step and epoch {overdue} are stuck"
        );
        self.overdue.retain(|step, _| *step == overdue);
    }
}
