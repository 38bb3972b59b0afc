//! The key of the objects is changed: nothing is lost, whatever is killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use fovea_annotation::ContentHash;
use fovea_server::{
    Config, KeyError, Progress, RotationReport, Server, StartError, UpkeepError, rotate_object_key,
    scrub, verify_audit,
};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::client::Client;
use crate::contents::{answers, populate, served, stopped};
use crate::home;
use crate::objects;
use crate::site::Site;

/// Kills while the key is being changed.
const ROUNDS: u32 = 12;
const BLOBS: u32 = 60;
/// Longest wait before a kill: about what the command takes.
const PAUSE_MS_MAX: u64 = 300;

fn key_file(data: &Path) -> PathBuf {
    data.join("objects.agekey")
}

fn keys(data: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(key_file(data)).expect("reads");
    let keys = text
        .lines()
        .filter(|line| line.starts_with("AGE-SECRET-KEY"));
    keys.map(str::to_owned).collect()
}

/// Changes the key; a server that has just stopped may take a moment to let go of its database.
async fn rotate(data: &Path, reseal: bool) -> RotationReport {
    loop {
        match rotate_object_key(data, reseal, Progress::silent()).await {
            Err(UpkeepError::InUse) => tokio::task::yield_now().await,
            other => return other.expect("changes the key"),
        }
    }
}

async fn refusal(data: &Path) -> StartError {
    let started = Server::start(Config::on_free_port(data)).await;
    started.expect_err("is refused")
}

#[tokio::test(flavor = "multi_thread")]
async fn old_objects_stay_readable_and_are_sealed_anew_if_wished() {
    let site = Site::start().await;
    let client = site.labeler();
    populate(&client, 3).await;
    let sha256 = client.put_blob(b"sealed with the first key".to_vec()).await;
    let refused = rotate_object_key(site.data(), false, Progress::silent()).await;
    assert!(
        matches!(
            refused,
            Err(UpkeepError::InUse | UpkeepError::Start(StartError::InUse))
        ),
        "a server runs: {refused:?}"
    );
    let before = answers(&client).await;
    let folder = stopped(site).await;
    let first = keys(folder.path());
    let sealed = objects::sealed(folder.path(), sha256);
    let report = rotate(folder.path(), false).await;
    assert_eq!((report.keys, report.resealed), (2, 0));
    assert_eq!(
        keys(folder.path())[1..],
        first,
        "the old key opens, the new one seals"
    );
    assert_eq!(objects::sealed(folder.path(), sha256), sealed);

    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), client.token);
    assert_eq!(answers(&client).await, before);
    let new = client
        .put_blob(b"sealed with the second key".to_vec())
        .await;
    handle.shutdown().await;

    let report = rotate(folder.path(), true).await;
    assert_eq!(
        (report.keys, report.uploads, report.damaged.len()),
        (1, 0, 0)
    );
    assert!(report.resealed > 0);
    let last = keys(folder.path());
    assert_eq!(last.len(), 1);
    assert_ne!(last, first, "no further key was made, the old one is gone");
    assert_ne!(objects::sealed(folder.path(), sha256), sealed);
    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), client.token);
    assert_eq!(answers(&client).await, before);
    let path = format!("/v1/blobs/{new}");
    assert_eq!(client.send(reqwest::Method::GET, &path).await.status(), 200);
    handle.shutdown().await;
    assert_eq!(verify_audit(folder.path()).expect("reads").faults, []);
    let said = "SELECT count(*) FROM audit WHERE action IN ('KEY_ROTATE', 'KEY_RETIRE')";
    assert_eq!(home::intrude(folder.path(), said).as_deref(), Ok("2"));

    // Another machine, or an old copy, that has only the first key.
    std::fs::write(key_file(folder.path()), first.join("\n")).expect("writes");
    let refused = refusal(folder.path()).await;
    assert!(
        matches!(refused, StartError::Keys(KeyError::Differs { .. })),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_database_does_not_know_of_is_finished() {
    let site = Site::start().await;
    let sha256 = site.labeler().put_blob(b"bytes".to_vec()).await;
    let folder = stopped(site).await;
    let pinned = "SELECT value FROM meta WHERE key = 'object_key'";
    let before = home::intrude(folder.path(), pinned).expect("reads");
    rotate(folder.path(), false).await;
    // As after a power cut between the file and the database.
    let back = format!("UPDATE meta SET value = '{before}' WHERE key = 'object_key'");
    home::intrude(folder.path(), &back).expect("writes");
    let refused = refusal(folder.path()).await;
    assert!(
        matches!(refused, StartError::Keys(KeyError::RotationUnfinished)),
        "{refused}"
    );
    let report = rotate(folder.path(), true).await;
    assert_eq!(
        (report.keys, report.resealed),
        (1, 1),
        "the key that was begun with is used"
    );
    assert!(
        scrub(folder.path())
            .await
            .expect("reads")
            .damaged
            .is_empty()
    );
    assert!(objects::sealed(folder.path(), sha256).starts_with(b"age-encryption.org/v1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_under_way_keeps_the_old_key() {
    let site = Site::start().await;
    let client = site.labeler();
    let create = client.request(reqwest::Method::POST, "/v1/uploads");
    let created = create.header("upload-length", 10).send().await;
    assert_eq!(created.expect("the server answers").status(), 201);
    // The command goes by the clock of the machine.
    site.intrude("UPDATE uploads SET expires_at_us = 9000000000000000")
        .expect("writes");
    let folder = stopped(site).await;
    let report = rotate(folder.path(), true).await;
    assert_eq!((report.uploads, report.keys), (1, 2));
    home::intrude(folder.path(), "DELETE FROM uploads").expect("writes");
    let report = rotate(folder.path(), true).await;
    assert_eq!((report.uploads, report.keys), (0, 1));
}

/// `FOVEA_KILL_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn whenever_it_is_killed_nothing_is_lost() {
    let seed = std::env::var("FOVEA_KILL_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let site = Site::start().await;
    let client = site.labeler();
    let blobs: Vec<Vec<u8>> = (0..BLOBS)
        .map(|at| at.to_le_bytes().repeat(3_000))
        .collect();
    for blob in &blobs {
        client.put_blob(blob.clone()).await;
    }
    let folder = stopped(site).await;
    for round in 0..ROUNDS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
        command
            .arg("rotate-object-key")
            .arg("--data")
            .arg(folder.path());
        if random.random_bool(0.7) {
            command.arg("--reseal");
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the server is built");
        // The moment of a kill is what is random here; nothing is waited for.
        let pause = Duration::from_millis(random.random_range(0..PAUSE_MS_MAX));
        tokio::time::sleep(pause).await;
        child.kill().expect("is ours");
        child.wait().expect("ends");
        assert!(
            !keys(folder.path()).is_empty(),
            "seed {seed}, round {round}"
        );
    }
    let report = rotate(folder.path(), true).await;
    assert_eq!((report.keys, report.damaged.len()), (1, 0), "seed {seed}");
    let scrubbed = scrub(folder.path()).await.expect("reads");
    assert_eq!(
        (scrubbed.blobs, scrubbed.damaged.len()),
        (u64::from(BLOBS), 0),
        "seed {seed}"
    );
    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), client.token);
    for blob in blobs {
        let path = format!("/v1/blobs/{}", ContentHash::of(&blob));
        let served = client.send(reqwest::Method::GET, &path).await.bytes().await;
        assert_eq!(served.expect("bytes"), blob);
    }
    handle.shutdown().await;
}
