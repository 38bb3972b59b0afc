//! Labels and version graphs from elsewhere become versions, and hide nobody's work.

use fovea_annotation::{ContentHash, Mask, TileId, VersionKind, mask_to_payload};

use crate::fixture::{Fixture, SIZE, disc, new_case, stroke};
use crate::{ImportedLabel, ImportedVersion, SaveRequest, StoreError};

fn label(class: u8) -> Mask {
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, class, 10.0, 10.0);
    mask
}

fn import(fixture: &mut Fixture, tile_id: TileId, mask: &Mask) -> crate::ImportedLabels {
    let labels = [ImportedLabel { tile_id, mask }];
    fixture
        .store
        .import_labels(&labels, "ada", "Imported from COCO JSON")
        .expect("imports")
}

#[test]
fn an_imported_label_is_a_version_that_says_where_it_came_from() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let imported = import(&mut fixture, tile_id, &label(2));
    let [version] = &imported.versions[..] else {
        panic!("one version")
    };
    assert_eq!((version.number, version.kind), (1, VersionKind::Edit));
    assert_eq!(version.comment, "Imported from COCO JSON");
    let open = fixture.store.open_tile(tile_id).expect("opens");
    assert_eq!((open.base_mask, open.journal.len()), (label(2), 0));
    assert!(!open.unsaved);
    let again = import(&mut fixture, tile_id, &label(2));
    assert_eq!((again.versions.len(), again.unchanged_count), (0, 1));
}

#[test]
fn strokes_that_no_version_holds_become_one_first() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut drawn = Mask::background(SIZE);
    let entry = stroke(&mut drawn, 5, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    let imported = import(&mut fixture, tile_id, &label(2));
    assert_eq!(imported.versions[0].number, 2);
    let parent = imported.versions[0].parents[0];
    assert_eq!(fixture.store.version_mask(parent).expect("reads"), drawn);
}

#[test]
fn labels_of_another_size_are_refused_as_a_whole() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let (good, other) = (
        label(2),
        Mask::background(fovea_geometry::SizePx::new(8, 8)),
    );
    let second = TileId::of(new_case(1, 3).case_id, 1);
    let labels = [
        ImportedLabel {
            tile_id,
            mask: &good,
        },
        ImportedLabel {
            tile_id: second,
            mask: &other,
        },
    ];
    let error = fixture.store.import_labels(&labels, "ada", "");
    let error = error.expect_err("two sizes");
    assert!(
        error.to_string().contains("B-scan 2 is 32×24 px"),
        "{error}"
    );
    assert!(fixture.store.versions(tile_id).expect("reads").is_empty());
}

/// The versions of a tile with their payloads, as a project bundle holds them.
fn bundle(fixture: &Fixture, tile_id: TileId) -> Vec<ImportedVersion> {
    let versions = fixture.store.versions(tile_id).expect("reads");
    let whole = |version: fovea_annotation::LabelVersion| ImportedVersion {
        payload: fixture.store.blob(version.payload).expect("there"),
        version,
    };
    versions.into_iter().map(whole).collect()
}

fn save(fixture: &mut Fixture, tile_id: TileId, mask: &Mask) {
    let request = SaveRequest {
        tile_id,
        mask,
        author: "ada",
        comment: "",
    };
    fixture.store.save_version(&request).expect("saves");
}

#[test]
fn a_version_graph_keeps_its_ids_and_arrives_once() {
    let (mut origin, tile_id) = Fixture::with_case();
    save(&mut origin, tile_id, &label(2));
    save(&mut origin, tile_id, &label(3));
    let graph = bundle(&origin, tile_id);
    let (mut other, _) = Fixture::with_case();
    assert_eq!(other.store.import_versions(&graph).expect("imports"), 2);
    assert_eq!(
        other.store.versions(tile_id).expect("reads"),
        origin.store.versions(tile_id).expect("reads")
    );
    let newest = graph[1].version.id;
    other
        .store
        .work_on(tile_id, newest)
        .expect("an untouched tile");
    let first = graph[0].version.id;
    other.store.work_on(tile_id, first).expect("left alone");
    let open = other.store.open_tile(tile_id).expect("opens");
    assert_eq!(open.base_mask, label(3));
    assert_eq!(open.working.map(|working| working.number), Some(2));
    let waiting = other.store.pending_counts().expect("counts");
    assert_eq!(other.store.import_versions(&graph).expect("imports"), 0);
    assert_eq!(other.store.pending_counts().expect("counts"), waiting);
}

#[test]
fn a_version_graph_that_does_not_hold_together_changes_nothing() {
    let (mut origin, tile_id) = Fixture::with_case();
    save(&mut origin, tile_id, &label(2));
    save(&mut origin, tile_id, &label(3));
    let good = bundle(&origin, tile_id);
    let mut edited = good.clone();
    edited[1].version.author = "eve".into();
    let mut swapped = good.clone();
    swapped[1].payload = mask_to_payload(&label(9)).expect("encodes");
    let orphan = vec![good[1].clone()];
    let mut elsewhere = good.clone();
    elsewhere[0].version.tile = TileId(ContentHash::of(b"nowhere"));
    elsewhere[0].version = elsewhere[0].version.clone().sealed();
    let (mut other, _) = Fixture::with_case();
    for (what, bad) in [
        ("edited", edited),
        ("swapped", swapped),
        ("orphan", orphan),
        ("elsewhere", elsewhere),
    ] {
        let error = other.store.import_versions(&bad).expect_err(what);
        assert!(
            matches!(
                error,
                StoreError::Refused { .. } | StoreError::Missing { .. }
            ),
            "{what}: {error}"
        );
        assert!(other.store.versions(tile_id).expect("reads").is_empty());
    }
}
