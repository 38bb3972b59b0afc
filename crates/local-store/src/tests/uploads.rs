//! Scans on their way to the server: what of them survives, and that the bytes come back as they were.

use fovea_annotation::{CaseId, ContentHash};

use crate::fixture::Fixture;
use crate::{NewUpload, UploadStage};

fn scan(bytes: &[u8]) -> NewUpload<'_> {
    NewUpload {
        name: "macula_right.dcm",
        case_id: CaseId(ContentHash::of(bytes)),
        device_id: "oct-2",
        consent: "written",
        laterality: "right",
        bytes,
    }
}

/// Two pieces and a bit, no two bytes next to each other alike.
fn bytes() -> Vec<u8> {
    (0..2 * 1024 * 1024 + 77_u32)
        .map(|at| (at % 251) as u8)
        .collect()
}

#[test]
fn bytes_come_back_from_any_place() {
    let mut fixture = Fixture::new();
    let bytes = bytes();
    let upload = fixture.store.add_upload(&scan(&bytes)).expect("stores");
    let mib = 1024 * 1024;
    for (offset, len) in [
        (0, bytes.len()),
        (0, 1),
        (1, mib),
        (mib, mib),
        (mib - 1, 2),
        (2 * mib + 70, 900),
        (bytes.len(), 10),
    ] {
        let found = fixture
            .store
            .upload_bytes(upload, offset as u64, len)
            .expect("reads");
        let end = (offset + len).min(bytes.len());
        assert!(found == bytes[offset..end], "{len} bytes from {offset}");
    }
}

#[test]
fn how_far_an_upload_is_survives_a_restart() {
    let mut fixture = Fixture::new();
    let bytes = bytes();
    let store = &mut fixture.store;
    let upload = store.add_upload(&scan(&bytes)).expect("stores");
    store
        .place_upload(upload, Some("http://h/v1/uploads/1"))
        .expect("places");
    store.note_upload_received(upload, 4_711).expect("notes");
    store.note_upload_offered(upload).expect("notes");
    store
        .stage_upload(upload, UploadStage::Paused, "")
        .expect("pauses");
    let again = store.add_upload(&scan(&bytes)).expect("stores");
    assert_eq!(again, upload, "a scan on its way is not doubled");

    let mut fixture = fixture.reopen();
    let found = fixture.store.uploads().expect("reads").remove(0);
    assert_eq!(found.length, bytes.len() as u64);
    assert_eq!(
        (found.stage, found.received, found.offered),
        (UploadStage::Paused, 4_711, true)
    );
    assert_eq!(found.place.as_deref(), Some("http://h/v1/uploads/1"));

    fixture.store.place_upload(upload, None).expect("places");
    let anew = fixture.store.uploads().expect("reads").remove(0);
    assert_eq!((anew.place, anew.received, anew.offered), (None, 0, false));
}

#[test]
fn what_is_done_keeps_no_bytes_and_stays_done() {
    let mut fixture = Fixture::new();
    let bytes = bytes();
    let store = &mut fixture.store;
    let upload = store.add_upload(&scan(&bytes)).expect("stores");
    let case_id = CaseId(ContentHash::of(b"what the server says"));
    store
        .finish_upload(upload, case_id, "A warning.")
        .expect("ends");
    store
        .stage_upload(upload, UploadStage::Paused, "")
        .expect("changes nothing");
    let found = store.uploads().expect("reads").remove(0);
    assert_eq!((found.stage, found.case_id), (UploadStage::Done, case_id));
    assert_eq!(found.sentence, "A warning.");
    let left = store.upload_bytes(upload, 0, 10).expect("reads");
    assert_eq!(left, [0; 0]);
    let another = store.add_upload(&scan(&bytes)).expect("stores");
    assert_ne!(another, upload);
    store.remove_upload(another).expect("removes");
    store.remove_upload(upload).expect("removes");
    assert_eq!(store.uploads().expect("reads"), []);
    let parts = "SELECT count(*) FROM upload_parts";
    let count: i64 = store
        .conn()
        .query_row(parts, [], |row| row.get(0))
        .expect("counts");
    assert_eq!(count, 0);
}

#[test]
fn devices_are_known_by_their_last_use() {
    let mut fixture = Fixture::new();
    for (device_id, bytes) in [("oct-1", b"a"), ("oct-2", b"b"), ("oct-1", b"c")] {
        fixture.clock.advance_us(1_000);
        let new = NewUpload {
            device_id,
            ..scan(bytes)
        };
        fixture.store.add_upload(&new).expect("stores");
    }
    let known = fixture.store.known_devices().expect("reads");
    assert_eq!(known, ["oct-1", "oct-2"]);
}
