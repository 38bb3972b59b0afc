//! Bit rot is found, never served, and healed by the client that has the bytes.

use fovea_annotation::ContentHash;
use fovea_protocol::{HaveRequest, HaveResponse};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;

use crate::home;
use crate::objects;
use crate::site::Site;

fn flip_last_byte(site: &Site, sha256: ContentHash) {
    let mut bytes = objects::sealed(site.data(), sha256);
    *bytes.last_mut().expect("not empty") ^= 1;
    objects::write(site.data(), sha256, &bytes);
}

#[tokio::test]
async fn scrub_finds_what_rots_and_a_client_heals_it() {
    let site = Site::start().await;
    let client = site.labeler();
    let blobs: Vec<_> = [1_000, 100, 20_000, 100, 40_000, 9]
        .into_iter()
        .zip(0_u8..)
        .map(|(len, at)| vec![at; len])
        .collect();
    for blob in &blobs {
        client.put_blob(blob.clone()).await;
    }
    let (rotten, gone) = (ContentHash::of(&blobs[1]), ContentHash::of(&blobs[4]));
    flip_last_byte(&site, rotten);
    objects::remove(site.data(), gone);
    let mut damaged = fovea_server::scrub(site.data())
        .await
        .expect("reads")
        .damaged;
    damaged.sort();
    let mut expected = vec![rotten, gone];
    expected.sort();
    assert_eq!(damaged, expected);
    assert_eq!(
        client
            .send(Method::HEAD, &format!("/v1/blobs/{rotten}"))
            .await
            .status(),
        404
    );
    let have: HaveResponse = client
        .post_ok(
            "/v1/sync/have",
            &HaveRequest {
                blobs: vec![gone, rotten],
            },
            200,
        )
        .await;
    assert_eq!(have.missing, [gone, rotten]);
    client.put_blob(blobs[1].clone()).await;
    client.put_blob(blobs[4].clone()).await;
    assert!(
        fovea_server::scrub(site.data())
            .await
            .expect("reads")
            .damaged
            .is_empty()
    );
    let served = client
        .send(Method::GET, &format!("/v1/blobs/{rotten}"))
        .await
        .bytes()
        .await
        .expect("bytes");
    assert_eq!(served, blobs[1]);
}

#[tokio::test]
async fn rotten_bytes_are_never_served() {
    let site = Site::start().await;
    let client = site.labeler();
    for len in [1_000, 100_000] {
        let sha256 = client.put_blob(vec![7; len]).await;
        flip_last_byte(&site, sha256);
        let path = format!("/v1/blobs/{sha256}");
        let problem = crate::client::problem(client.send(Method::GET, &path).await).await;
        assert_eq!(
            (problem.status, problem.code.as_str()),
            (404, "blob_missing")
        );
    }
}

#[tokio::test]
async fn a_small_object_of_an_older_program_is_read_from_the_store() {
    let site = Site::start().await;
    let client = site.labeler();
    let sha256 = client.put_blob(vec![8; 1_000]).await;
    objects::put_into_store(site.data(), sha256);
    let path = format!("/v1/blobs/{sha256}");
    let served = client.send(Method::GET, &path).await;
    assert_eq!(served.bytes().await.expect("bytes"), vec![8; 1_000]);
    let scrubbed = fovea_server::scrub(site.data()).await.expect("reads");
    assert_eq!((scrubbed.blobs, scrubbed.damaged.len()), (1, 0));
}

#[tokio::test]
async fn objects_are_encrypted_and_folders_closed() {
    let site = Site::start().await;
    for times in [40, 4_000] {
        let text = b"a recognisable run of bytes".repeat(times);
        let sha256 = site.labeler().put_blob(text.clone()).await;
        let stored = objects::sealed(site.data(), sha256);
        assert!(stored.starts_with(b"age-encryption.org/v1"));
        assert!(!stored.windows(16).any(|window| window == &text[..16]));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for name in home::SECRET_FILES {
            let mode = std::fs::metadata(site.data().join(name))
                .expect("is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }
}

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test]
async fn whatever_rots_is_found_and_nothing_else() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let site = Site::start().await;
    let client = site.labeler();
    let mut rotten = Vec::new();
    let mut blobs = Vec::new();
    for at in 0..40_u8 {
        // Small ones lie in the database, the others in the store.
        let blob = vec![at; random.random_range(1..36_000)];
        let sha256 = client.put_blob(blob.clone()).await;
        let mut stored = objects::sealed(site.data(), sha256);
        let place = random.random_range(0..stored.len());
        match random.random_range(0..6) {
            0 => stored[place] ^= 1 << random.random_range(0..8),
            1 => stored.truncate(place),
            2 => stored.push(0),
            3 => stored.fill(0),
            _ => {
                blobs.push((sha256, blob));
                continue;
            }
        }
        objects::write(site.data(), sha256, &stored);
        rotten.push(sha256);
    }
    for sha256 in &rotten {
        let served = client
            .send(Method::GET, &format!("/v1/blobs/{sha256}"))
            .await;
        assert_eq!(served.status(), 404, "seed {seed}: {sha256}");
    }
    let scrubbed = fovea_server::scrub(site.data()).await.expect("reads");
    rotten.sort();
    assert_eq!(scrubbed.damaged, rotten, "seed {seed}");
    for (sha256, blob) in blobs {
        let served = client
            .send(Method::GET, &format!("/v1/blobs/{sha256}"))
            .await;
        assert_eq!(served.bytes().await.expect("bytes"), blob, "seed {seed}");
    }
}
