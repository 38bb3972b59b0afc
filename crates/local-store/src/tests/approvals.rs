//! Which version of a tile is the approved one.

use fovea_annotation::{ContentHash, TileId, VersionId};
use uuid::Uuid;

use crate::fixture::Fixture;
use crate::{RemoteApproval, RemoteChanges};

fn approval(tile_id: TileId, version: u8, at_us: i64) -> RemoteApproval {
    RemoteApproval {
        tile_id,
        version_id: VersionId(ContentHash::of(&[version])),
        comment: String::new(),
        approver: "rita".into(),
        approved_at_us: at_us,
    }
}

fn told(fixture: &mut Fixture, cursor: u64, approvals: &[RemoteApproval]) -> usize {
    let page = RemoteChanges {
        approvals: approvals.to_vec(),
        ..RemoteChanges::default()
    };
    let applied = fixture.store.apply_changes(cursor, &page, cursor + 1);
    applied.expect("applies")
}

fn approved(fixture: &mut Fixture, tile_id: TileId) -> Option<RemoteApproval> {
    fixture.store.open_tile(tile_id).expect("opens").approval
}

#[test]
fn the_last_approval_of_a_tile_counts_also_where_it_is_of_an_earlier_version() {
    let (mut fixture, tile_id) = Fixture::with_case();
    assert_eq!(approved(&mut fixture, tile_id), None);
    let [first, second, again] =
        [(1, 50), (2, 60), (1, 70)].map(|(version, at_us)| approval(tile_id, version, at_us));
    let elsewhere = approval(TileId(ContentHash::of(b"elsewhere")), 3, 90);
    assert_eq!(
        told(&mut fixture, 0, &[first.clone(), second.clone(), elsewhere]),
        3
    );
    assert_eq!(told(&mut fixture, 1, &[first]), 0, "known");
    let mut fixture = fixture.reopen();
    assert_eq!(approved(&mut fixture, tile_id), Some(second));
    told(&mut fixture, 2, std::slice::from_ref(&again));
    assert_eq!(approved(&mut fixture, tile_id), Some(again));
}

#[test]
fn a_restored_server_tells_anew_what_is_approved() {
    let (mut fixture, tile_id) = Fixture::with_case();
    told(&mut fixture, 0, &[approval(tile_id, 1, 50)]);
    let (server, incarnation) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let reset = fixture.store.reset_for_new_incarnation(server, incarnation);
    reset.expect("resets");
    assert_eq!(approved(&mut fixture, tile_id), None);
}
