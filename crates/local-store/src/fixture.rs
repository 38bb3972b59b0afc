//! Small stores for the tests of this crate.

use std::sync::Arc;

use fovea_annotation::{CaseId, ContentHash, Edit, JournalEntry, Mask, TileId, TileScore};
use fovea_geometry::{PointPx, SizePx, SpacingUm};

use crate::{ManualClock, NewCase, NewPrediction, NewTile, Store, StoreKey, StoredPrediction};

pub(crate) const SIZE: SizePx = SizePx {
    width: 32,
    height: 24,
};

pub(crate) struct Fixture {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Store,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::at(1_000_000));
        let store = open(&dir, &clock);
        Self { dir, clock, store }
    }

    /// A store with one case of three tiles.
    pub(crate) fn with_case() -> (Self, TileId) {
        let mut fixture = Self::new();
        let case = fixture.store.import_case(&new_case(1, 3)).expect("imports");
        (fixture, TileId::of(case.case_id, 0))
    }

    /// Closes the store and opens it again, as a restart does.
    pub(crate) fn reopen(self) -> Self {
        let Self { dir, clock, store } = self;
        drop(store);
        let store = open(&dir, &clock);
        Self { dir, clock, store }
    }

    pub(crate) fn predict(&mut self, tile_id: TileId, mask: &Mask, score: f32) -> StoredPrediction {
        let score = TileScore {
            score,
            method: "test/1".into(),
            reason: "because".into(),
        };
        let prediction = NewPrediction {
            tile_id,
            model_digest: ContentHash::of(b"model"),
            mask,
            uncertainty_png: b"uncertainty",
            score: &score,
        };
        self.store.store_prediction(&prediction).expect("stores")
    }
}

pub(crate) fn key() -> StoreKey {
    StoreKey::from_bytes([9; 32])
}

fn open(dir: &tempfile::TempDir, clock: &Arc<ManualClock>) -> Store {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    Store::open_with_clock(&dir.path().join("store.db"), &key(), clock).expect("opens")
}

pub(crate) fn new_case(seed: u8, tile_count: u8) -> NewCase {
    NewCase {
        case_id: CaseId(ContentHash::of(&[seed])),
        title: format!("case {seed}"),
        format: "phantom".into(),
        laterality: "right".into(),
        spacing_um: SpacingUm::new(11.0, 4.0, 120.0),
        tiles: (0..tile_count)
            .map(|i| NewTile {
                size: SIZE,
                raw_png: vec![seed, i, 1, 2],
                facts: Default::default(),
            })
            .collect(),
        slo_png: Some(vec![seed; 8]),
        facts: Default::default(),
        intake: None,
        warnings: vec!["one".into()],
    }
}

/// A disc of `class` on `mask`, as the edit that a brush would leave.
pub(crate) fn disc(mask: &mut Mask, class: u8, x: f32, y: f32) -> Edit {
    let mut stroke = fovea_annotation::Stroke::new(class, 3.0, &[]);
    stroke.sample(mask, PointPx::new(x, y));
    stroke.finish(mask)
}

pub(crate) fn stroke(mask: &mut Mask, class: u8, x: f32, y: f32) -> JournalEntry {
    JournalEntry::Edit(disc(mask, class, x, y))
}
