//! What a server holds, as a client sees it: made at random, and read back to be compared.

use std::collections::BTreeMap;

use fovea_annotation::{ContentHash, TileId};
use fovea_protocol::{AuditPage, CasesPage, ChangesPage, Hello, OpBody, OpOutcome, VersionGraph};
use fovea_server::{Config, Handle, Server};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use tempfile::TempDir;

use crate::client::Client;
use crate::sample::{mask, predicted_case, sent_version, tile_id};
use crate::site::Site;

/// Adds cases with predictions and chains of versions, the same for the same seed.
pub(crate) async fn populate(client: &Client, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    for case in 0..random.random_range(1..4) {
        let name = format!("case {seed} {case}");
        let scores: Vec<f32> = (0..random.random_range(1..4))
            .map(|_| random.random())
            .collect();
        predicted_case(client, &name, &scores).await;
        for index in 0..scores.len() as u32 {
            let tile = tile_id(&name, index);
            let versions = random.random_range(0..4);
            add_versions(client, tile, 1, versions, random.random_range(1..12)).await;
        }
    }
}

/// Adds `count` versions to a tile whose next number is `first`; each has the one before as its parent.
pub(crate) async fn add_versions(client: &Client, tile: TileId, first: u32, count: u32, class: u8) {
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    let mut parents = graph.heads;
    for number in first..first + count {
        let pixels = (number * 7 % 100) as usize;
        let version = sent_version(client, tile, number, parents, &mask(class, pixels)).await;
        parents = vec![version.id];
        let outcomes = client.push(vec![OpBody::PushVersion(version)]).await;
        assert_eq!(outcomes, [OpOutcome::Accepted]);
    }
}

/// The hash of every answer about what the server holds, by path.
pub(crate) async fn answers(client: &Client) -> BTreeMap<String, ContentHash> {
    let mut answers = BTreeMap::new();
    let mut paths = vec!["/v1/cases".to_owned(), "/v1/runs".to_owned()];
    let changes: ChangesPage = client.get("/v1/sync/changes?cursor=0").await;
    assert!(!changes.more, "the test looks at one page");
    let changes = format!("{:?}", (changes.changes, changes.cursor));
    answers.insert("changes".to_owned(), ContentHash::of(changes.as_bytes()));
    let cases: CasesPage = client.get("/v1/cases").await;
    for case in &cases.cases {
        paths.push(format!("/v1/cases/{}", case.case_id));
        for index in 0..case.tile_count {
            let tile = TileId::of(case.case_id, index);
            paths.push(format!("/v1/tiles/{tile}"));
            paths.push(format!("/v1/tiles/{tile}/versions"));
        }
    }
    while let Some(path) = paths.pop() {
        let answer = client.send(Method::GET, &path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = answer.bytes().await.expect("bytes").to_vec();
        if !path.starts_with("/v1/blobs/") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let links = text
                .split('"')
                .filter(|text| text.starts_with("/v1/blobs/"));
            let links = links
                .map(str::to_owned)
                .filter(|link| !answers.contains_key(link));
            paths.extend(links.collect::<Vec<_>>());
        }
        answers.insert(path, ContentHash::of(&bytes));
    }
    answers
}

/// The audit log, of which the first `lines` are given.
pub(crate) async fn audit_lines(auditor: &Client, lines: usize) -> Vec<String> {
    let page: AuditPage = auditor.get("/v1/audit").await;
    let entries = page.entries.iter().take(lines);
    entries.map(|entry| format!("{entry:?}")).collect()
}

/// Who the server is.
pub(crate) async fn hello(client: &Client) -> Hello {
    client.get("/v1/hello").await
}

/// Stops the server; the data stay.
pub(crate) async fn stopped(site: Site) -> TempDir {
    let Site { folder, handle, .. } = site;
    handle.shutdown().await;
    folder
}

/// A server on data that are there, with the clock of the machine.
pub(crate) async fn served(folder: &TempDir) -> Handle {
    let started = Server::start(Config::on_free_port(folder.path())).await;
    started.unwrap_or_else(|error| panic!("the server starts: {error}"))
}
