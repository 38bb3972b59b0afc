//! The disk of the database server is full: a plain answer, nothing half written, and work goes on when there is room.
//!
//! PostgreSQL refuses what does not fit while its log has room, and ends when it has none: its administrator then makes
//! room and starts it again.

use std::collections::HashSet;

use fovea_annotation::{Mask, VersionId};
use fovea_protocol::{Op, OpBody, OpOutcome, ProblemBody, PushRequest, PushResponse, VersionGraph};
use fovea_server::{Config, Role, Server, create_user, scrub, verify_audit};
use fovea_test_data::Postgres;
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use reqwest::Method;
use uuid::Uuid;

use crate::client::Client;
use crate::home;
use crate::sample::{case_op, commented_version, mask, payload, tile_id};

const DISK_MIB: u32 = 96;
const ROUNDS: u32 = 12;
/// Different masks; how the rows grow is what matters here.
const MASKS: usize = 9;
/// Versions of one push.
const VERSIONS: u32 = 30;
/// The disk is filled up to less than this, bytes.
const LEFT_MAX: u64 = 1_500_000;

/// `FOVEA_FAULT_SEED` repeats the choices of a run that failed.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_into_the_database_is_refused_and_taken_when_there_is_room() {
    let seed = std::env::var("FOVEA_FAULT_SEED").map_or(1, |text| text.parse().expect("a number"));
    let mut random = StdRng::seed_from_u64(seed);
    let database = Postgres::on_small_disk("the test of a full database disk", DISK_MIB);
    let database = database.expect("PostgreSQL is installed by `./x test`");
    let folder = home::data_folder_at(&database.new_database(), &home::store().endpoint());
    let token = create_user(folder.path(), "ada", Role::Labeler, None).expect("an account");
    let handle = Server::start(Config::on_free_port(folder.path())).await;
    let handle = handle.expect("starts");
    let client = Client::new(&handle.url(), Some(token));
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    for number in 0..MASKS as u32 {
        client.put_blob(payload(&mask_of(number))).await;
    }
    let tile = tile_id("case", 0);
    let (mut accepted, mut refused) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let what = format!("seed {seed}, round {round}");
        let ops = chain(&mut accepted, &mut random);
        database.fill(random.random_range(0..LEFT_MAX));
        let taken = try_push(&client, &ops, &what).await;
        refused += u32::from(taken.len() < ops.len());
        database.free();
        if client.send(Method::GET, "/readyz").await.status() != 200 {
            database.restart(false);
        }
        // The client tries again with the same operations, as it does after any answer like this. One that was refused
        // may have been written all the same: the connection may break after the commit.
        for (op, outcome) in ops.iter().zip(until_pushed(&client, &ops).await) {
            let is_there = outcome == OpOutcome::Duplicate;
            let is_new = outcome == OpOutcome::Accepted && !taken.contains(&op.op_id);
            assert!(is_there || is_new, "{what}: {outcome:?}");
        }
    }
    assert!(refused > 0, "seed {seed}: the disk was never full");
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    let held: Vec<_> = graph.versions.iter().map(|held| held.version.id).collect();
    assert_eq!(held, accepted, "seed {seed}");
    handle.shutdown().await;
    assert_eq!(verify_audit(folder.path()).expect("reads").faults, []);
    let scrubbed = scrub(folder.path()).await.expect("reads");
    assert_eq!(scrubbed.damaged.len(), 0);
}

/// Versions, each on top of the one before, with comments that no compression makes small.
fn chain(ids: &mut Vec<VersionId>, random: &mut StdRng) -> Vec<Op> {
    let mut ops = Vec::new();
    for _ in 0..VERSIONS {
        let number = ids.len() as u32 + 1;
        let parents = ids.last().copied().into_iter().collect();
        let mut noise = [0; 1_900];
        random.fill_bytes(&mut noise);
        let (mask, comment) = (mask_of(number), hex::encode(noise));
        let offer = commented_version(tile_id("case", 0), number, parents, &mask, comment);
        ids.push(offer.id);
        ops.push(Op {
            op_id: Uuid::new_v4(),
            body: OpBody::PushVersion(offer),
        });
    }
    ops
}

fn mask_of(number: u32) -> Mask {
    mask(7, number as usize % MASKS)
}

/// The operations that were taken; what was not says so plainly.
async fn try_push(client: &Client, ops: &[Op], what: &str) -> HashSet<Uuid> {
    let body = PushRequest { ops: ops.to_vec() };
    let answer = client.post("/v1/sync/push", &body).await;
    if answer.status() == 200 {
        let answer: PushResponse = answer.json().await.expect("an answer");
        let mut taken = HashSet::new();
        for result in answer.results {
            match result.outcome {
                OpOutcome::Accepted => drop(taken.insert(result.op_id)),
                OpOutcome::Rejected {
                    retryable: true, ..
                } => {}
                other => panic!("{what}: {other:?}"),
            }
        }
        return taken;
    }
    let status = answer.status().as_u16();
    let problem: ProblemBody = answer.json().await.expect("a problem");
    let is_plain = matches!(
        (status, problem.code.as_str()),
        (507, "storage_full") | (503, "database_unreachable" | "not_committed")
    );
    assert!(is_plain && problem.retryable, "{what}: {problem:?}");
    HashSet::new()
}

/// Pushes until the server takes it: it connects to the database again by itself.
async fn until_pushed(client: &Client, ops: &[Op]) -> Vec<OpOutcome> {
    loop {
        let body = PushRequest { ops: ops.to_vec() };
        let answer = client.post("/v1/sync/push", &body).await;
        if answer.status() == 200 {
            let answer: PushResponse = answer.json().await.expect("an answer");
            return answer.results.into_iter().map(|r| r.outcome).collect();
        }
    }
}
