//! `restore` and `migrate-store` are killed at any moment and run again: nothing is lost, nothing is half there.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use fovea_annotation::ContentHash;
use fovea_server::{
    Config, Progress, Server, StartError, UpkeepError, move_store, scrub, verify_audit,
};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tempfile::TempDir;

use crate::backup::Vault;
use crate::client::Client;
use crate::contents::{answers, populate, served, stopped};
use crate::home;
use crate::site::Site;

/// Homes that are filled, with kills in between, after one that is filled without.
const HOMES: u32 = 3;
const KILLS: u32 = 4;
const BLOBS: u32 = 40;

/// `FOVEA_KILL_SEED` repeats the choices of a run that failed.
fn seed() -> u64 {
    std::env::var("FOVEA_KILL_SEED").map_or(1, |text| text.parse().expect("a number"))
}

/// What a client saw before, and the token that it saw it with.
struct Seen {
    token: Option<String>,
    answers: std::collections::BTreeMap<String, ContentHash>,
    objects: u64,
}

/// A home with enough in it that filling another one takes a while.
async fn full_home() -> (Site, Seen) {
    let site = Site::start().await;
    let client = site.labeler();
    populate(&client, seed()).await;
    for at in 0..BLOBS {
        client.put_blob(at.to_le_bytes().repeat(20_000)).await;
    }
    let answers = answers(&client).await;
    let objects = home::intrude(site.data(), "SELECT count(*) FROM blobs");
    let objects = objects.expect("reads").parse().expect("a number");
    let token = client.token;
    let seen = Seen {
        token,
        answers,
        objects,
    };
    (site, seen)
}

fn command(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
    command.arg(name);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs `fill` with kills at moments of up to `takes`, then to its end.
async fn kill_until_done(
    fill: impl Fn() -> Command,
    new: &Path,
    takes: Duration,
    random: &mut StdRng,
) {
    for _ in 0..KILLS {
        let mut child = fill().spawn().expect("the server is built");
        // The moment of a kill is what is random here; nothing is waited for.
        tokio::time::sleep(takes.mul_f64(random.random())).await;
        child.kill().expect("is ours");
        if is_done(&child.wait_with_output().expect("ends")) {
            return;
        }
        if new.join("unfinished").exists() {
            let started = Server::start(Config::on_free_port(new)).await;
            let refused = started.map(|_| "it serves half a home");
            assert!(
                matches!(refused, Err(StartError::Unfinished)),
                "{refused:?}"
            );
        }
    }
    to_its_end(fill).await;
}

/// Runs `fill` until it has come to its end: another test's child may hold what it locks for as long as a start takes.
async fn to_its_end(fill: impl Fn() -> Command) {
    while !is_done(&fill().output().expect("the server is built")) {
        tokio::task::yield_now().await;
    }
}

/// Whether the home is filled: by this run, or by one before that was killed in its last breath. What else it may say
/// is that the process before is not quite gone.
fn is_done(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        None => false,
        Some(0) => true,
        Some(_) => {
            let error = said.lines().last().unwrap_or_default();
            let is_done = [
                UpkeepError::Used("the database".to_owned()),
                UpkeepError::Moved,
            ]
            .iter()
            .any(|done| error.contains(&done.to_string()));
            let is_in_use = [
                UpkeepError::InUse.to_string(),
                StartError::InUse.to_string(),
            ]
            .iter()
            .any(|in_use| error.contains(in_use));
            assert!(is_done || is_in_use, "{said}");
            is_done
        }
    }
}

async fn check(folder: &TempDir, seen: &Seen, what: &str) {
    assert!(!folder.path().join("unfinished").exists(), "{what}");
    let handle = served(folder).await;
    let client = Client::new(&handle.url(), seen.token.clone());
    assert_eq!(answers(&client).await, seen.answers, "{what}");
    handle.shutdown().await;
    let scrubbed = scrub(folder.path()).await.expect("reads");
    assert_eq!(
        (scrubbed.blobs, scrubbed.damaged.len()),
        (seen.objects, 0),
        "{what}"
    );
    let report = verify_audit(folder.path()).expect("reads");
    assert_eq!(report.faults, [], "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_a_restore_is_killed_the_next_one_brings_everything_back() {
    let mut random = StdRng::seed_from_u64(seed());
    let (site, seen) = full_home().await;
    let vault = Vault::new();
    vault.backup(site.data()).await.expect("is written");
    let old = stopped(site).await;
    let restore = |new: &Path| {
        let mut command = command("restore");
        command.arg("--from").arg(vault.path());
        command
            .arg("--passphrase-file")
            .arg(vault.passphrase_file());
        command.arg("--data").arg(new);
        command
    };
    let (first, begun) = (home::data_folder(), Instant::now());
    to_its_end(|| restore(first.path())).await;
    let takes = begun.elapsed();
    for at in 0..HOMES {
        let new = home::data_folder();
        kill_until_done(|| restore(new.path()), new.path(), takes, &mut random).await;
        check(&new, &seen, &format!("seed {}, home {at}", seed())).await;
    }
    drop(old);
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_a_move_is_killed_the_next_one_brings_everything_along() {
    let mut random = StdRng::seed_from_u64(seed());
    let (site, seen) = full_home().await;
    let mut from = stopped(site).await;
    let files = || tempfile::tempdir().expect("a folder");
    let mut takes = Duration::ZERO;
    for at in 0..=HOMES {
        let to = if at % 2 == 0 {
            files()
        } else {
            home::data_folder()
        };
        let fill = || {
            let mut command = command("migrate-store");
            command.arg("--from").arg(from.path());
            command.arg("--to").arg(to.path());
            command
        };
        if at == 0 {
            let begun = Instant::now();
            to_its_end(fill).await;
            takes = begun.elapsed();
        } else {
            kill_until_done(fill, to.path(), takes, &mut random).await;
        }
        check(&to, &seen, &format!("seed {}, home {at}", seed())).await;
        let refused = Server::start(Config::on_free_port(from.path())).await;
        assert!(matches!(refused, Err(StartError::Moved)), "only one counts");
        from = to;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_killed_in_its_last_breath_is_finished() {
    let (site, seen) = full_home().await;
    let server_id = home::intrude(
        site.data(),
        "SELECT value FROM meta WHERE key = 'server_id'",
    );
    let (from, to) = (stopped(site).await, home::data_folder());
    let moved = move_store(from.path(), to.path(), Progress::silent()).await;
    moved.expect("moves");
    // As after a power cut between the word of the old home that it was moved and the end of the mark in the new one.
    let mark = format!("data of {}", server_id.expect("reads"));
    std::fs::write(to.path().join("unfinished"), mark).expect("writes");
    let started = Server::start(Config::on_free_port(to.path())).await;
    assert!(matches!(started, Err(StartError::Unfinished)));
    let moved = move_store(from.path(), to.path(), Progress::silent()).await;
    let moved = moved.expect("has nothing left to do");
    assert_eq!((moved.objects, moved.lost), (seen.objects, 0));
    check(&to, &seen, "finished").await;
    let again = move_store(from.path(), to.path(), Progress::silent()).await;
    assert!(matches!(again, Err(UpkeepError::Moved)), "{again:?}");
    let other = home::data_folder();
    let elsewhere = move_store(from.path(), other.path(), Progress::silent()).await;
    assert!(
        matches!(elsewhere, Err(UpkeepError::Moved)),
        "{elsewhere:?}"
    );
}
