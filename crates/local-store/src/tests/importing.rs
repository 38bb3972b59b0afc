//! Imports are whole or absent, and the same content is the same case.

use fovea_annotation::TileId;

use crate::fixture::{Fixture, SIZE, new_case};
use crate::{OutboxBody, StoreError};

#[test]
fn a_case_is_listed_with_its_tiles() {
    let (fixture, tile_id) = Fixture::with_case();
    let cases = fixture.store.list_cases().expect("lists");
    assert_eq!(cases.len(), 1);
    let case = &cases[0];
    assert_eq!(
        (
            case.title.as_str(),
            case.tile_count,
            case.laterality.as_str()
        ),
        ("case 1", 3, "right")
    );
    assert_eq!(case.spacing_um.map(|s| s.y), Some(4.0));
    assert_eq!(case.warnings, ["one"]);
    let tiles = fixture.store.case_tiles(case.case_id).expect("lists");
    assert_eq!(
        tiles.iter().map(|t| t.bscan_index).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert_eq!((tiles[0].tile_id, tiles[0].size), (tile_id, SIZE));
    assert_eq!(
        fixture.store.blob(tiles[1].raw).expect("bytes"),
        [1, 1, 1, 2]
    );
}

#[test]
fn the_same_content_is_the_same_case_and_is_offered_once() {
    let mut fixture = Fixture::new();
    let first = fixture.store.import_case(&new_case(1, 2)).expect("imports");
    let mut again = new_case(1, 2);
    again.title = "another name".into();
    assert_eq!(fixture.store.import_case(&again).expect("imports"), first);
    let batch = fixture.store.outbox_batch(10).expect("reads");
    assert_eq!(batch.len(), 1);
    assert!(matches!(&batch[0].body, OutboxBody::Case { tiles, .. } if tiles.len() == 2));
}

#[test]
fn a_case_without_bscans_is_refused() {
    let mut fixture = Fixture::new();
    assert!(matches!(
        fixture.store.import_case(&new_case(1, 0)),
        Err(StoreError::Refused { .. })
    ));
    assert!(fixture.store.list_cases().expect("lists").is_empty());
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let mut fixture = Fixture::new();
    let nowhere = TileId::of(new_case(9, 1).case_id, 0);
    let error = fixture.store.open_tile(nowhere).expect_err("no such tile");
    assert!(error.to_string().contains("no tile"), "{error}");
}

#[test]
fn a_full_disk_leaves_nothing_half_done() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let count = |f: &Fixture, table: &str| -> i64 {
        f.store
            .conn()
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("counts")
    };
    let tables = [
        "cases",
        "tiles",
        "blobs",
        "outbox",
        "label_versions",
        "journal",
        "predictions",
    ];
    let before: Vec<i64> = tables.iter().map(|t| count(&fixture, t)).collect();
    let pages: i64 = fixture
        .store
        .conn()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .expect("pages");
    fixture
        .store
        .conn()
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .expect("limits");

    let mut large = new_case(2, 3);
    for (i, tile) in large.tiles.iter_mut().enumerate() {
        tile.raw_png = vec![i as u8; 40_000];
    }
    assert!(matches!(
        fixture.store.import_case(&large),
        Err(StoreError::DiskFull)
    ));
    let after: Vec<i64> = tables.iter().map(|t| count(&fixture, t)).collect();
    assert_eq!(after, before);

    fixture
        .store
        .conn()
        .pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(()))
        .expect("limits");
    fixture
        .store
        .import_case(&large)
        .expect("there is room again");
    fixture.store.check_integrity().expect("sound");
    assert!(fixture.store.open_tile(tile_id).is_ok());
}
