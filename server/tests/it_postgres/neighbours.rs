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
