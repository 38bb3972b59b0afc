//! A bucket that answers 500 or breaks off in the middle, seen by a client: an answer says what is true, and nothing that
//! is whole is taken for damaged.

use fovea_annotation::ContentHash;
use fovea_protocol::{OpOutcome, ProblemBody};
use fovea_test_data::{Fault, Proxy};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::{Method, Response};

use crate::client::Client;
use crate::contents::{hello, served};
use crate::home;
use crate::sample::case_op;

/// More than all tries of one request together.
const ALWAYS: u32 = u32::MAX;
const ROUNDS: u32 = 12;

fn put(client: &Client, bytes: &[u8]) -> reqwest::RequestBuilder {
    let path = format!("/v1/blobs/{}", ContentHash::of(bytes));
    client.request(Method::PUT, &path).body(bytes.to_vec())
}

async fn get(client: &Client, bytes: &[u8]) -> Response {
    let path = format!("/v1/blobs/{}", ContentHash::of(bytes));
    client.send(Method::GET, &path).await
}

async fn is_away(response: Response) {
    assert_eq!(response.status(), 503);
    let problem: ProblemBody = response.json().await.expect("a problem body");
    assert_eq!(problem.code, "object_store_unavailable");
    assert!(problem.retryable, "the client tries again");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_bucket_is_away_labels_wait_and_nothing_is_lost() {
    let proxy = Proxy::before(home::store().port());
    let folder = home::data_folder_behind(&proxy.endpoint());
    // Without a memory every read goes to the bucket.
    let settings = folder.path().join("server.toml");
    let text = std::fs::read_to_string(&settings).expect("reads");
    std::fs::write(
        &settings,
        text.replace("[objects]", "[objects]\ncache_mib = 0"),
    )
    .expect("writes");
    let token = fovea_server::create_user(folder.path(), "ada", fovea_server::Role::Labeler, None);
    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), Some(token.expect("an account")));
    let case = case_op(&client, "case", 1).await;
    let kept = vec![1; 60_000];
    client.put_blob(kept.clone()).await;

    for (method, fault) in [
        ("PUT", Fault::Answer500),
        ("PUT", Fault::CutRequest(20_000)),
        ("GET", Fault::Answer500),
        // Within the headers: what of a body has come is not asked for again.
        ("GET", Fault::CutAnswer(40)),
    ] {
        proxy.fail(method, fault, ALWAYS);
        match method {
            "PUT" => {
                is_away(
                    put(&client, &vec![2; 50_000])
                        .send()
                        .await
                        .expect("answers"),
                )
                .await
            }
            _ => is_away(get(&client, &kept).await).await,
        }
        // What needs no object is answered meanwhile.
        hello(&client).await;
        assert!(proxy.heal() > 0, "{method} {fault:?}");
        let damaged = home::intrude(
            folder.path(),
            "SELECT count(*) FROM blobs WHERE damaged <> 0",
        );
        assert_eq!(damaged.as_deref(), Ok("0"), "{method} {fault:?}");
        let found = get(&client, &kept).await;
        assert_eq!(
            found.bytes().await.expect("bytes"),
            kept,
            "{method} {fault:?}"
        );
    }
    assert_eq!(
        get(&client, &vec![2; 50_000]).await.status(),
        404,
        "what was refused is not there"
    );
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    handle.shutdown().await;
}

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_an_acknowledged_blob_is_whole() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let proxy = Proxy::before(home::store().port());
    let folder = home::data_folder_behind(&proxy.endpoint());
    let token = fovea_server::create_user(folder.path(), "ada", fovea_server::Role::Labeler, None);
    let handle = served(&folder).await;
    let client = Client::new(&handle.url(), Some(token.expect("an account")));
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let blob = vec![round as u8; random.random_range(1_000..80_000)];
        let at = random.random_range(0..blob.len());
        let fault = match random.random_range(0..3) {
            0 => Fault::Answer500,
            1 => Fault::CutRequest(at),
            _ => Fault::CutAnswer(at),
        };
        let method = if random.random_bool(0.6) {
            "PUT"
        } else {
            "GET"
        };
        // Sometimes fewer than all tries fail, and nobody notices.
        proxy.fail(method, fault, random.random_range(1..40));
        let status = put(&client, &blob)
            .send()
            .await
            .expect("answers")
            .status()
            .as_u16();
        assert!(
            [204, 503].contains(&status),
            "seed {seed}, round {round}: {status}"
        );
        if status == 204 {
            acknowledged.push(blob);
        }
        proxy.heal();
    }
    for blob in &acknowledged {
        let found = get(&client, blob).await.bytes().await;
        assert_eq!(found.expect("bytes"), blob, "seed {seed}");
    }
    handle.shutdown().await;
    let scrubbed = fovea_server::scrub(folder.path()).await.expect("reads");
    assert_eq!(scrubbed.damaged, [], "seed {seed}");
}
