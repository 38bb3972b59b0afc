//! The queue against a naive reference, and the plans of its statements, on both engines.

use std::collections::{BTreeMap, HashMap, HashSet};

use fovea_annotation::{
    CaseId, ContentHash, QUEUE_LEN_MAX, QUEUE_PER_CASE_MAX, QueueCandidate, TileFigures, TileId,
    mean_of_top, rank,
};
use fovea_geometry::SizePx;
use fovea_protocol::{CaseMeta, PredictionOffer, QueueItem, QueueSlot, TileMeta};
use fovea_test_data::Postgres;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::leases::LEASE_US;
use super::queue::{
    BEST_NAMED_TOPS, BEST_TOPS, DEEP_CASES, DEEP_NAMED_CASES, QueueAsk, TILE, queue_page,
};
use super::queue_by_case::{BEST_CASES, BEST_NAMED_CASES, BEST_OF_CASE};
use super::queue_random::{HELD, NEXT_OPEN};
use super::rescores_tests::recompute;
use super::{
    Connection, DatabaseSource, NewUser, PostgresSource, add_case_member, close_tile,
    drop_lease_of, insert_case, insert_prediction, insert_user, set_restricted,
};
use crate::auth::Role;

pub(super) const NOW_US: i64 = 1_763_900_000_000_000;

/// A database of each engine; the folder goes with the test.
pub(super) fn engines() -> (tempfile::TempDir, Vec<Connection>) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = DatabaseSource::Sqlite(folder.path().join("q.db"));
    let connection = sqlite.open_writer().expect("opens");
    // Nothing here outlives the test, so nothing waits for the disk.
    let without = connection.execute_batch("PRAGMA synchronous = OFF");
    without.expect("is taken");
    let mut connections = vec![connection];
    if let Some(server) = Postgres::shared("the queue on PostgreSQL") {
        let source = PostgresSource::parse(&server.new_database(), None).expect("a URL");
        let connection = DatabaseSource::Postgres(source).open_writer();
        connections.push(connection.expect("opens"));
    }
    (folder, connections)
}

pub(super) fn user(connection: &Connection, name: &str) -> i64 {
    let user = NewUser {
        name: name.into(),
        role: Role::Labeler,
        password_phc: None,
        must_change_password: false,
    };
    insert_user(connection, &user, NOW_US).expect("an account")
}

pub(super) fn case_id(number: u32) -> CaseId {
    CaseId(ContentHash::of(&number.to_le_bytes()))
}

pub(super) fn add_case(
    connection: &Connection,
    number: u32,
    tiles: u32,
    user_id: i64,
) -> Vec<TileId> {
    let case_id = case_id(number);
    let tile = |bscan_index| TileMeta {
        tile_id: TileId::of(case_id, bscan_index),
        bscan_index,
        size: SizePx::new(16, 8),
        raw: ContentHash::of(b"raw"),
    };
    let case = CaseMeta {
        case_id,
        format: "phantom".into(),
        laterality: "right".into(),
        spacing_um: None,
        tiles: (0..tiles).map(tile).collect(),
    };
    insert_case(connection, &case, user_id, NOW_US).expect("a case");
    case.tiles.iter().map(|tile| tile.tile_id).collect()
}

/// Figures of a tile of one uncertainty everywhere, whose score is that.
pub(super) fn figures(uncertainty: u8) -> TileFigures {
    let mut counts = [0; 256];
    counts[usize::from(uncertainty)] = 128;
    TileFigures::new(counts, 1)
}

/// A prediction of `score`, whose figures, if any, may say another one.
pub(super) fn predict(
    connection: &Connection,
    tile_id: TileId,
    score: f32,
    figures: Option<&TileFigures>,
    user_id: i64,
) {
    let prediction = PredictionOffer {
        tile_id,
        model_digest: ContentHash::of(b"model"),
        mask: ContentHash::of(b"mask"),
        uncertainty: ContentHash::of(b"map"),
        score,
        method: "m/1".into(),
        reason: "r".into(),
    };
    insert_prediction(connection, &prediction, figures, user_id, NOW_US).expect("a prediction");
}

/// What the queue must say, without any index: everything is looked at each time.
#[derive(Default)]
struct Naive {
    /// Case and score of each tile; no score once a person labelled it, or before a model spoke.
    tiles: BTreeMap<TileId, (CaseId, Option<f32>)>,
    /// The score that this program would compute.
    computed: HashMap<TileId, f32>,
    leases: HashMap<TileId, (i64, QueueSlot, i64)>,
    restricted: HashSet<CaseId>,
    /// Whom each case names.
    named: HashMap<CaseId, HashSet<i64>>,
}

impl Naive {
    fn free(&self, ask: QueueAsk) -> Vec<QueueCandidate> {
        let is_free = |tile: &TileId| {
            let lease = self.leases.get(tile);
            lease.is_none_or(|(user, _, until)| *user == ask.user_id || *until <= ask.now_us)
        };
        let may_see = |case: &CaseId| {
            let is_named = |named: &HashSet<i64>| named.contains(&ask.user_id);
            !self.restricted.contains(case) || self.named.get(case).is_some_and(is_named)
        };
        let open = self.tiles.iter();
        let open = open.filter(|(tile, (case, _))| is_free(tile) && may_see(case));
        let candidate = |(tile, (case, score)): (&TileId, &(CaseId, Option<f32>))| {
            Some(QueueCandidate {
                tile: *tile,
                case: *case,
                score: (*score)?,
            })
        };
        open.filter_map(candidate).collect()
    }

    /// The case names `user_id` from now on beside those whom it named; leases on its tiles end.
    fn restrict(&mut self, case: CaseId, user_id: i64, is_restricted: bool) {
        let named = self.named.entry(case).or_default();
        named.insert(user_id);
        match is_restricted {
            true => self.restricted.insert(case),
            false => self.restricted.remove(&case),
        };
        let tiles = &self.tiles;
        self.leases
            .retain(|tile, _| tiles.get(tile).is_some_and(|(of, _)| *of != case));
    }

    /// Every open tile has the score that this program computes.
    fn rescore(&mut self) {
        for (tile, (_, score)) in &mut self.tiles {
            if let (Some(score), Some(computed)) = (score, self.computed.get(tile)) {
                *score = *computed;
            }
        }
    }

    /// Checks a page and takes its leases.
    fn check(&mut self, ask: QueueAsk, page: &[QueueItem]) {
        let free = self.free(ask);
        let mut expected = rank(free.clone(), ask.threshold);
        let random_len = ((expected.len() + 4) / 9).min(QUEUE_LEN_MAX / 10);
        expected.truncate(QUEUE_LEN_MAX - random_len);
        let of_slot = |slot| page.iter().filter(move |item| item.slot == slot);
        let ranked: Vec<TileId> = of_slot(QueueSlot::Ranked)
            .map(|item| item.tile_id)
            .collect();
        let expected: Vec<TileId> = expected.iter().map(|candidate| candidate.tile).collect();
        assert_eq!(ranked, expected);
        assert!(of_slot(QueueSlot::Random).count() <= random_len);
        assert!(page.is_sorted_by(|a, b| (b.score, a.tile_id) < (a.score, b.tile_id)));
        for item in page {
            let of_case = page.iter().filter(|other| other.case_id == item.case_id);
            assert!(of_case.count() <= QUEUE_PER_CASE_MAX);
            let found = free.iter().find(|candidate| candidate.tile == item.tile_id);
            assert_eq!(found.map(|candidate| candidate.score), Some(item.score));
            let held = self.leases.get(&item.tile_id).copied();
            let is_fresh = |(user, slot, until): (i64, QueueSlot, i64)| {
                (user, slot) == (ask.user_id, item.slot) && until > ask.now_us + LEASE_US / 2
            };
            let until = held
                .filter(|held| is_fresh(*held))
                .map_or(ask.now_us + LEASE_US, |held| held.2);
            assert_eq!(item.lease_until_us, until);
        }
        let lease =
            |item: &QueueItem| (item.tile_id, (ask.user_id, item.slot, item.lease_until_us));
        self.leases.extend(page.iter().map(lease));
    }
}

/// A world in which people ask, label, give back and wait, checked at every question.
fn live(connection: &Connection, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let users = ["ada", "bob", "eve"].map(|name| user(connection, name));
    let mut naive = Naive::default();
    for number in 0..30 {
        let tiles = random.random_range(1..9);
        for tile in add_case(connection, number, tiles, users[0]) {
            naive.tiles.insert(tile, (case_id(number), None));
        }
        naive
            .named
            .insert(case_id(number), HashSet::from([users[0]]));
    }
    let tiles: Vec<TileId> = naive.tiles.keys().copied().collect();
    let mut now_us = NOW_US;
    for step in 0..400_u32 {
        let tile = *tiles.choose(&mut random).expect("tiles");
        let user_id = *users.choose(&mut random).expect("users");
        match random.random_range(0..10) {
            _ if step < 150 => {
                // Few different scores, so that ties are common.
                let score = random.random_range(0..8) as f32 / 8.0;
                let figures = figures(random.random_range(0..8) * 32);
                predict(connection, tile, score, Some(&figures), user_id);
                naive.computed.insert(tile, mean_of_top(&figures));
                naive.tiles.get_mut(&tile).expect("a tile").1 = Some(score);
            }
            0 => {
                close_tile(connection, tile).expect("closes");
                super::drop_lease(connection, tile).expect("drops");
                naive.tiles.remove(&tile);
                naive.leases.remove(&tile);
            }
            1 => {
                drop_lease_of(connection, user_id, tile).expect("drops");
                if naive
                    .leases
                    .get(&tile)
                    .is_some_and(|lease| lease.0 == user_id)
                {
                    naive.leases.remove(&tile);
                }
            }
            2 => now_us += random.random_range(0..20) * 60_000_000,
            4 if step.is_multiple_of(4) => {
                recompute(connection, 10, users[0]);
                naive.rescore();
            }
            3 if step.is_multiple_of(3) => {
                let case = case_id(random.random_range(0..30));
                let is_restricted = random.random_bool(0.7);
                add_case_member(connection, case, user_id).expect("names");
                set_restricted(connection, case, is_restricted).expect("restricts");
                naive.restrict(case, user_id, is_restricted);
            }
            _ => {
                let ask = QueueAsk {
                    user_id,
                    threshold: random.random_range(0..8) as f32 / 8.0,
                    now_us,
                    random_seed: random.random(),
                };
                let page = queue_page(connection, ask, true).expect("answers");
                let page = page.unwrap_or_default();
                naive.check(ask, &page);
                // Who asks again gets the same, and needs no lease for it.
                let again = queue_page(connection, ask, false).expect("answers");
                assert_eq!(again.as_deref(), Some(&page[..]));
            }
        }
    }
}

#[test]
fn the_queue_is_what_a_naive_one_would_be() {
    let (_folder, connections) = engines();
    for connection in &connections {
        live(connection, 1);
    }
    for seed in 2..8 {
        let (_folder, connections) = engines();
        live(&connections[0], seed);
    }
}

/// The steps of the plan that the engine makes for `sql`.
fn plan(connection: &Connection, sql: &str, params: &[super::engine::Value<'_>]) -> Vec<String> {
    let (explain, column) = match connection {
        Connection::Sqlite(_) => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
        Connection::Postgres(_) => (format!("EXPLAIN {sql}"), 0),
    };
    let statement = connection.prepare_cached(&explain).expect("prepares");
    let rows = statement.query_map(params, |row| row.get(column));
    rows.expect("explains")
}

#[test]
fn no_statement_of_the_queue_reads_a_whole_table_or_sorts() {
    use super::engine::Value::{Blob, Integer, Real};
    let (_folder, connections) = engines();
    for connection in &connections {
        let user_id = user(connection, "ada");
        connection.execute_batch("BEGIN").expect("begins");
        for number in 0..300 {
            for tile in add_case(connection, number, 8, user_id) {
                predict(connection, tile, number as f32 / 300.0, None, user_id);
            }
        }
        connection
            .execute_batch("COMMIT; ANALYZE")
            .expect("commits");
        if matches!(connection, Connection::Postgres(_)) {
            // Small tables are read whole because that is cheaper; what is asked here is whether it can be done without.
            let without =
                "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off";
            connection.execute_batch(without).expect("sets");
        }
        let (zero, now) = ([0_u8; 32], Integer(NOW_US));
        let statements: [(&str, &[super::engine::Value<'_>]); 10] = [
            (
                BEST_TOPS,
                &[Real(0.3), now, Integer(user_id), Integer(45), Integer(1)],
            ),
            (
                BEST_NAMED_TOPS,
                &[Real(0.3), now, Integer(user_id), Integer(45)],
            ),
            (DEEP_CASES, &[Integer(1), Real(0.9), Real(0.3), Integer(41)]),
            (
                DEEP_NAMED_CASES,
                &[Integer(user_id), Real(0.9), Real(0.3), Integer(41)],
            ),
            (HELD, &[Integer(user_id), now, Integer(1)]),
            (
                BEST_CASES,
                &[Integer(1), Real(0.3), Real(1.0), Blob(&zero), Integer(64)],
            ),
            (
                BEST_NAMED_CASES,
                &[
                    Integer(user_id),
                    Real(0.3),
                    Real(1.0),
                    Blob(&zero),
                    Integer(64),
                ],
            ),
            (
                BEST_OF_CASE,
                &[Blob(&zero), Real(0.3), now, Integer(user_id), Integer(5)],
            ),
            (TILE, &[Blob(&zero)]),
            (NEXT_OPEN, &[Blob(&zero), now, Integer(user_id)]),
        ];
        for (sql, params) in statements {
            let steps = plan(connection, sql, params);
            assert!(!steps.is_empty());
            for step in &steps {
                for bad in ["SCAN ", "TEMP B-TREE", "Seq Scan", "Sort"] {
                    // "SCAN t USING INDEX … " walks the index in order from its start, which LIMIT ends.
                    assert!(!step.contains(bad), "{sql}: {steps:#?}");
                }
            }
        }
    }
}
