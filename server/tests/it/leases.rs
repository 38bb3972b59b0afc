//! Tiles that were handed out: given back, kept for longer, listed.

use fovea_protocol::{LeaseRecord, LeasesPage, QueuePage};
use fovea_server::Role;
use reqwest::Method;

use crate::client::{Client, problem};
use crate::sample::{predicted_case, tile_id};
use crate::site::Site;

const MINUTES_30_US: i64 = 30 * 60_000_000;

async fn queue_len(client: &Client) -> usize {
    let page: QueuePage = client.get("/v1/active-learning/queue").await;
    page.tiles.len()
}

async fn leases(client: &Client) -> Vec<LeaseRecord> {
    let page: LeasesPage = client.get("/v1/active-learning/leases").await;
    page.leases
}

fn path(index: u32) -> String {
    format!("/v1/active-learning/leases/{}", tile_id("case", index))
}

async fn renew(client: &Client, index: u32) -> reqwest::Response {
    let path = format!("{}/renew", path(index));
    client.send(Method::POST, &path).await
}

#[tokio::test]
async fn a_tile_that_is_given_back_goes_to_somebody_else() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    predicted_case(&ada, "case", &[0.9, 0.8]).await;
    assert_eq!((queue_len(&ada).await, queue_len(&bob).await), (2, 0));
    assert_eq!(leases(&ada).await.len(), 2);
    assert_eq!(leases(&bob).await, []);
    // What another holds is not bob's to give.
    let foreign = problem(bob.send(Method::DELETE, &path(0)).await).await;
    assert_eq!(
        (foreign.status, foreign.code.as_str()),
        (404, "lease_unknown")
    );
    assert_eq!(problem(renew(&bob, 0).await).await.code, "lease_unknown");
    assert_eq!(ada.send(Method::DELETE, &path(0)).await.status(), 204);
    let again = problem(ada.send(Method::DELETE, &path(0)).await).await;
    assert_eq!(again.code, "lease_unknown");
    assert_eq!(queue_len(&bob).await, 1);
    let held: Vec<_> = leases(&bob)
        .await
        .iter()
        .map(|lease| lease.tile_id)
        .collect();
    assert_eq!(held, [tile_id("case", 0)]);
    assert_eq!(queue_len(&ada).await, 1, "it is bob's now");
}

#[tokio::test]
async fn a_lease_is_kept_until_somebody_else_has_the_tile() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    predicted_case(&ada, "case", &[0.9]).await;
    assert_eq!(queue_len(&ada).await, 1);
    site.advance_minutes(29);
    let kept: LeaseRecord = renew(&ada, 0).await.json().await.expect("kept");
    assert_eq!(kept.lease_until_us, site.now_us() + MINUTES_30_US);
    assert_eq!(leases(&ada).await, [kept]);
    site.advance_minutes(29);
    assert_eq!(queue_len(&bob).await, 0);
    // Its time is over, and nobody came: it is kept.
    site.advance_minutes(2);
    assert_eq!(leases(&ada).await, []);
    assert_eq!(renew(&ada, 0).await.status(), 200);
    // Its time is over, and bob came.
    site.advance_minutes(31);
    assert_eq!(queue_len(&bob).await, 1);
    assert_eq!(problem(renew(&ada, 0).await).await.code, "lease_unknown");
}
