//! A clock that jumps by hours, forwards and back: the feed has no gap, no tile is two people's, nobody waits for hours.

use std::collections::HashSet;

use fovea_protocol::{ChangesPage, LoginRequest, LoginResponse, OpOutcome, QueuePage};
use fovea_server::{Role, create_user, verify_audit};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;

use crate::client::Client;
use crate::contents::add_versions;
use crate::sample::{predicted_case, tile_id};
use crate::site::Site;

const STEPS: u32 = 40;
const HOURS_MAX: i64 = 30;
/// Longest time for which a person holds a tile.
const LEASE_MINUTES: i64 = 30;

async fn tiles(client: &Client) -> HashSet<String> {
    let page: QueuePage = client.get("/v1/active-learning/queue").await;
    page.tiles
        .iter()
        .map(|item| item.tile_id.to_string())
        .collect()
}

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn the_feed_and_the_log_have_one_order_whatever_the_clock_says() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let site = Site::start().await;
    let client = site.labeler();
    let (mut changes, mut cursor) = (0, 0);
    for step in 0..STEPS {
        site.advance_minutes(random.random_range(-HOURS_MAX * 60..HOURS_MAX * 60));
        let name = format!("case {step}");
        predicted_case(&client, &name, &[0.5]).await;
        let versions = random.random_range(0..3);
        add_versions(&client, tile_id(&name, 0), 1, versions, 3).await;
        changes += 2 + u64::from(versions);
        // A client that reads now and then misses nothing and gets nothing twice.
        if random.random_bool(0.5) {
            let page: ChangesPage = client
                .get(&format!("/v1/sync/changes?cursor={cursor}"))
                .await;
            let seqs: Vec<u64> = page.changes.iter().map(|change| change.seq).collect();
            assert_eq!(
                seqs,
                (cursor + 1..=changes).collect::<Vec<_>>(),
                "seed {seed}, step {step}"
            );
            cursor = page.cursor;
        }
    }
    assert_eq!(
        verify_audit(site.data()).expect("reads").faults,
        [],
        "seed {seed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_is_one_persons_and_comes_back_within_a_lease() {
    for hours in [-30, -5, -1, 1, 5, 30] {
        let site = Site::start().await;
        let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
        predicted_case(&ada, "case", &[0.9, 0.8, 0.7]).await;
        let held = tiles(&ada).await;
        assert!(!held.is_empty() && tiles(&bob).await.is_disjoint(&held));
        site.advance_minutes(hours * 60);
        // Whoever asks first after the jump may hold them; both never do.
        let (bobs, adas) = (tiles(&bob).await, tiles(&ada).await);
        assert!(bobs.is_disjoint(&adas), "{hours} h");
        site.advance_minutes(LEASE_MINUTES + 1);
        let all = tiles(&bob).await;
        assert_eq!(
            all.len(),
            3,
            "{hours} h: a jump keeps a tile from others for a lease at most"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_survives_a_jump_that_is_taken_back() {
    let site = Site::start().await;
    let password = "correct horse battery";
    create_user(site.data(), "ada", Role::Labeler, Some(password)).expect("the account");
    let nobody = Client::new(&site.handle.url(), None);
    let ask = LoginRequest {
        name: "ada".into(),
        password: password.into(),
    };
    let signed_in: LoginResponse = nobody.post_ok("/v1/auth/login", &ask, 200).await;
    let ada = Client::new(&site.handle.url(), Some(signed_in.token));
    let status = async || ada.send(Method::GET, "/v1/hello").await.status().as_u16();
    assert_eq!(status().await, 200);
    site.advance_minutes(26 * 60);
    assert_eq!(status().await, 401, "nothing holds for ever");
    let again: LoginResponse = nobody.post_ok("/v1/auth/login", &ask, 200).await;
    site.advance_minutes(-26 * 60);
    assert_eq!(status().await, 200);
    let case = crate::sample::case_op(&ada, "case", 1).await;
    assert_eq!(ada.push(vec![case]).await, [OpOutcome::Accepted]);
    let later = Client::new(&site.handle.url(), Some(again.token));
    assert_eq!(later.send(Method::GET, "/v1/hello").await.status(), 200);
}
