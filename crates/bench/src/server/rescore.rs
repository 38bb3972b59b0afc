//! `f4`: a new score for each of a million open tiles, while others read the queue and save labels.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::load::{Call, Seen, Target, answer, ask, connect, field, runtime};
use super::process::{Running, run_ours};
use super::seed::Stock;
use super::{QUEUE, Site, TILES, labels};
use crate::anchor::Anchor;
use crate::ratio::{Comparison, Time, median};

const RECOMPUTE: &str = "/v1/active-learning/recompute";
/// Rounds beside the one that is not counted.
const ROUNDS: usize = 3;
/// Tiles without prediction that labels are saved for in a round, more than there is time for.
const LABELS: usize = 49 * 40;
/// How often the queue is read, a label is saved, and somebody looks how far it is.
const READ_EVERY: Duration = Duration::from_millis(5);
const LABEL_EVERY: Duration = Duration::from_millis(50);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long the queue is read before, for what the machine itself makes of it.
const ALONE: Duration = Duration::from_secs(4);

/// Takes and prints the figures, in files below `folder`.
pub(super) fn run(folder: &Path) -> anyhow::Result<()> {
    let bench = Bench::make(&folder.join("rescored"))?;
    let mut anchor = Anchor::start(include_str!("../../anchors/rescore.py"), folder)?;
    let rounds = RefCell::new(Vec::new());
    let comparison = Comparison {
        name: "f4_rescore_1m",
        anchor: "sqlite3 in Python, one UPDATE for each tile in one transaction",
        measured: Time::Wall,
        goal: 8.0,
        goal_ms: Some(15_000.0),
        bytes: None,
    };
    comparison.run_rounds(
        ROUNDS,
        || Ok(anchor.seconds("rescore")? * f64::from(TILES)),
        || {
            let round = bench.round()?;
            let seconds = round.seconds;
            rounds.borrow_mut().push(round);
            Ok(seconds)
        },
    )?;
    // The first round is not counted here either.
    print(&rounds.borrow()[1..])
}

struct Bench {
    site: Site,
    /// The database before its scores were computed.
    seeded: PathBuf,
    /// The token of somebody else, who saves labels.
    labeler: String,
}

/// What was seen in a round.
struct Round {
    seconds: f64,
    reads_alone: Seen,
    reads: Seen,
    labels: Seen,
}

impl Bench {
    fn make(data: &Path) -> anyhow::Result<Self> {
        let stock = Stock {
            tiles: TILES + LABELS as u32,
            bare: LABELS as u32,
            open_one_in: 1,
            has_figures: true,
        };
        let site = Site::make(data, stock, LABELS)?;
        let token_file = data.with_extension("labeler");
        let account = ["create-user", "--name", "labeler", "--role", "labeler"];
        let mut arguments: Vec<&std::ffi::OsStr> = account.iter().map(AsRef::as_ref).collect();
        arguments.extend(["--token-file".as_ref(), token_file.as_os_str()]);
        run_ours(&arguments, data)?;
        let seeded = data.with_extension("seeded");
        fs::rename(data.join("fovea.db"), &seeded)?;
        Ok(Self {
            site,
            seeded,
            labeler: fs::read_to_string(&token_file)?.trim().to_owned(),
        })
    }

    /// A server on the database as it was seeded, none of it waiting for the disk any more.
    fn server(&self) -> anyhow::Result<Running> {
        let database = self.site.data.join("fovea.db");
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(self.site.data.join(format!("fovea.db{end}")));
        }
        fs::copy(&self.seeded, &database)?;
        fs::File::open(&database)?.sync_all()?;
        Running::ours(&self.site.data)
    }

    fn round(&self) -> anyhow::Result<Round> {
        let server = self.server()?;
        let reader = self.site.target(&server);
        let labeler = Target {
            token: Some(self.labeler.clone()),
            ..Target::open(&server)
        };
        let mask = labels::store_mask(&labeler)?;
        let bodies = labels::bodies_of_blob(&mask, &self.site.untouched);
        let saves = labels::calls("/v1/labels", bodies, 201);
        // The first page leases its tiles.
        ask(&reader, &Call::get(QUEUE))?;
        let reads_alone = runtime()?.block_on(async {
            let (end, ended) = watch::channel(false);
            let stop = async {
                tokio::time::sleep(ALONE).await;
                end.send_replace(true);
            };
            let reads = repeat(&reader, READ_EVERY, vec![Call::get(QUEUE)], ended);
            tokio::join!(reads, stop).0
        })?;
        let begun = Instant::now();
        ask(&reader, &Call::post(RECOMPUTE, "", 202))?;
        let (reads, labels) = runtime()?.block_on(async {
            let (end, ended) = watch::channel(false);
            let reads = repeat(&reader, READ_EVERY, vec![Call::get(QUEUE)], ended.clone());
            let saves = repeat(&labeler, LABEL_EVERY, saves, ended);
            let (reads, saves, done) = tokio::join!(reads, saves, wait(&reader, end));
            done?;
            anyhow::Ok((reads?, saves?))
        })?;
        Ok(Round {
            seconds: begun.elapsed().as_secs_f64(),
            reads_alone,
            reads,
            labels,
        })
    }
}

/// Looks until the recomputation is done, and says so.
async fn wait(target: &Target, end: watch::Sender<bool>) -> anyhow::Result<()> {
    let mut sender = connect(target.address).await?;
    let mut ticks = interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        let call = Call::get(RECOMPUTE);
        let token = target.token.as_deref();
        let body = answer(&mut sender, target.address, token, &call).await?;
        if field(&body, "/state")? == "done" {
            let json: serde_json::Value = serde_json::from_slice(&body)?;
            end.send_replace(true);
            let changed = json["changed"].as_u64().unwrap_or(0);
            ensure!(
                changed == u64::from(TILES),
                "only {changed} tiles have another score"
            );
            return Ok(());
        }
    }
}

/// Sends `calls`, one after the other at this pace, until it has ended; a single one again and again.
async fn repeat(
    target: &Target,
    pace: Duration,
    calls: Vec<Call>,
    ended: watch::Receiver<bool>,
) -> anyhow::Result<Seen> {
    let mut sender = connect(target.address).await?;
    let mut ticks = interval(pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = Seen::default();
    for at in 0.. {
        ticks.tick().await;
        let next = if calls.len() == 1 {
            calls.first()
        } else {
            calls.get(at)
        };
        let Some(call) = next.filter(|_| !*ended.borrow()) else {
            break;
        };
        let begun = Instant::now();
        answer(&mut sender, target.address, target.token.as_deref(), call).await?;
        seen.latencies.push(begun.elapsed());
    }
    seen.requests = seen.latencies.len();
    seen.latencies.sort_unstable();
    ensure!(seen.requests > 0, "not one request was answered in time");
    Ok(seen)
}

/// What others saw meanwhile: medians over the rounds, and the longest of all.
#[derive(Serialize)]
struct Meanwhile<'a> {
    name: &'a str,
    requests: usize,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    goal_p99_ms: f64,
    verdict: &'a str,
}

fn print(rounds: &[Round]) -> anyhow::Result<()> {
    let alone: Vec<&Seen> = rounds.iter().map(|round| &round.reads_alone).collect();
    let reads: Vec<&Seen> = rounds.iter().map(|round| &round.reads).collect();
    let labels: Vec<&Seen> = rounds.iter().map(|round| &round.labels).collect();
    for (name, seen, goal_p99_ms) in [
        ("f4_queue_page_before", alone, 5.0),
        ("f4_queue_page_meanwhile", reads, 5.0),
        ("f4_label_meanwhile", labels, 250.0),
    ] {
        let of = |share: f64| {
            let each = seen.iter().map(|seen| seen.latency_us(share) / 1e3);
            each.collect::<Vec<_>>()
        };
        let p99_ms = median(&of(0.99));
        let line = Meanwhile {
            name,
            requests: seen.iter().map(|seen| seen.requests).sum(),
            p50_ms: median(&of(0.5)),
            p99_ms,
            max_ms: of(1.0).into_iter().fold(0.0, f64::max),
            goal_p99_ms,
            verdict: match p99_ms <= goal_p99_ms {
                true => "goal reached",
                false => "goal not reached",
            },
        };
        println!("{}", serde_json::to_string(&line)?);
    }
    Ok(())
}
