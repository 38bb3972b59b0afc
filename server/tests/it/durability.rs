//! `kill -9` of a real server process: nothing that was acknowledged is lost.

use fovea_protocol::{
    Op, OpBody, OpOutcome, PushRequest, PushResponse, VersionGraph, VersionOffer,
};
use fovea_server::Role;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::client::Client;
use crate::process::Process;
use crate::sample::{case_op, mask, payload, tile_id, version};

const ROUNDS: u32 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost() {
    let folder = crate::home::data_folder();
    let token =
        fovea_server::create_user(folder.path(), "ada", Role::Labeler, None).expect("the account");
    let tile = tile_id("case", 0);
    let mut acknowledged: Vec<VersionOffer> = Vec::new();
    let mut number = 1;
    for round in 0..ROUNDS {
        let mut process = Process::serving("serve", folder.path());
        let client = Client::new(&process.url(), Some(token.clone()));
        if round == 0 {
            assert_eq!(
                client.push(vec![case_op(&client, "case", 1).await]).await,
                [OpOutcome::Accepted]
            );
        }
        let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
        for version in &acknowledged {
            assert!(
                graph
                    .versions
                    .iter()
                    .any(|record| record.version == *version),
                "v{} was lost",
                version.number
            );
        }
        // What was stored without an answer may be there as well; the line goes on from it.
        let mut parent = graph.versions.last().map(|record| record.version.clone());
        number = number.max(parent.as_ref().map_or(0, |version| version.number) + 1);
        let (acks, first_acks) = mpsc::channel(1_000);
        let killer = tokio::spawn(kill_in_flight(process, first_acks, round));
        while let Some(pushed) = push_next(&client, parent.as_ref(), number).await {
            acknowledged.push(pushed.clone());
            parent = Some(pushed);
            number += 1;
            // The killer stops listening before it strikes.
            let _ = acks.try_send(());
        }
        killer.await.expect("kills");
    }
    assert!(
        acknowledged.len() >= ROUNDS as usize,
        "{} pushes were acknowledged",
        acknowledged.len()
    );
    let report = fovea_server::verify_audit(folder.path()).expect("reads");
    assert_eq!(report.faults, []);
    assert!(
        fovea_server::scrub(folder.path())
            .await
            .expect("reads")
            .damaged
            .is_empty()
    );
}

/// Kills while the push after the first acknowledged ones is somewhere on its way, a little later in each round.
async fn kill_in_flight(process: Process, mut acks: mpsc::Receiver<()>, round: u32) {
    for _ in 0..=round {
        acks.recv().await.expect("a push is acknowledged");
    }
    for _ in 0..round * 40 {
        tokio::task::yield_now().await;
    }
    process.kill();
}

/// Sends the next version; `None` once the server is gone.
async fn push_next(
    client: &Client,
    parent: Option<&VersionOffer>,
    number: u32,
) -> Option<VersionOffer> {
    let mask = mask((number % 12) as u8, number as usize % 100);
    let version = version(
        tile_id("case", 0),
        number,
        parent.iter().map(|parent| parent.id).collect(),
        &mask,
    );
    let blob = client
        .request(
            reqwest::Method::PUT,
            &format!("/v1/blobs/{}", version.payload),
        )
        .body(payload(&mask));
    blob.send().await.ok()?.error_for_status().ok()?;
    let op = Op {
        op_id: Uuid::new_v4(),
        body: OpBody::PushVersion(version.clone()),
    };
    let push = client
        .request(reqwest::Method::POST, "/v1/sync/push")
        .json(&PushRequest { ops: vec![op] });
    let answer: PushResponse = push.send().await.ok()?.json().await.ok()?;
    assert_eq!(answer.results[0].outcome, OpOutcome::Accepted);
    Some(version)
}
