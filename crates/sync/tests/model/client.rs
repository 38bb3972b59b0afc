//! A person at a machine: the real store, the real round.

use std::sync::Arc;

use fovea_annotation::{
    CaseId, ContentHash, History, JournalEntry, Mask, Stroke, TileId, TileScore, VersionId,
    VersionKind,
};
use fovea_geometry::{PointPx, SizePx};
use fovea_local_store::{
    Clock, ManualClock, NewCase, NewPrediction, NewTile, SaveRequest, Store, StoreKey,
};
use fovea_sync::{Random, Round, RoundReport, SeededRandom};
use tokio::runtime::Runtime;

use super::Network;

pub(crate) const SIZE: SizePx = SizePx::new(24, 16);

pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) network: Network,
    /// Every version whose save was acknowledged to the person.
    pub(crate) saved: Vec<VersionId>,
    store: Option<Store>,
    clock: Arc<ManualClock>,
    random: SeededRandom,
    dir: tempfile::TempDir,
}

impl Client {
    pub(crate) fn new(name: &'static str, network: Network, seed: u64) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::at(1_000_000));
        let mut client = Self {
            name,
            network,
            saved: Vec::new(),
            store: None,
            clock,
            random: SeededRandom::new(seed),
            dir,
        };
        client.restart();
        client
    }

    /// The process dies and starts again; what it held in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.store = None;
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let path = self.dir.path().join("store.db");
        let store = Store::open_with_clock(&path, &StoreKey::from_bytes([2; 32]), clock);
        self.store = Some(store.expect("opens"));
    }

    pub(crate) fn store(&mut self) -> &mut Store {
        self.store.as_mut().expect("it is open outside of restart")
    }

    pub(crate) fn import_and_segment(&mut self, case: u8, tile_count: u8) {
        let case_id = CaseId(ContentHash::of(&[case]));
        let new = NewCase {
            case_id,
            title: "secret name".into(),
            format: "phantom".into(),
            laterality: "left".into(),
            spacing_um: None,
            tiles: (0..tile_count)
                .map(|i| NewTile {
                    size: SIZE,
                    raw_png: vec![case, i],
                    facts: Default::default(),
                })
                .collect(),
            slo_png: None,
            facts: Default::default(),
            intake: None,
            warnings: Vec::new(),
        };
        self.store().import_case(&new).expect("imports");
        for index in 0..u32::from(tile_count) {
            let mut mask = Mask::background(SIZE);
            dab(&mut mask, 5, 4.0 + index as f32);
            let score = TileScore {
                score: 0.5,
                method: "test/1".into(),
                reason: "why".into(),
            };
            let prediction = NewPrediction {
                tile_id: TileId::of(case_id, index),
                model_digest: ContentHash::of(b"model"),
                mask: &mask,
                uncertainty_png: &[case],
                score: &score,
            };
            let stored = self.store().store_prediction(&prediction).expect("stores");
            self.saved.extend(stored.version.map(|version| version.id));
        }
    }

    /// Opens a tile, draws, and saves or rolls back.
    pub(crate) fn work(&mut self, tile_id: TileId) {
        let tile = self.store().open_tile(tile_id).expect("opens");
        let (mut mask, _) = History::replay(tile.base_mask, tile.journal).expect("replays");
        let (draw, x, class) = (self.unit(), self.unit(), self.unit());
        if draw < 0.15 && tile.versions.len() > 1 {
            let target = tile.versions[0].id;
            let version = self
                .store()
                .rollback_to(target, "somebody", "")
                .expect("rolls back");
            self.saved.push(version.id);
            return;
        }
        let edit = dab(&mut mask, 1 + (class * 11.0) as u8, (x * 24.0) as f32);
        self.store()
            .append_journal(tile_id, &[JournalEntry::Edit(edit)])
            .expect("appends");
        if draw < 0.85 {
            let name = self.name;
            let request = SaveRequest {
                tile_id,
                mask: &mask,
                author: name,
                comment: "",
            };
            let version = self
                .store()
                .save_version(&request)
                .expect("saves")
                .version()
                .clone();
            if version.kind == VersionKind::Edit {
                self.saved.push(version.id);
            }
        }
    }

    /// One round; whether it came to its end.
    pub(crate) fn sync(&mut self, runtime: &Runtime) -> (bool, RoundReport) {
        self.clock.advance_us(700_000);
        let mut report = RoundReport::default();
        let mut round = Round {
            store: self.store.as_mut().expect("open"),
            transport: &self.network,
            clock: self.clock.as_ref(),
            random: &mut self.random,
            report: &mut report,
        };
        let done = runtime.block_on(round.run()).is_ok();
        (done, report)
    }

    pub(crate) fn advance_s(&self, seconds: i64) {
        self.clock.advance_us(seconds * 1_000_000);
    }

    pub(crate) fn unit(&mut self) -> f64 {
        self.random.unit()
    }
}

fn dab(mask: &mut Mask, class: u8, x: f32) -> fovea_annotation::Edit {
    let mut stroke = Stroke::new(class, 2.0, &[]);
    stroke.sample(mask, PointPx::new(x, 8.0));
    stroke.finish(mask)
}
