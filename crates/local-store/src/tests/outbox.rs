//! What waits for the server, in which order, and what a restored server changes.

use fovea_annotation::{LabelVersion, Mask, SaveState, TileId, VersionId, VersionKind};
use uuid::Uuid;

use crate::fixture::{Fixture, SIZE, disc, new_case};
use crate::{AckOutcome, OutboxBody, RemoteChanges, RemoteVersion, SaveRequest};

fn kinds(fixture: &Fixture) -> Vec<&'static str> {
    let batch = fixture.store.outbox_batch(100).expect("reads");
    batch
        .iter()
        .map(|item| match item.body {
            OutboxBody::Case { .. } => "case",
            OutboxBody::Prediction(_) => "prediction",
            OutboxBody::Version(_) => "version",
        })
        .collect()
}

fn ack_all(fixture: &mut Fixture) {
    let batch = fixture.store.outbox_batch(100).expect("reads");
    let acks: Vec<_> = batch
        .iter()
        .map(|item| (item.op_id, AckOutcome::Accepted))
        .collect();
    fixture.store.mark_acked(&acks).expect("acks");
}

fn predicted() -> (Fixture, TileId, Mask) {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, 5, 8.0, 8.0);
    fixture.predict(tile_id, &mask, 0.6);
    (fixture, tile_id, mask)
}

#[test]
fn operations_leave_in_the_order_in_which_they_depend() {
    let (mut fixture, tile_id, mut mask) = predicted();
    disc(&mut mask, 1, 20.0, 8.0);
    let request = SaveRequest {
        tile_id,
        mask: &mask,
        author: "ada",
        comment: "",
    };
    fixture.store.save_version(&request).expect("saves");
    assert_eq!(
        kinds(&fixture),
        ["case", "prediction", "version", "version"]
    );
    let counts = fixture.store.pending_counts().expect("counts");
    assert_eq!(
        (counts.queued, counts.queued_versions, counts.parked),
        (4, 2, 0)
    );
    ack_all(&mut fixture);
    assert_eq!(
        fixture.store.save_state(tile_id).expect("state"),
        SaveState::OnServer
    );
    assert_eq!(kinds(&fixture), Vec::<&str>::new());
}

#[test]
fn a_deferred_operation_holds_back_its_own_case_only() {
    let (mut fixture, _, _) = predicted();
    let other = fixture
        .store
        .import_case(&new_case(2, 1))
        .expect("imports")
        .case_id;
    let first = fixture.store.outbox_batch(1).expect("reads")[0].op_id;
    let later = 1_000_000 + 60_000_000;
    fixture.store.defer(first, later, "busy").expect("defers");
    let batch = fixture.store.outbox_batch(100).expect("reads");
    assert_eq!(
        batch.iter().map(|item| item.case_id).collect::<Vec<_>>(),
        [other]
    );
    assert_eq!(
        fixture.store.outbox_next_at_us().expect("reads"),
        Some(later)
    );
    fixture.clock.advance_us(60_000_000);
    assert_eq!(
        fixture.store.outbox_batch(100).expect("reads")[0].attempts,
        1
    );
}

#[test]
fn what_is_refused_is_parked_exported_and_sent_again() {
    let (mut fixture, tile_id, _) = predicted();
    let version = fixture
        .store
        .outbox_batch(100)
        .expect("reads")
        .pop()
        .expect("the version");
    fixture
        .store
        .park(
            version.op_id,
            "schema_unknown",
            "The server does not know this schema.",
        )
        .expect("parks");
    assert_eq!(kinds(&fixture), ["case", "prediction"]);
    ack_all(&mut fixture);
    assert_eq!(
        fixture.store.save_state(tile_id).expect("state"),
        SaveState::Queued,
        "parked is not on the server"
    );

    let parked = fixture.store.parked().expect("reads");
    assert_eq!(
        (parked.len(), parked[0].code.as_str()),
        (1, "schema_unknown")
    );
    assert!(
        fixture
            .store
            .export_parked()
            .expect("exports")
            .contains("schema_unknown")
    );
    assert_eq!(fixture.store.resubmit_parked().expect("moves"), 1);
    let again = fixture.store.outbox_batch(100).expect("reads").remove(0);
    assert_ne!(again.op_id, version.op_id);
    assert_eq!((again.seq, again.body), (version.seq, version.body));
}

#[test]
fn a_restored_server_is_offered_everything_again_in_order() {
    let (mut fixture, _, _) = predicted();
    let (server, before, after) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    assert_eq!(
        fixture
            .store
            .reset_for_new_incarnation(server, before)
            .expect("meets"),
        3
    );
    let offered: Vec<_> = fixture
        .store
        .outbox_batch(100)
        .expect("reads")
        .iter()
        .map(|item| item.op_id)
        .collect();
    ack_all(&mut fixture);
    fixture
        .store
        .apply_changes(0, &RemoteChanges::default(), 7)
        .expect("applies");

    let mut fixture = fixture.reopen();
    let state = fixture.store.sync_state().expect("reads");
    assert_eq!((state.server, state.cursor), (Some((server, before)), 7));
    assert_eq!(
        fixture
            .store
            .reset_for_new_incarnation(server, after)
            .expect("meets"),
        3
    );
    let again: Vec<_> = fixture
        .store
        .outbox_batch(100)
        .expect("reads")
        .iter()
        .map(|item| item.op_id)
        .collect();
    assert_eq!(again, offered);
    assert_eq!(fixture.store.sync_state().expect("reads").cursor, 0);
}

fn child(parent: &LabelVersion, comment: &str) -> LabelVersion {
    LabelVersion {
        number: parent.number + 1,
        parents: vec![parent.id],
        author: "bob".into(),
        kind: VersionKind::Edit,
        comment: comment.into(),
        hlc: parent.hlc + 1,
        ..parent.clone()
    }
    .sealed()
}

fn working(fixture: &mut Fixture, tile_id: TileId) -> VersionId {
    fixture
        .store
        .open_tile(tile_id)
        .expect("opens")
        .working
        .expect("a version")
        .id
}

#[test]
fn another_persons_version_is_taken_up_only_where_nothing_is_lost() {
    let (mut fixture, tile_id, mask) = predicted();
    let v1 = fixture.store.versions(tile_id).expect("lists").remove(0);
    let theirs = child(&v1, "theirs");
    assert_eq!(
        fixture
            .store
            .apply_changes(0, &version_page(theirs.clone()), 4)
            .expect("applies"),
        1
    );
    assert_eq!(
        fixture
            .store
            .apply_changes(0, &version_page(theirs.clone()), 4)
            .expect("applies"),
        0,
        "a stale page"
    );
    let labels = fixture.store.tile_labels(tile_id).expect("reads");
    assert_eq!((labels.ahead, labels.versions.len()), (Some(theirs.id), 2));
    assert_eq!(working(&mut fixture, tile_id), theirs.id);
    let labels = fixture.store.tile_labels(tile_id).expect("reads");
    assert_eq!((labels.ahead, labels.unsaved), (None, false));

    // Both build on the same version: a fork, and this person stays where they are.
    let mut mine = mask;
    disc(&mut mine, 2, 24.0, 10.0);
    let request = SaveRequest {
        tile_id,
        mask: &mine,
        author: "ada",
        comment: "",
    };
    let mine = fixture
        .store
        .save_version(&request)
        .expect("saves")
        .version()
        .clone();
    let forked = child(&theirs, "forked");
    fixture
        .store
        .apply_changes(4, &version_page(forked.clone()), 5)
        .expect("applies");
    assert_eq!(working(&mut fixture, tile_id), mine.id);
    let mut heads = vec![mine.id, forked.id];
    heads.sort();
    assert_eq!(fixture.store.heads(tile_id).expect("reads"), heads);
}

#[test]
fn a_tampered_version_is_refused_and_the_cursor_stays() {
    let (mut fixture, tile_id, _) = predicted();
    let v1 = fixture.store.versions(tile_id).expect("lists").remove(0);
    let tampered = LabelVersion {
        author: "eve".into(),
        ..child(&v1, "")
    };
    assert!(
        fixture
            .store
            .apply_changes(0, &version_page(tampered), 4)
            .is_err()
    );
    assert_eq!(fixture.store.sync_state().expect("reads").cursor, 0);
}

#[test]
fn another_persons_version_is_offered_to_a_restored_server_before_what_builds_on_it() {
    let (mut fixture, tile_id, mask) = predicted();
    ack_all(&mut fixture);
    let v1 = fixture.store.versions(tile_id).expect("lists").remove(0);
    let theirs = child(&v1, "theirs");
    fixture
        .store
        .apply_changes(0, &version_page(theirs.clone()), 4)
        .expect("applies");
    assert_eq!(working(&mut fixture, tile_id), theirs.id);
    let mut mine = mask;
    disc(&mut mine, 2, 24.0, 10.0);
    let request = SaveRequest {
        tile_id,
        mask: &mine,
        author: "ada",
        comment: "",
    };
    let mine = fixture
        .store
        .save_version(&request)
        .expect("saves")
        .version()
        .clone();
    assert_eq!(mine.parents, [theirs.id]);
    assert_eq!(
        fixture
            .store
            .reset_for_new_incarnation(Uuid::now_v7(), Uuid::now_v7())
            .expect("meets"),
        5
    );
    let batch = fixture.store.outbox_batch(100).expect("reads");
    let versions: Vec<_> = batch
        .iter()
        .filter_map(|item| match &item.body {
            OutboxBody::Version(version) => Some(version.id),
            _ => None,
        })
        .collect();
    assert_eq!(versions, [v1.id, theirs.id, mine.id]);
}

fn version_page(version: LabelVersion) -> RemoteChanges {
    RemoteChanges {
        versions: vec![RemoteVersion(version)],
        ..RemoteChanges::default()
    }
}
