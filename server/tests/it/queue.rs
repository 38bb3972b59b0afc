//! The rules of the queue.

use std::collections::{HashMap, HashSet};

use fovea_protocol::{OpBody, QueuePage, QueueSlot};
use fovea_server::Role;

use crate::client::Client;
use crate::sample::{mask, predicted_case, sent_version, tile_id};
use crate::site::Site;

const MINUTES_30_US: i64 = 30 * 60_000_000;

async fn queue(client: &Client) -> QueuePage {
    client
        .get("/v1/active-learning/queue?uncertainty_threshold=0.3")
        .await
}

#[tokio::test]
async fn order_limits_and_random_slice() {
    let site = Site::start().await;
    let client = site.labeler();
    for case in 0..14 {
        // Eight tiles a case above the threshold, with many equal scores, and two below.
        let scores: Vec<f32> = (0..10)
            .map(|i| {
                if i < 8 {
                    0.4 + (case % 3) as f32 * 0.1
                } else {
                    0.1
                }
            })
            .collect();
        predicted_case(&client, &format!("case {case}"), &scores).await;
    }
    let page = queue(&client).await;
    assert_eq!(page.tiles.len(), 50);
    let order: Vec<_> = page
        .tiles
        .iter()
        .map(|item| (-item.score, item.tile_id))
        .collect();
    assert!(
        order.is_sorted_by(|a, b| a < b),
        "by score descending, ties by tile id, no tile twice"
    );
    let mut per_case = HashMap::new();
    page.tiles
        .iter()
        .for_each(|item| *per_case.entry(item.case_id).or_insert(0) += 1);
    assert!(per_case.values().all(|count| *count <= 5), "{per_case:?}");
    let random = page
        .tiles
        .iter()
        .filter(|item| item.slot == QueueSlot::Random)
        .count();
    assert_eq!(random, 5, "one slot in ten");
    assert!(
        page.tiles
            .iter()
            .all(|item| item.slot == QueueSlot::Random || item.score > 0.3)
    );
    // The ranked part is the best there is: brute force over what was registered.
    let ranked: Vec<_> = page
        .tiles
        .iter()
        .filter(|item| item.slot == QueueSlot::Ranked)
        .map(|i| i.tile_id)
        .collect();
    assert_eq!(ranked, brute_force()[..45]);
    // Asking again gives the same tiles and keeps the leases.
    let again = queue(&client).await;
    assert_eq!(again.tiles, page.tiles);
}

fn brute_force() -> Vec<fovea_annotation::TileId> {
    let mut candidates = Vec::new();
    for case in 0..14 {
        for index in 0..8 {
            let name = format!("case {case}");
            let (tile, case_id) = (tile_id(&name, index), crate::sample::case_id(&name));
            let score = 0.4 + (case % 3) as f32 * 0.1;
            candidates.push(fovea_annotation::QueueCandidate {
                tile,
                case: case_id,
                score,
            });
        }
    }
    fovea_annotation::rank(candidates, 0.3)
        .into_iter()
        .map(|candidate| candidate.tile)
        .collect()
}

#[tokio::test]
async fn a_tile_is_leased_to_one_person_for_half_an_hour() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Reviewer));
    predicted_case(&ada, "case", &[0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4]).await;
    let tiles = |page: &QueuePage| {
        page.tiles
            .iter()
            .map(|item| item.tile_id)
            .collect::<HashSet<_>>()
    };
    let first = queue(&ada).await;
    assert_eq!(first.tiles.len(), 5, "at most five of a case");
    assert!(
        first
            .tiles
            .iter()
            .all(|item| item.lease_until_us == first.server_time_us + MINUTES_30_US)
    );
    let other = queue(&bob).await;
    assert_eq!(other.tiles.len(), 2);
    assert!(tiles(&first).is_disjoint(&tiles(&other)));
    // Half way the lease is renewed by asking; after its end the tile is free.
    site.advance_minutes(20);
    let renewed = queue(&ada).await;
    assert!(
        renewed
            .tiles
            .iter()
            .all(|item| item.lease_until_us == renewed.server_time_us + MINUTES_30_US)
    );
    site.advance_minutes(31);
    assert_eq!(tiles(&queue(&bob).await), tiles(&first));
}

#[tokio::test]
async fn a_label_by_a_person_closes_a_tile_and_one_by_a_model_does_not() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.9, 0.8]).await;
    let tile = tile_id("case", 0);
    let v1 = sent_version(&client, tile, 1, vec![], &mask(7, 5)).await;
    client.push(vec![OpBody::PushVersion(v1.clone())]).await;
    assert_eq!(queue(&client).await.tiles.len(), 2);
    let v2 = sent_version(&client, tile, 2, vec![v1.id], &mask(7, 6)).await;
    client.push(vec![OpBody::PushVersion(v2)]).await;
    let left: Vec<_> = queue(&client)
        .await
        .tiles
        .iter()
        .map(|item| item.tile_id)
        .collect();
    assert_eq!(left, [tile_id("case", 1)]);
}

#[tokio::test]
async fn the_threshold_is_exclusive_and_checked() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.3, 0.300_1]).await;
    let page = queue(&client).await;
    assert_eq!(
        page.tiles
            .iter()
            .map(|item| item.tile_id)
            .collect::<Vec<_>>(),
        [tile_id("case", 1)]
    );
    for bad in ["2", "-0.1", "NaN", "inf"] {
        let path = format!("/v1/active-learning/queue?uncertainty_threshold={bad}");
        let problem = crate::client::problem(client.send(reqwest::Method::GET, &path).await).await;
        assert_eq!(problem.status, 422, "{bad}");
    }
}
