//! A disk that is full: a plain answer, nothing half written, and work goes on when there is room again.
//!
//! The data lie on a small file system of the test's own, which only the server and what enters its namespace see.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fovea_annotation::ContentHash;
use fovea_protocol::{
    Op, OpBody, OpOutcome, PushRequest, PushResponse, VersionGraph, VersionOffer,
};
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use reqwest::Method;
use tempfile::TempDir;
use uuid::Uuid;

use crate::client::Client;
use crate::sample::{case_op, mask, payload, sent_version, tile_id, version};

const SIZE: &str = "24m";
const START_TIMEOUT: Duration = Duration::from_secs(60);
const ROUNDS: u32 = 25;
/// Makes the file system, an account, and the server; what comes after `exec` keeps the process id.
const SCRIPT: &str = r#"
mount -t tmpfs -o size="$SIZE" none "$DATA" &&
"$SERVER" create-user --data "$DATA" --name ada --role labeler --token-file "$OUT/token" &&
exec "$SERVER" serve --data "$DATA" --listen 127.0.0.1:0 --port-file "$OUT/port"
"#;

/// A server whose data folder is a file system of a few MiB.
struct SmallDisk {
    child: std::process::Child,
    folder: TempDir,
}

impl SmallDisk {
    fn start() -> (Self, Client) {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, out) = (folder.path().join("data"), folder.path().join("out"));
        for path in [&data, &out] {
            std::fs::create_dir(path).expect("makes");
        }
        let child = Command::new("unshare")
            .args(["--mount", "--user", "--map-root-user", "sh", "-c", SCRIPT])
            .envs([("DATA", &data), ("OUT", &out)])
            .env("SERVER", env!("CARGO_BIN_EXE_fovea-server"))
            .env("SIZE", SIZE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.expect("unshare is part of every Linux system");
        let mut disk = Self { child, folder };
        let (token, address) = (disk.reads("token"), disk.reads("port"));
        let client = Client::new(&format!("http://{address}"), Some(token));
        (disk, client)
    }

    /// A line that the server writes once it is as far.
    fn reads(&mut self, name: &str) -> String {
        let (path, begun) = (self.folder.path().join("out").join(name), Instant::now());
        loop {
            if let Ok(text) = std::fs::read_to_string(&path)
                && text.ends_with('\n')
            {
                return text.trim().to_owned();
            }
            assert!(begun.elapsed() < START_TIMEOUT, "the server did not start");
            let ended = self.child.try_wait().expect("is ours");
            assert!(
                ended.is_none(),
                "the server ended at once: are user namespaces allowed here?"
            );
            std::thread::yield_now();
        }
    }

    /// The data folder as the server sees it.
    fn data(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        let data = self.folder.path().join("data");
        root.join(data.strip_prefix("/").expect("is absolute"))
    }

    /// Fills the disk up to `left` bytes, which the file system rounds to its pages.
    fn fill(&self, left: u64) {
        let path = self.data().join("ballast");
        let mut file = File::create(&path).expect("makes");
        while file.write_all(&[0; 4_096]).is_ok() {}
        let len = file.metadata().expect("is there").len();
        file.set_len(len.saturating_sub(left)).expect("gives back");
    }

    /// Makes room again.
    fn free(&self) {
        std::fs::remove_file(self.data().join("ballast")).expect("removes");
    }

    /// What an administrator's command prints and says.
    fn run(&self, command: &str) -> String {
        let target = self.child.id().to_string();
        let output = Command::new("nsenter")
            .args([
                "--user",
                "--mount",
                "--preserve-credentials",
                "--target",
                &target,
            ])
            .arg(env!("CARGO_BIN_EXE_fovea-server"))
            .args([command, "--data"])
            .arg(self.folder.path().join("data"))
            .output();
        let output = output.expect("nsenter is part of every Linux system");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&said).into_owned()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status of a request, and the code of its problem.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.expect("the server answers");
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    let problem: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    (
        status,
        problem["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn put(client: &Client, bytes: &[u8]) -> reqwest::RequestBuilder {
    let path = format!("/v1/blobs/{}", ContentHash::of(bytes));
    client.request(Method::PUT, &path).body(bytes.to_vec())
}

fn push(client: &Client, version: &VersionOffer) -> reqwest::RequestBuilder {
    let op = Op {
        op_id: Uuid::new_v4(),
        body: OpBody::PushVersion(version.clone()),
    };
    client
        .request(Method::POST, "/v1/sync/push")
        .json(&PushRequest { ops: vec![op] })
}

fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("lists") {
        let path = entry.expect("entry").path();
        match path.is_dir() {
            true => found.extend(leftovers(&path)),
            false if path.extension().is_none_or(|end| end != "age") => found.push(path),
            false => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_taken_when_there_is_room() {
    let (disk, client) = SmallDisk::start();
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    let tile = tile_id("case", 0);
    let first = sent_version(&client, tile, 1, vec![], &mask(7, 5)).await;
    client.push(vec![OpBody::PushVersion(first.clone())]).await;
    disk.fill(0);
    let large = vec![9; 300_000];
    let refused = answer(put(&client, &large)).await;
    assert_eq!(refused, (507, "storage_full".to_owned()));
    let begin = client
        .request(Method::POST, "/v1/uploads")
        .header("upload-length", 5);
    let (status, code) = answer(begin).await;
    assert!(status == 201 || code == "storage_full", "{status} {code}");
    // What is there is served.
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    assert_eq!(graph.versions.len(), 1);
    let path = format!("/v1/blobs/{}", first.payload);
    assert_eq!(client.send(Method::GET, &path).await.status(), 200);
    let path = format!("/v1/blobs/{}", ContentHash::of(&large));
    assert_eq!(client.send(Method::HEAD, &path).await.status(), 404);
    assert_eq!(
        leftovers(&disk.data().join("objects")),
        Vec::<PathBuf>::new()
    );
    disk.free();
    assert_eq!(answer(put(&client, &large)).await.0, 204);
    assert!(disk.run("scrub").contains("nothing wrong"));
    assert!(disk.run("verify-audit").contains("nothing wrong"));
}

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn at_every_level_of_fullness_an_answer_is_the_truth() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let (disk, client) = SmallDisk::start();
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    let tile = tile_id("case", 0);
    let (mut blobs, mut versions): (Vec<Vec<u8>>, Vec<VersionOffer>) = (Vec::new(), Vec::new());
    let mut refused = 0;
    for round in 0..ROUNDS {
        let what = format!("seed {seed}, round {round}");
        disk.fill(random.random_range(0..200_000));
        let mut blob = vec![0; random.random_range(1..100_000)];
        random.fill_bytes(&mut blob);
        match answer(put(&client, &blob)).await {
            (204, _) => blobs.push(blob),
            (507, code) => refused += u32::from(code == "storage_full"),
            other => panic!("{what}: {other:?}"),
        }
        let number = versions.len() as u32 + 1;
        let mask = mask(7, number as usize % 100);
        let parents = versions.last().map(|last| last.id).into_iter().collect();
        let next = version(tile, number, parents, &mask);
        if answer(put(&client, &payload(&mask))).await.0 == 204 {
            match push(&client, &next)
                .send()
                .await
                .expect("the server answers")
            {
                taken if taken.status() == 200 => {
                    let taken: PushResponse = taken.json().await.expect("an answer");
                    match &taken.results[0].outcome {
                        OpOutcome::Accepted => versions.push(next),
                        other => assert!(
                            format!("{other:?}").contains("retryable: true"),
                            "{what}: {other:?}"
                        ),
                    }
                }
                full => assert!(
                    [503, 507].contains(&full.status().as_u16()),
                    "{what}: {}",
                    full.status()
                ),
            }
        }
        disk.free();
    }
    assert!(refused > 0, "seed {seed}: the disk was never full");
    for blob in &blobs {
        let path = format!("/v1/blobs/{}", ContentHash::of(blob));
        let served = client.send(Method::GET, &path).await.bytes().await;
        assert_eq!(served.expect("bytes"), blob);
    }
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    let held: Vec<_> = graph
        .versions
        .iter()
        .map(|record| record.version.id)
        .collect();
    let accepted: Vec<_> = versions.iter().map(|version| version.id).collect();
    assert_eq!(held, accepted, "seed {seed}");
    assert_eq!(
        leftovers(&disk.data().join("objects")),
        Vec::<PathBuf>::new()
    );
    assert!(disk.run("scrub").contains("nothing wrong"));
    assert!(disk.run("verify-audit").contains("nothing wrong"));
}
