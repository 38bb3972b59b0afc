//! A database server that goes away and comes back.

use fovea_protocol::{OpOutcome, VersionGraph};

use crate::home;
use crate::sample::{case_op, mask, sent_version, tile_id};
use crate::site::Site;

#[tokio::test]
async fn work_goes_on_after_every_connection_was_cut() {
    let site = Site::start().await;
    let client = site.labeler();
    let case = case_op(&client, "case", 1).await;
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
    let tile = tile_id("case", 0);
    let mut parents = vec![];
    for number in 1..=5 {
        home::server().cut_connections(&home::database(site.data()));
        let version = sent_version(&client, tile, number, parents, &mask(7, number as usize)).await;
        parents = vec![version.id];
        let op = fovea_protocol::OpBody::PushVersion(version);
        assert_eq!(client.push(vec![op]).await, [OpOutcome::Accepted]);
    }
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    assert_eq!(graph.versions.len(), 5);
    assert_eq!(
        fovea_server::verify_audit(site.data())
            .expect("reads")
            .faults,
        []
    );
}
