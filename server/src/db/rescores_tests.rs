//! Scores computed again, on both engines.

use fovea_annotation::{ContentHash, TileId, mean_of_top};
use fovea_protocol::RecomputeRecord;
use fovea_test_data::Postgres;

use super::queue::{QueueAsk, queue_page};
use super::queue_tests::{NOW_US, add_case, engines, figures, predict, user};
use super::{
    Connection, DatabaseSource, PostgresSource, Recompute, SCHEMA_VERSION, TransactionKind, climb,
    close_tile, finish_recompute, follow_scores, insert_recompute, last_recompute, next_rescores,
    running_recompute, write_rescores,
};

/// Scores everything again from figures, about `step_tiles` at a time; returns what became of it.
pub(super) fn recompute(connection: &Connection, step_tiles: u32, user_id: i64) -> RecomputeRecord {
    let total = super::count_open_tiles(connection).expect("counts");
    insert_recompute(connection, total, user_id, NOW_US).expect("begins");
    while let Some(from) = running_recompute(connection).expect("reads") {
        let next = next_rescores(connection, from, step_tiles, 64).expect("computes");
        match next {
            Some((rescores, unmeasured)) => {
                assert!(unmeasured.is_empty());
                write_rescores(connection, from, &rescores).expect("writes");
            }
            None => end(connection, from),
        }
    }
    last_recompute(connection)
        .expect("reads")
        .expect("is there")
}

fn end(connection: &Connection, from: Recompute) {
    if !follow_scores(connection, from, 7).expect("follows") {
        assert!(finish_recompute(connection, from.recompute_no, NOW_US).expect("ends"));
    }
}

/// The first open tiles with score, method and reason.
fn shown(connection: &Connection, user_id: i64) -> Vec<(TileId, f32, String, String)> {
    let ask = QueueAsk {
        user_id,
        threshold: 0.0,
        now_us: NOW_US,
        random_seed: 1,
    };
    let page = queue_page(connection, ask, true).expect("answers");
    let item =
        |item: fovea_protocol::QueueItem| (item.tile_id, item.score, item.method, item.reason);
    page.unwrap_or_default().into_iter().map(item).collect()
}

#[test]
fn what_is_shown_follows_from_the_figures_and_what_agrees_is_not_written() {
    let (_folder, connections) = engines();
    for connection in &connections {
        let ada = user(connection, "ada");
        let tiles = add_case(connection, 1, 3, ada);
        for (tile, uncertainty) in tiles.iter().zip([100, 150, 200]) {
            predict(connection, *tile, 0.5, Some(&figures(uncertainty)), ada);
        }
        let first = recompute(connection, 1, ada);
        assert_eq!((first.total, first.done, first.changed), (3, 3, 3));
        let page = shown(connection, ada);
        let scores: Vec<f32> = page.iter().map(|tile| tile.1).collect();
        let expected = [200, 150, 100].map(|uncertainty| mean_of_top(&figures(uncertainty)));
        assert_eq!(scores, expected);
        assert_eq!(page[0].2, "entropy-top5-retina/1");
        assert_eq!(page[0].3, "entropy p95 0.78, 1 blob");
        let second = recompute(connection, 1_000, ada);
        assert_eq!((second.done, second.changed), (3, 0));
        // A newer prediction is shown as its sender words it.
        predict(connection, tiles[0], 0.9, None, ada);
        let page = shown(connection, ada);
        assert_eq!(
            (page[0].0, page[0].1, page[0].2.as_str()),
            (tiles[0], 0.9, "m/1")
        );
    }
}

#[test]
fn a_label_or_prediction_that_comes_meanwhile_wins_and_no_step_is_written_twice() {
    let (_folder, connections) = engines();
    for connection in &connections {
        let ada = user(connection, "ada");
        let tiles = add_case(connection, 1, 4, ada);
        for tile in &tiles {
            predict(connection, *tile, 0.5, Some(&figures(200)), ada);
        }
        insert_recompute(connection, 4, ada, NOW_US).expect("begins");
        let from = running_recompute(connection).expect("reads").expect("runs");
        let step = || {
            let next = next_rescores(connection, from, 1_000, 64).expect("computes");
            next.expect("has tiles").0
        };
        let (mine, of_another) = (step(), step());
        close_tile(connection, tiles[0]).expect("closes");
        predict(connection, tiles[1], 0.25, None, ada);
        write_rescores(connection, from, &mine).expect("writes");
        write_rescores(connection, from, &of_another).expect("writes nothing");
        let record = last_recompute(connection)
            .expect("reads")
            .expect("is there");
        assert_eq!((record.done, record.changed), (4, 2));
        let from = running_recompute(connection).expect("reads").expect("runs");
        assert!(follow_scores(connection, from, 10).expect("follows"));
        let page = shown(connection, ada);
        let mut scores: Vec<(TileId, f32)> = page.iter().map(|tile| (tile.0, tile.1)).collect();
        scores.sort_by_key(|(tile, _)| tiles.iter().position(|other| other == tile));
        let computed = mean_of_top(&figures(200));
        assert_eq!(
            scores,
            [(tiles[1], 0.25), (tiles[2], computed), (tiles[3], computed)]
        );
    }
}

#[test]
fn a_step_ends_with_the_case_that_brings_enough_pictures() {
    let (_folder, connections) = engines();
    for connection in &connections {
        let ada = user(connection, "ada");
        for case in 0..4 {
            for tile in add_case(connection, case, 3, ada) {
                predict(connection, tile, 0.5, None, ada);
            }
        }
        insert_recompute(connection, 12, ada, NOW_US).expect("begins");
        let mut seen = Vec::new();
        while let Some(from) = running_recompute(connection).expect("reads") {
            let next = next_rescores(connection, from, 1_000, 4).expect("computes");
            let Some((mut rescores, unmeasured)) = next else {
                end(connection, from);
                continue;
            };
            seen.push(unmeasured.len());
            for (at, tile) in unmeasured.iter().enumerate() {
                assert_eq!(tile.mask, ContentHash::of(b"mask"));
                let measured = figures(100);
                // One that cannot be read keeps its score.
                rescores.add_measured(tile, (at > 0).then_some(&measured));
            }
            write_rescores(connection, from, &rescores).expect("writes");
        }
        assert_eq!(seen, [6, 6]);
        let record = last_recompute(connection)
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (record.done, record.changed, record.unreadable),
            (12, 10, 2)
        );
        // What was measured is measured for good.
        let again = recompute_without(connection, ada);
        assert_eq!(again, 2);
    }
}

/// The schema before there were figures.
const BEFORE_FIGURES: u32 = 10;

/// A database of each engine with that schema, in which one of two open tiles of a case was scored again.
fn engines_before_figures() -> (tempfile::TempDir, Vec<Connection>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sources = vec![DatabaseSource::Sqlite(folder.path().join("old.db"))];
    if let Some(server) = Postgres::shared("a schema before figures on PostgreSQL") {
        let source = PostgresSource::parse(&server.new_database(), None).expect("a URL");
        sources.push(DatabaseSource::Postgres(source));
    }
    let old = |source: DatabaseSource| {
        let connection = source.open_as_it_is().expect("opens");
        let filled = connection.in_transaction(TransactionKind::Write, |connection| {
            climb(connection, BEFORE_FIGURES)?;
            connection.execute_batch(
                "INSERT INTO users (user_id, name, role, created_at_us) VALUES (1, 'ada', 'labeler', 0)",
            )?;
            connection.execute(
                "INSERT INTO cases (case_id, project_id, format, laterality, tile_count, created_by, created_at_us,
                   top_open_score, top_open_tile) VALUES (?1, 1, 'phantom', 'OD', 2, 1, 0, 0.75, ?2)",
                ([9_u8; 32], [2_u8; 32]),
            )?;
            connection.execute(
                "INSERT INTO recomputes (state, after_tile, total, done, changed, unreadable, started_by, started_at_us)
                 VALUES ('RUNNING', ?1, 2, 1, 1, 0, 1, 0)",
                [[1_u8; 32]],
            )?;
            for (number, score) in [(1_u8, 0.5), (2, 0.75)] {
                connection.execute(
                    "INSERT INTO tiles (tile_id, case_id, bscan_index, width, height, raw, prediction_id, open_score)
                     VALUES (?1, ?2, ?3, 16, 8, ?1, ?3, ?4)",
                    ([number; 32], [9_u8; 32], i64::from(number), score),
                )?;
                connection.execute(
                    "INSERT INTO predictions (prediction_id, tile_id, model_digest, mask, uncertainty, score, method,
                       reason, created_by, created_at_us) VALUES (?1, ?2, ?2, ?2, ?2, 0.5, 'm/1', 'r', 1, 0)",
                    (i64::from(number), [number; 32]),
                )?;
            }
            connection.execute(
                "INSERT INTO rescores (prediction_id, score, method, reason, computed_at_us)
                 VALUES (2, 0.75, 'entropy-top5-retina/1', 'entropy p95 0.80, 1 blob', 0)",
                (),
            )
        });
        filled.expect("fills");
        connection
    };
    (folder, sources.into_iter().map(old).collect())
}

#[test]
fn a_queue_from_before_there_were_figures_is_taken_over() {
    let (_folder, connections) = engines_before_figures();
    for connection in &connections {
        let climbed = connection.in_transaction(TransactionKind::Write, |connection| {
            climb(connection, SCHEMA_VERSION)
        });
        climbed.expect("climbs");
        let page = shown(connection, 1);
        let scores: Vec<(TileId, f32)> = page.iter().map(|tile| (tile.0, tile.1)).collect();
        let tile = |number| TileId(ContentHash::from_bytes([number; 32]));
        assert_eq!(scores, [(tile(2), 0.75), (tile(1), 0.5)]);
        // Where it was among the tiles says nothing about the cases, so it begins anew.
        let from = running_recompute(connection).expect("reads").expect("runs");
        assert_eq!(
            (from.after_case, from.queued_case, from.last_case),
            (0, 0, 1)
        );
        let record = last_recompute(connection)
            .expect("reads")
            .expect("is there");
        assert_eq!((record.total, record.done, record.changed), (2, 0, 0));
        let next = next_rescores(connection, from, 1_000, 64).expect("computes");
        let (mut rescores, unmeasured) = next.expect("has tiles");
        for tile in &unmeasured {
            rescores.add_measured(tile, Some(&figures(200)));
        }
        write_rescores(connection, from, &rescores).expect("writes");
        let record = last_recompute(connection)
            .expect("reads")
            .expect("is there");
        assert_eq!((record.done, record.changed), (2, 2));
    }
}

/// How many tiles a recomputation would have to measure.
fn recompute_without(connection: &Connection, user_id: i64) -> usize {
    insert_recompute(connection, 12, user_id, NOW_US).expect("begins");
    let from = running_recompute(connection).expect("reads").expect("runs");
    let next = next_rescores(connection, from, 1_000, 64).expect("computes");
    next.expect("has tiles").1.len()
}
