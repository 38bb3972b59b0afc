//! Strokes, versions, rollback and what a restart finds.

use fovea_annotation::{History, JournalEntry, Mask, SaveState, VersionKind};
use proptest::prelude::*;

use crate::fixture::{Fixture, SIZE, disc, new_case, stroke};
use crate::{SaveOutcome, SaveRequest, StoreError};

fn save(fixture: &mut Fixture, tile_id: fovea_annotation::TileId, mask: &Mask) -> SaveOutcome {
    let request = SaveRequest {
        tile_id,
        mask,
        author: "ada",
        comment: "",
    };
    fixture.store.save_version(&request).expect("saves")
}

#[test]
fn predict_stroke_save_and_roll_back() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, 5, 8.0, 8.0);
    let v1 = fixture
        .predict(tile_id, &mask, 0.7)
        .version
        .expect("the first version");
    assert_eq!(
        (v1.number, v1.kind, v1.parents.len()),
        (1, VersionKind::Model, 0)
    );

    let predicted = mask.clone();
    let entry = stroke(&mut mask, 2, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    assert_eq!(
        fixture.store.save_state(tile_id).expect("state"),
        SaveState::OnDisk
    );

    let saved = save(&mut fixture, tile_id, &mask);
    let v2 = saved.version().clone();
    assert_eq!(
        (v2.number, v2.kind, &v2.parents),
        (2, VersionKind::Edit, &vec![v1.id])
    );
    assert_eq!(
        v2.diff.added_px(),
        mask.classes().iter().filter(|c| **c == 2).count() as u64
    );
    assert_eq!(
        fixture.store.save_state(tile_id).expect("state"),
        SaveState::Queued
    );
    assert_eq!(
        save(&mut fixture, tile_id, &mask),
        SaveOutcome::Unchanged(v2.clone())
    );

    let v3 = fixture
        .store
        .rollback_to(v1.id, "ada", "the model was right")
        .expect("rolls back");
    assert_eq!(
        (v3.number, v3.kind, v3.payload),
        (3, VersionKind::Rollback, v1.payload)
    );
    assert_eq!(v3.parents, [v2.id]);
    let tile = fixture.store.open_tile(tile_id).expect("opens");
    assert_eq!(
        (tile.base_mask, tile.journal.len(), tile.unsaved),
        (predicted, 0, false)
    );
    assert_eq!(
        tile.versions.iter().map(|v| v.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(tile.heads, [v3.id]);
    assert!(v3.hlc > v2.hlc && v2.hlc > v1.hlc);
}

#[test]
fn order_survives_a_clock_that_was_set_back() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, 5, 8.0, 8.0);
    let first = save(&mut fixture, tile_id, &mask).version().clone();
    fixture.clock.set_us(5);
    disc(&mut mask, 6, 18.0, 8.0);
    let second = save(&mut fixture, tile_id, &mask).version().clone();
    assert!(second.client_time_us < first.client_time_us && second.hlc > first.hlc);
}

#[test]
fn undo_survives_saving_and_a_restart() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    let entry = stroke(&mut mask, 2, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    save(&mut fixture, tile_id, &mask);

    let mut fixture = fixture.reopen();
    let tile = fixture.store.open_tile(tile_id).expect("opens");
    let (mut replayed, mut history) =
        History::replay(tile.base_mask, tile.journal).expect("replays");
    assert_eq!((&replayed, tile.unsaved), (&mask, false));
    history
        .undo(&mut replayed)
        .expect("fits")
        .expect("there is one");
    assert_eq!(replayed, Mask::background(SIZE));
}

#[test]
fn a_prediction_never_replaces_a_persons_work() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, 5, 8.0, 8.0);
    let v1 = fixture
        .predict(tile_id, &mask, 0.5)
        .version
        .expect("a version");
    assert_eq!(
        fixture.predict(tile_id, &mask, 0.5).version,
        Some(v1.clone()),
        "the same again is nothing new"
    );

    let mut person = mask.clone();
    let entry = stroke(&mut person, 3, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    disc(&mut mask, 6, 4.0, 4.0);
    assert_eq!(
        fixture.predict(tile_id, &mask, 0.6).version,
        None,
        "unsaved strokes stay"
    );
    save(&mut fixture, tile_id, &person);
    disc(&mut mask, 7, 28.0, 4.0);
    assert_eq!(
        fixture.predict(tile_id, &mask, 0.6).version,
        None,
        "a saved version stays"
    );
    let tile = fixture.store.open_tile(tile_id).expect("opens");
    let (replayed, _) = History::replay(tile.base_mask, tile.journal).expect("replays");
    assert_eq!(replayed, person);
}

#[test]
fn versions_and_journal_refuse_change() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mut mask = Mask::background(SIZE);
    let entry = stroke(&mut mask, 2, 20.0, 12.0);
    fixture
        .store
        .append_journal(tile_id, &[entry])
        .expect("appends");
    save(&mut fixture, tile_id, &mask);
    for sql in [
        "UPDATE label_versions SET origin = 'server'",
        "DELETE FROM label_versions",
        "UPDATE journal SET at_us = 0",
        "DELETE FROM journal",
        "UPDATE blobs SET bytes = x'00'",
    ] {
        assert!(fixture.store.conn().execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let mask = Mask::background(fovea_geometry::SizePx::new(3, 3));
    let request = SaveRequest {
        tile_id,
        mask: &mask,
        author: "ada",
        comment: "",
    };
    assert!(matches!(
        fixture.store.save_version(&request),
        Err(StoreError::Refused { .. })
    ));
}

#[test]
fn the_queue_ranks_what_no_person_has_settled() {
    let mut fixture = Fixture::new();
    let case = fixture.store.import_case(&new_case(1, 4)).expect("imports");
    let tiles = fixture.store.case_tiles(case.case_id).expect("lists");
    let mut mask = Mask::background(SIZE);
    for (tile, score) in tiles.iter().zip([0.2, 0.9, 0.5, 0.8]) {
        fixture.predict(tile.tile_id, &mask, score);
    }
    disc(&mut mask, 1, 5.0, 5.0);
    save(&mut fixture, tiles[3].tile_id, &mask);
    let queue = fixture.store.queue_local(0.3, 50).expect("ranks");
    assert_eq!(
        queue
            .iter()
            .map(|item| item.bscan_index)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(fixture.store.queue_local(0.3, 1).expect("ranks").len(), 1);
}

#[derive(Clone, Debug)]
enum Act {
    Stroke(u8, f32, f32),
    Undo,
    Redo,
    Save,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (0_u8..6, 0.0_f32..32.0, 0.0_f32..24.0).prop_map(|(c, x, y)| Act::Stroke(c, x, y)),
        3 => Just(Act::Undo),
        2 => Just(Act::Redo),
        1 => Just(Act::Save),
        1 => Just(Act::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a person does, the journal on disk rebuilds the live label and its undo stack.
    #[test]
    fn the_journal_is_the_live_label(acts in proptest::collection::vec(act(), 1..30)) {
        let (mut fixture, tile_id) = Fixture::with_case();
        let (mut live, mut history) = (Mask::background(SIZE), History::default());
        for act in acts {
            let entry = match act {
                Act::Stroke(class, x, y) => {
                    let edit = disc(&mut live, class, x, y);
                    (!edit.is_empty()).then(|| {
                        history.record(edit.clone());
                        JournalEntry::Edit(edit)
                    })
                }
                Act::Undo => history.undo(&mut live).expect("fits").map(|_| JournalEntry::Undo),
                Act::Redo => history.redo(&mut live).expect("fits").map(|_| JournalEntry::Redo),
                Act::Save => { save(&mut fixture, tile_id, &live); None }
                Act::Restart => { fixture = fixture.reopen(); None }
            };
            if let Some(entry) = entry {
                fixture.store.append_journal(tile_id, &[entry]).expect("appends");
            }
        }
        let tile = fixture.store.open_tile(tile_id).expect("opens");
        let (replayed, stacks) = History::replay(tile.base_mask, tile.journal).expect("replays");
        prop_assert_eq!(replayed, live);
        prop_assert_eq!((stacks.undo_len(), stacks.redo_len()), (history.undo_len(), history.redo_len()));
    }
}

/// Replays the tile as a restart would.
fn label_on_disk(fixture: &mut Fixture, tile_id: fovea_annotation::TileId) -> (Mask, History) {
    let tile = fixture.store.open_tile(tile_id).expect("opens");
    History::replay(tile.base_mask, tile.journal).expect("replays")
}

#[test]
fn strokes_drawn_while_a_prediction_arrives_are_kept_with_their_undo_stack() {
    for already_predicted in [false, true] {
        let (mut fixture, tile_id) = Fixture::with_case();
        let mut live = Mask::background(SIZE);
        if already_predicted {
            disc(&mut live, 5, 8.0, 8.0);
            fixture.predict(tile_id, &live, 0.5);
        }
        let mut seq = fixture.store.open_tile(tile_id).expect("opens").through_seq;
        let mut history = History::default();
        let mut draw = |fixture: &mut Fixture, live: &mut Mask, history: &mut History, x: f32| {
            let edit = disc(live, 2, x, 18.0);
            history.record(edit.clone());
            seq += 1;
            fixture
                .store
                .append_numbered(tile_id, seq, &JournalEntry::Edit(edit))
                .expect("appends");
            seq
        };
        // The editor has the tile open; a model's label replaces the empty (or older) one on the disk.
        let mut other = Mask::background(SIZE);
        disc(&mut other, 7, 16.0, 16.0);
        assert!(fixture.predict(tile_id, &other, 0.6).version.is_some());
        draw(&mut fixture, &mut live, &mut history, 6.0);
        let seq = draw(&mut fixture, &mut live, &mut history, 20.0);
        history.undo(&mut live).expect("fits").expect("one");
        fixture
            .store
            .append_numbered(tile_id, seq + 1, &JournalEntry::Undo)
            .expect("appends");

        let (mask, replayed) = label_on_disk(&mut fixture, tile_id);
        assert_eq!(mask, live, "already predicted: {already_predicted}");
        assert_eq!(replayed.redo_len(), 1);
        assert!(
            fixture
                .store
                .append_numbered(tile_id, seq + 900, &JournalEntry::Undo)
                .is_err(),
            "a gap"
        );
    }
}
