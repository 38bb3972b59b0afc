//! Two processes that serve the same data.

use std::time::{Duration, Instant};

use fovea_protocol::{ChangesPage, OpOutcome};
use fovea_server::{Config, Server};

use crate::client::Client;
use crate::sample::case_op;
use crate::site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_at_one_hears_what_another_wrote() {
    let site = Site::start().await;
    let here = site.labeler();
    let other = Server::start(Config::on_free_port(site.data()));
    let other = other.await.expect("a second server starts");
    let there = Client::new(&other.url(), here.token.clone());
    let begun = Instant::now();
    let wait = tokio::spawn(async move {
        let page: ChangesPage = there.get("/v1/sync/changes?cursor=0&wait_s=25").await;
        page
    });
    let case = case_op(&here, "case", 1).await;
    assert_eq!(here.push(vec![case]).await, [OpOutcome::Accepted]);
    let page = wait.await.expect("answers");
    assert_eq!(page.changes.len(), 1);
    // Without word from the neighbour the answer comes when the wait is over.
    assert!(begun.elapsed() < Duration::from_secs(20));
    other.shutdown().await;
}

#[tokio::test]
async fn each_process_writes_its_heads_down() {
    let site = Site::start().await;
    let here = site.labeler();
    let machine = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(site.data()).expect("lists") {
        let entry = entry.expect("lists");
        let is_file = entry.file_type().expect("a type").is_file();
        if is_file && entry.file_name() != "audit-heads.txt" {
            std::fs::copy(entry.path(), machine.path().join(entry.file_name())).expect("copies");
        }
    }
    let other = Server::start(Config::on_free_port(machine.path()));
    let other = other.await.expect("a second server starts");
    let there = Client::new(&other.url(), here.token.clone());
    for at in 0..6 {
        let client = if at % 2 == 0 { &here } else { &there };
        let case = case_op(client, &format!("case {at}"), 1).await;
        client.push(vec![case]).await;
    }
    for data in [site.data(), machine.path()] {
        let report = fovea_server::verify_audit(data).expect("reads");
        assert_eq!(report.faults, []);
        let heads = std::fs::read_to_string(data.join("audit-heads.txt")).expect("reads");
        assert!(heads.lines().count() >= 3, "{heads}");
    }
    other.shutdown().await;
}
