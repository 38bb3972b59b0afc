//! Keys, locks and what an outsider finds on the disk.

use fovea_annotation::Mask;

use crate::fixture::{Fixture, SIZE, key, new_case, stroke};
use crate::{Store, StoreError, StoreKey};

#[test]
fn the_wrong_key_is_one_clear_error_and_changes_nothing() {
    let (fixture, _) = Fixture::with_case();
    let path = fixture.store.path().to_owned();
    let dir = fixture.dir;
    drop(fixture.store);
    let error = Store::open(&path, &StoreKey::from_bytes([1; 32])).expect_err("another key");
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    let store = Store::open(&path, &key()).expect("the right key");
    assert_eq!(store.list_cases().expect("lists").len(), 1);
    drop(dir);
}

#[test]
fn a_store_is_open_once_but_has_siblings() {
    let (mut fixture, _) = Fixture::with_case();
    let error = Store::open(fixture.store.path(), &key()).expect_err("it is open");
    assert!(matches!(error, StoreError::AlreadyOpen { .. }), "{error}");
    let sibling = fixture.store.sibling().expect("a second connection");
    fixture.store.import_case(&new_case(2, 1)).expect("imports");
    assert_eq!(sibling.list_cases().expect("lists").len(), 2);
}

#[test]
fn nothing_lies_on_the_disk_in_plain() {
    const CANARY: &[u8] = b"canary-that-nobody-may-read";
    let mut fixture = Fixture::new();
    let mut case = new_case(1, 1);
    case.title = String::from_utf8_lossy(CANARY).into_owned();
    case.tiles[0].raw_png = CANARY.repeat(500);
    let tile_id = fovea_annotation::TileId::of(case.case_id, 0);
    fixture.store.import_case(&case).expect("imports");
    let mut mask = Mask::background(SIZE);
    let entry = stroke(&mut mask, 2, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    fixture
        .store
        .back_up_to(&fixture.dir.path().join("copy.db"))
        .expect("copies");

    let mut seen = 0;
    for file in std::fs::read_dir(fixture.dir.path()).expect("lists") {
        let bytes = std::fs::read(file.expect("entry").path()).expect("reads");
        seen += bytes.len();
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY));
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
    assert!(
        seen > CANARY.len() * 1_000,
        "database, log and copy were looked at"
    );
}

#[test]
fn damage_of_stored_bytes_is_noticed_on_reading() {
    let (fixture, _) = Fixture::with_case();
    let conn = fixture.store.conn();
    conn.execute_batch("DROP TRIGGER blobs_no_update")
        .expect("the test may");
    let raw = fixture
        .store
        .case_tiles(new_case(1, 1).case_id)
        .expect("lists")[0]
        .raw;
    conn.execute(
        "UPDATE blobs SET bytes = x'00' WHERE sha256 = ?1",
        [raw.as_bytes()],
    )
    .expect("damages");
    assert!(matches!(fixture.store.blob(raw), Err(StoreError::Damaged { hash }) if hash == raw));
}
