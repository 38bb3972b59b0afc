//! Deterministic simulation: two people, one server, a bad network, crashes and restores, all by a seed.

mod model;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use fovea_annotation::{CaseId, ContentHash, TileId, VersionId};
use fovea_sync::{Random, SeededRandom};
use model::{Client, ModelServer, Network};
use tokio::runtime::Runtime;

const SEEDS: u64 = 24;
const STEPS: usize = 50;
const FAULT_RATE: f64 = 0.12;
const TILES: u8 = 3;

fn tiles() -> Vec<TileId> {
    let case = CaseId(ContentHash::of(&[1]));
    (0..u32::from(TILES))
        .map(|index| TileId::of(case, index))
        .collect()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

struct World {
    server: Rc<RefCell<ModelServer>>,
    clients: Vec<Client>,
    backup: Option<ModelServer>,
    random: SeededRandom,
    runtime: Runtime,
    restores: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let server = Rc::new(RefCell::new(ModelServer::new()));
        let client = |name, n| {
            Client::new(
                name,
                Network::new(&server, seed * 10 + n, FAULT_RATE),
                seed * 10 + n + 5,
            )
        };
        let clients = vec![client("ada", 1), client("bob", 2)];
        Self {
            server,
            clients,
            backup: None,
            random: SeededRandom::new(seed),
            runtime: runtime(),
            restores: 0,
        }
    }

    fn step(&mut self) {
        let draw = self.random.unit();
        let who = usize::from(self.random.unit() < 0.5);
        let tiles = tiles();
        let tile = tiles[(self.random.unit() * tiles.len() as f64) as usize];
        let client = &mut self.clients[who];
        match draw {
            d if d < 0.45 => client.work(tile),
            d if d < 0.85 => drop(client.sync(&self.runtime)),
            d if d < 0.92 => client.restart(),
            d if d < 0.96 => self.backup = Some(self.server.borrow().clone()),
            _ => {
                if let Some(backup) = &self.backup {
                    self.server.borrow_mut().restore(backup);
                    self.restores += 1;
                }
            }
        }
    }

    /// The network is good again: everybody syncs until nothing moves.
    fn settle(&mut self) {
        for round in 0..40 {
            let mut quiet = true;
            for client in &mut self.clients {
                *client.network.fault_rate.borrow_mut() = 0.0;
                client.advance_s(600);
                let (done, report) = client.sync(&self.runtime);
                assert!(done, "nothing fails on a good network");
                quiet &= report.acked + report.deferred + report.parked + report.received == 0
                    && !report.started_over;
            }
            if quiet && round > 1 {
                return;
            }
        }
        panic!("the clients never come to rest");
    }
}

#[test]
fn no_acknowledged_version_is_lost_or_doubled_and_everybody_ends_with_the_same() {
    let (mut restores, mut versions, mut forks) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        for client in &mut world.clients {
            client.import_and_segment(1, TILES);
        }
        (0..STEPS).for_each(|_| world.step());
        world.settle();

        let server = world.server.borrow().clone();
        for client in &mut world.clients {
            for id in client.saved.clone() {
                assert_eq!(
                    server.accepted.get(&id),
                    Some(&1),
                    "seed {seed}: {id} of {}",
                    client.name
                );
                assert!(
                    server.blobs.contains_key(&server.versions[&id].payload),
                    "seed {seed}: its content"
                );
            }
            let counts = client.store().pending_counts().expect("counts");
            assert_eq!(
                (counts.queued, counts.parked),
                (0, 0),
                "seed {seed}: {}",
                client.name
            );
            client.store().check_integrity().expect("sound");
        }
        for tile in tiles() {
            let mut known = Vec::new();
            for client in &mut world.clients {
                let here = client.store().versions(tile).expect("lists");
                let ids: BTreeSet<VersionId> = here.iter().map(|version| version.id).collect();
                assert_eq!(ids.len(), here.len(), "seed {seed}: no version twice");
                let heads: BTreeSet<VersionId> = client
                    .store()
                    .heads(tile)
                    .expect("reads")
                    .into_iter()
                    .collect();
                assert_eq!(
                    Some(&heads),
                    server.heads.get(&tile),
                    "seed {seed}: heads of {}",
                    client.name
                );
                forks += usize::from(heads.len() > 1);
                known.push(ids);
            }
            assert_eq!(known[0], known[1], "seed {seed}");
            assert!(known[0].iter().all(|id| server.versions.contains_key(id)));
            versions += known[0].len();
        }
        restores += world.restores;
    }
    // The simulation is worth something only when the hard cases happened.
    assert!(
        restores > 5 && versions > 200 && forks > 20,
        "{restores} restores, {versions} versions, {forks} forks"
    );
}
