//! The server beside FastAPI: `f1` a page of the queue, `f2` a picture, `f3` a durable label; `e3` the queue among ten
//! times as many tiles; `f4` a new score for every tile, beside a loop of updates.
//!
//! Both answer over loopback to the same client on the same machine. Ours is the program as it is installed: it writes
//! its log, checks token and role, and encrypts what it stores. The anchor does none of these.

mod labels;
mod load;
mod process;
mod rescore;
mod seed;
mod take_in;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use fovea_geometry::SizePx;
use serde::Serialize;

use crate::ratio::{Comparison, Time, median};
use load::{Call, Seen, Target, load};
use process::Running;
use seed::Stock;

/// Size of the pictures, in px: a usual Spectralis volume.
const BSCAN: SizePx = SizePx::new(512, 496);
const TILES: u32 = 1_000_000;
const TILES_MANY: u32 = 10_000_000;
const CONNECTIONS: usize = 16;
/// Labels that wait together are committed together.
const LABEL_CONNECTIONS: usize = 32;
/// How long each side is asked in a round.
const ROUND: Duration = Duration::from_secs(2);
/// Labels of a round; those that it does not get to are left.
const LABELS_PER_ROUND: usize = 8_000;
/// Rounds of a comparison with the one that is not counted.
const ROUNDS: usize = 11;

const QUEUE: &str = "/v1/active-learning/queue";
const FASTAPI: &str = "FastAPI, uvicorn with 2 workers";

/// Takes and prints all figures.
pub(crate) fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let site = Site::make(
        &folder.path().join("data"),
        Stock::usual(TILES),
        3 * ROUNDS * LABELS_PER_ROUND,
    )?;
    let ours = Running::ours(&site.data)?;
    let picture = take_in::picture(&site.target(&ours))?;
    fs::write(folder.path().join("tile.png"), &picture.bytes)?;
    process::prepare_anchor(folder.path(), TILES)?;
    let anchor = Running::anchor(folder.path())?;
    let pair = Pair {
        ours: (&ours, site.target(&ours)),
        anchor: (&anchor, Target::open(&anchor)),
    };
    pair.queue()?;
    pair.picture(&picture)?;
    pair.labels(&site.untouched, folder.path())?;
    pair.known_masks(&site.untouched, folder.path())?;
    drop(anchor);
    flatness(&site, &ours, folder.path())?;
    drop(ours);
    rescore::run(folder.path())
}

/// Takes and prints the figures of new scores alone.
pub(crate) fn rescore() -> anyhow::Result<()> {
    rescore::run(tempfile::tempdir()?.path())
}

/// A data folder with one account.
struct Site {
    data: std::path::PathBuf,
    token: String,
    /// Tiles with neither prediction nor label.
    untouched: Vec<String>,
}

impl Site {
    fn make(data: &Path, stock: Stock, wanted: usize) -> anyhow::Result<Self> {
        let token_file = data.with_extension("token");
        let account = [
            "create-user",
            "--name",
            "bench",
            "--role",
            "admin",
            "--token-file",
        ];
        process::run_ours(&["migrate".as_ref()], data)?;
        let mut arguments: Vec<&std::ffi::OsStr> = account.iter().map(AsRef::as_ref).collect();
        arguments.push(token_file.as_os_str());
        process::run_ours(&arguments, data)?;
        Ok(Self {
            untouched: seed::fill(data, stock, wanted)?,
            token: fs::read_to_string(&token_file)?.trim().to_owned(),
            data: data.to_owned(),
        })
    }

    fn target(&self, server: &Running) -> Target {
        Target {
            token: Some(self.token.clone()),
            ..Target::open(server)
        }
    }
}

/// Both servers.
struct Pair<'a> {
    ours: (&'a Running, Target),
    anchor: (&'a Running, Target),
}

impl Pair<'_> {
    fn queue(&self) -> anyhow::Result<()> {
        let comparison = Comparison {
            name: "f1_queue_page",
            anchor: FASTAPI,
            measured: Time::Cpu,
            goal: 6.0,
            goal_ms: Some(0.1),
            bytes: None,
        };
        self.read(&comparison, QUEUE, "/queue")
    }

    fn picture(&self, picture: &take_in::Picture) -> anyhow::Result<()> {
        let comparison = Comparison {
            name: "f2_picture",
            anchor: FASTAPI,
            measured: Time::Cpu,
            goal: 1.0,
            goal_ms: Some(0.025),
            bytes: Some(picture.bytes.len()),
        };
        self.read(
            &comparison,
            &format!("/v1/blobs/{}", picture.sha256),
            "/blob",
        )
    }

    /// Puts the same question to both, in CPU time of the servers.
    fn read(&self, comparison: &Comparison<'_>, ours: &str, anchor: &str) -> anyhow::Result<()> {
        let mut seen = Vec::new();
        comparison.run(
            || Ok(repeat(&self.anchor, anchor)?.0),
            || {
                let (cpu, round) = repeat(&self.ours, ours)?;
                seen.push(round);
                Ok(cpu)
            },
        )?;
        print_seen(comparison.name, &seen, None)
    }

    /// Labels, each with a mask of its own, by the clock: what is durable waits for the disk.
    fn labels(&self, tiles: &[String], folder: &Path) -> anyhow::Result<()> {
        let (mut mask, mut others_mask) = (labels::mask(), labels::mask());
        let mut rounds = tiles.chunks_exact(LABELS_PER_ROUND);
        let mut others = tiles.chunks_exact(LABELS_PER_ROUND);
        let mut seen = Vec::new();
        label_comparison("f3_label").run(
            || {
                let bodies = labels::bodies(&mut others_mask, next(&mut others)?)?;
                Ok(send(&self.anchor.1, labels::calls("/label", bodies, 200))?.seconds_each())
            },
            || {
                let bodies = labels::bodies(&mut mask, next(&mut rounds)?)?;
                let round = send(&self.ours.1, labels::calls("/v1/labels", bodies, 201))?;
                let seconds = round.seconds_each();
                seen.push(round);
                Ok(seconds)
            },
        )?;
        print_seen("f3_label", &seen, Some(fdatasync_us(folder)?))
    }

    /// Labels with a mask that the server has: a client that syncs sends masks before versions, many in one request.
    fn known_masks(&self, tiles: &[String], folder: &Path) -> anyhow::Result<()> {
        let mut others_mask = labels::mask();
        let mut others = tiles.chunks_exact(LABELS_PER_ROUND);
        let mut rounds = tiles.rchunks_exact(LABELS_PER_ROUND);
        let sha256 = labels::store_mask(&self.ours.1)?;
        let mut seen = Vec::new();
        label_comparison("f3_label_of_known_mask").run(
            || {
                let bodies = labels::bodies(&mut others_mask, next(&mut others)?)?;
                Ok(send(&self.anchor.1, labels::calls("/label", bodies, 200))?.seconds_each())
            },
            || {
                let bodies = labels::bodies_of_blob(&sha256, next(&mut rounds)?);
                let round = send(&self.ours.1, labels::calls("/v1/labels", bodies, 201))?;
                let seconds = round.seconds_each();
                seen.push(round);
                Ok(seconds)
            },
        )?;
        print_seen("f3_label_of_known_mask", &seen, Some(fdatasync_us(folder)?))
    }
}

const fn label_comparison(name: &str) -> Comparison<'_> {
    Comparison {
        name,
        anchor: "FastAPI, uvicorn with 2 workers, SQLite FULL",
        measured: Time::Wall,
        goal: 10.0,
        // 3,000 in a second.
        goal_ms: Some(1.0 / 3.0),
        bytes: None,
    }
}

fn next<'a>(rounds: &mut impl Iterator<Item = &'a [String]>) -> anyhow::Result<&'a [String]> {
    rounds.next().context("there are too few tiles to label")
}

/// The same page among ten times as many tiles, and what of it the database takes: a greeting passes the same checks
/// and asks the database for next to nothing.
fn flatness(site: &Site, few: &Running, folder: &Path) -> anyhow::Result<()> {
    let big = Site::make(&folder.join("big"), Stock::usual(TILES_MANY), 0)?;
    let many = Running::ours(&big.data)?;
    let (few, many) = ((few, site.target(few)), (&many, big.target(&many)));
    let comparison = Comparison {
        name: "e3_queue_page_10m",
        anchor: "the same among 1 M tiles",
        measured: Time::Cpu,
        // Flat within 1.2 times.
        goal: 1.0 / 1.2,
        goal_ms: None,
        bytes: None,
    };
    comparison.run(
        || Ok(repeat(&few, QUEUE)?.0),
        || Ok(repeat(&many, QUEUE)?.0),
    )?;
    let of_database = Comparison {
        name: "e3_queue_page_10m_without_http",
        anchor: "a greeting",
        goal: 0.0,
        goal_ms: Some(0.05),
        ..comparison
    };
    let greeting = std::cell::Cell::new(0.0);
    of_database.run(
        || {
            greeting.set(repeat(&many, "/v1/hello")?.0);
            Ok(greeting.get())
        },
        || Ok(repeat(&many, QUEUE)?.0 - greeting.get()),
    )
}

/// CPU-seconds of the server for each `GET` of `path`, and what the client saw.
fn repeat((server, target): &(&Running, Target), path: &str) -> anyhow::Result<(f64, Seen)> {
    let before = server.cpu_seconds()?;
    let seen = load(target, CONNECTIONS, ROUND, vec![Call::get(path)])?;
    Ok((
        (server.cpu_seconds()? - before) / seen.requests as f64,
        seen,
    ))
}

fn send(target: &Target, calls: Vec<Call>) -> anyhow::Result<Seen> {
    load(target, LABEL_CONNECTIONS, ROUND, calls)
}

/// Time of one `fdatasync` after 4 KiB, the floor of whatever is durable: the median of many, in µs.
fn fdatasync_us(folder: &Path) -> anyhow::Result<f64> {
    use std::io::Write as _;
    let mut file = fs::File::create(folder.join("floor"))?;
    let mut times = Vec::new();
    for _ in 0..300 {
        file.write_all(&[7; 4096])?;
        let begun = std::time::Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&times))
}

/// What clients get of ours: medians over the rounds.
#[derive(Serialize)]
struct Rates<'a> {
    name: &'a str,
    requests_per_s: f64,
    gb_per_s: f64,
    p50_us: f64,
    p99_us: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fdatasync_p50_us: Option<f64>,
}

fn print_seen(name: &str, seen: &[Seen], fdatasync_p50_us: Option<f64>) -> anyhow::Result<()> {
    let of = |figure: &dyn Fn(&Seen) -> f64| median(&seen.iter().map(figure).collect::<Vec<_>>());
    let rates = Rates {
        name,
        requests_per_s: of(&|seen| seen.seconds_each().recip()),
        gb_per_s: of(&|seen| seen.body_bytes as f64 / seen.seconds / 1e9),
        p50_us: of(&|seen| seen.latency_us(0.5)),
        p99_us: of(&|seen| seen.latency_us(0.99)),
        fdatasync_p50_us,
    };
    println!("{}", serde_json::to_string(&rates)?);
    Ok(())
}
