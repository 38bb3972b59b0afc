//! An in-memory double of the workers: it answers effects with events as the real ones do, at once or when told to.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use fovea_annotation::{
    CaseId, ContentHash, JournalEntry, LabelSchema, LabelVersion, Mask, MaskDiff, TileId,
    UncertaintyMap, VersionId, VersionKind,
};
use fovea_app::Workers;
use fovea_editor::{
    BscanSummary, CaseSummary, Effect, Event, LoadedTile, QueueItem, QueueSource, SeenLabels,
    SegmentedTile,
};
use fovea_geometry::SizePx;
use fovea_imaging::{GrayImage, Laterality};
use fovea_inference::DevicePictures;
use fovea_phantom::{Lesions, Optics, PhantomParams, PhantomVolume, generate};

/// 23 Nov 2026, 16:05 UTC.
const NOW_US: i64 = 1_795_449_900_000_000;

/// What the double holds; shared with the test.
pub(crate) struct Store {
    cases: Vec<Case>,
    pub(crate) events: VecDeque<Event>,
    /// Effects that nothing here answers.
    pub(crate) unanswered: Vec<Effect>,
    pub(crate) journal: Vec<JournalEntry>,
    /// What the model left on the graphics device.
    pub(crate) on_device: Option<DevicePictures>,
}

struct Case {
    summary: CaseSummary,
    scan: Arc<Scan>,
    tiles: Vec<Tile>,
}

#[derive(Default)]
struct Tile {
    versions: Vec<(LabelVersion, Arc<Mask>)>,
    uncertainty: Option<Arc<UncertaintyMap>>,
    score: Option<(f32, String)>,
    base: Option<Arc<Mask>>,
}

/// A phantom with what a model might doubt about it. Drawing one takes longer than a test should, so each is kept.
struct Scan {
    phantom: PhantomVolume,
    doubts: Vec<Arc<UncertaintyMap>>,
}

impl Scan {
    fn of(seed: u64, laterality: Laterality, bscans: u32) -> Arc<Self> {
        static KEPT: Mutex<BTreeMap<u64, Arc<Scan>>> = Mutex::new(BTreeMap::new());
        let mut kept = KEPT
            .lock()
            .expect("no test panics while it draws a phantom");
        let drawn = kept
            .entry(seed)
            .or_insert_with(|| Arc::new(Self::draw(seed, laterality, bscans)));
        Arc::clone(drawn)
    }

    fn draw(seed: u64, laterality: Laterality, bscans: u32) -> Self {
        let lesions = Lesions {
            drusen: 14,
            detachments: 1,
            subretinal: 2,
            intraretinal: 6,
        };
        let params = PhantomParams::normal()
            .with_size(SizePx::new(512, 400))
            .with_bscans(bscans)
            .with_lesions(lesions);
        // Well averaged and in few shades, so that the stored pictures are small: speckle does not compress.
        let optics = Optics {
            looks: 400.0,
            floor_db: 0.0,
            streak_db: 0.0,
            ..Optics::default()
        };
        let mut phantom = generate(
            seed,
            &PhantomParams {
                laterality,
                optics,
                ..params
            },
        );
        for bscan in &mut phantom.volume.bscans {
            bscan
                .pixels
                .iter_mut()
                .for_each(|gray| *gray = *gray / 14 * 14);
        }
        let doubts = phantom
            .masks
            .iter()
            .map(|mask| Arc::new(border_doubt(mask)))
            .collect();
        Self { phantom, doubts }
    }
}

/// The handle that the application owns.
pub(crate) struct Double(pub(crate) Rc<RefCell<Store>>);

impl Workers for Double {
    fn run(&mut self, effect: Effect) {
        self.0.borrow_mut().run(effect);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.0.borrow_mut().events.pop_front()
    }

    fn take_device_pictures(&mut self, _tile: TileId) -> Option<DevicePictures> {
        self.0.borrow_mut().on_device.take()
    }
}

impl Store {
    /// No case at all.
    pub(crate) fn empty() -> Self {
        Self {
            cases: Vec::new(),
            events: VecDeque::new(),
            unanswered: Vec::new(),
            journal: Vec::new(),
            on_device: None,
        }
    }

    /// One phantom of a diseased macula, seven B-scans, nothing segmented.
    pub(crate) fn with_phantom() -> Self {
        let mut store = Self::empty();
        store.add_case("Sample macula", 11, Laterality::Left, 7);
        store
    }

    /// Three cases; the first is the phantom.
    pub(crate) fn with_three_cases() -> Self {
        let mut store = Self::with_phantom();
        store.add_case("Case 7c21a90f", 5, Laterality::Right, 3);
        store.add_case("Case 02be44d1", 3, Laterality::Unknown, 1);
        store
    }

    fn add_case(&mut self, title: &str, seed: u64, laterality: Laterality, bscans: u32) {
        let scan = Scan::of(seed, laterality, bscans);
        let volume = &scan.phantom.volume;
        let id = CaseId(ContentHash::of(title.as_bytes()));
        let summary = CaseSummary {
            id,
            title: title.to_owned(),
            bscan_count: bscans,
            bscan_size: volume.bscan_size(),
            spacing_um: volume.spacing_um,
            laterality,
            format: "phantom".to_owned(),
            pattern: fovea_imaging::ScanPattern::Raster,
            device: None,
            device_line_count: 0,
            imported_at_us: NOW_US,
            segmented_count: 0,
            labelled_count: 0,
        };
        let tiles = (0..bscans).map(|_| Tile::default()).collect();
        self.cases.push(Case {
            summary,
            scan,
            tiles,
        });
    }

    fn run(&mut self, effect: Effect) {
        let event = match effect {
            Effect::ListCases => Some(Event::CasesListed(
                self.cases.iter().map(|case| case.summary.clone()).collect(),
            )),
            Effect::ListReturned => Some(Event::ReturnedListed(Vec::new())),
            Effect::OpenCase(id) => self.case_opened(id),
            Effect::OpenTile(id) => self.tile_opened(id),
            Effect::AppendJournal { tile, seq, entry } => {
                self.journal.push(entry);
                Some(Event::JournalDurable { tile, seq })
            }
            Effect::SaveVersion { tile, mask, .. } => {
                self.push_version(tile, Mask::clone(&mask), VersionKind::Edit)
            }
            Effect::Rollback { tile, target } => self.rolled_back(tile, target),
            Effect::LoadQueue { threshold } => Some(Event::QueueLoaded {
                source: QueueSource::LocalStore,
                items: self.queue(threshold),
            }),
            Effect::Segment { tiles, .. } => self.segmented(&tiles),
            other => {
                self.unanswered.push(other);
                None
            }
        };
        self.events.extend(event);
    }

    fn find(&mut self, id: TileId) -> Option<(&mut Case, usize)> {
        self.cases.iter_mut().find_map(|case| {
            let index =
                (0..case.tiles.len()).find(|at| TileId::of(case.summary.id, *at as u32) == id)?;
            Some((case, index))
        })
    }

    fn case_opened(&mut self, id: CaseId) -> Option<Event> {
        let case = self.cases.iter().find(|case| case.summary.id == id)?;
        let bscans = case
            .tiles
            .iter()
            .enumerate()
            .map(|(at, tile)| BscanSummary {
                tile: TileId::of(id, at as u32),
                index: at as u32,
                score: tile.score.as_ref().map(|(score, _)| *score),
                version_count: tile.versions.len() as u32,
            });
        Some(Event::CaseOpened {
            summary: case.summary.clone(),
            bscans: bscans.collect(),
        })
    }

    fn tile_opened(&mut self, id: TileId) -> Option<Event> {
        let (case, at) = self.find(id)?;
        let (bscan, tile) = (&case.scan.phantom.volume.bscans[at], &case.tiles[at]);
        let masks: Vec<&Arc<Mask>> = tile.versions.iter().rev().map(|(_, mask)| mask).collect();
        let background = || Mask::background(bscan.size);
        Some(Event::TileOpened(Box::new(LoadedTile {
            tile: id,
            case: case.summary.id,
            index: at as u32,
            image: Arc::new(GrayImage {
                size: bscan.size,
                pixels: bscan.pixels.clone(),
            }),
            uncertainty: tile.uncertainty.clone(),
            score: tile.score.clone(),
            base: tile.base.as_deref().cloned().unwrap_or_else(background),
            entries: Vec::new(),
            next_seq: 0,
            versions: tile
                .versions
                .iter()
                .map(|(version, _)| version.clone())
                .collect(),
            head_mask: masks.first().map(|mask| Arc::clone(mask)),
            previous_mask: masks.get(1).map(|mask| Arc::clone(mask)),
            on_server: tile
                .versions
                .iter()
                .enumerate()
                .filter(|(at, (version, _))| *at == 0 || version.author == "grace")
                .map(|(_, (version, _))| version.id)
                .collect(),
            approval: None,
        })))
    }

    /// Another person's version of a tile, as the sync brings it.
    pub(crate) fn receive(&mut self, id: TileId, mask: Mask, author: &str) -> SeenLabels {
        self.push_version_of(id, mask, VersionKind::Edit, author);
        let (case, at) = self.find(id).expect("the tile is here");
        let versions: Vec<LabelVersion> = case.tiles[at]
            .versions
            .iter()
            .map(|(version, _)| version.clone())
            .collect();
        case.tiles[at].base = case.tiles[at].versions.last().map(|(_, mask)| mask.clone());
        SeenLabels {
            tile: id,
            ahead: versions.last().map(|version| version.id),
            versions,
            is_unsaved: false,
            approval: None,
        }
    }

    fn push_version(&mut self, id: TileId, mask: Mask, kind: VersionKind) -> Option<Event> {
        let author = match kind {
            VersionKind::Model => "model:5f3a77c0d2",
            _ => "ada",
        };
        self.push_version_of(id, mask, kind, author)
    }

    fn push_version_of(
        &mut self,
        id: TileId,
        mask: Mask,
        kind: VersionKind,
        author: &str,
    ) -> Option<Event> {
        let (case, at) = self.find(id)?;
        let size = case.summary.bscan_size;
        let tile = &mut case.tiles[at];
        let empty = Arc::new(Mask::background(size));
        let before = tile.versions.last().map_or(&empty, |(_, mask)| mask);
        let version = LabelVersion {
            id: VersionId(ContentHash::of(b"")),
            tile: id,
            number: tile.versions.len() as u32 + 1,
            parents: tile
                .versions
                .last()
                .map(|(version, _)| version.id)
                .into_iter()
                .collect(),
            author: author.to_owned(),
            schema: LabelSchema::OCT_LAYERS_ID.to_owned(),
            payload: ContentHash::of(mask.classes()),
            kind,
            comment: String::new(),
            client_time_us: NOW_US + 60_000_000 * tile.versions.len() as i64,
            hlc: tile.versions.len() as u64 + 1,
            diff: MaskDiff::between(before, &mask).expect("one size"),
        }
        .sealed();
        tile.versions.push((version.clone(), Arc::new(mask)));
        Some(Event::VersionSaved(Box::new(version)))
    }

    fn rolled_back(&mut self, id: TileId, target: VersionId) -> Option<Event> {
        let (case, at) = self.find(id)?;
        let old = case.tiles[at]
            .versions
            .iter()
            .find(|(version, _)| version.id == target)?
            .1
            .clone();
        let saved = self.push_version(id, Mask::clone(&old), VersionKind::Rollback)?;
        self.find(id)?.0.tiles[at].base = Some(old);
        self.events.push_back(saved);
        self.tile_opened(id)
    }

    fn segmented(&mut self, tiles: &[TileId]) -> Option<Event> {
        for (done, id) in tiles.iter().enumerate() {
            let score = self.predict(*id)?;
            let progress = Event::SegmentProgressed {
                preparing: false,
                done: done as u32 + 1,
                total: tiles.len() as u32,
            };
            let segmented = SegmentedTile {
                tile: *id,
                score,
                elapsed_ms: 180.0,
            };
            self.events
                .extend([progress, Event::TileSegmented(segmented)]);
        }
        Some(Event::SegmentFinished {
            done: tiles.len() as u32,
            cancelled: false,
        })
    }

    /// The phantom's truth stands for a prediction; doubt lies along the borders of its classes.
    pub(crate) fn predict(&mut self, id: TileId) -> Option<f32> {
        let (case, at) = self.find(id)?;
        let mask = case.scan.phantom.masks[at].clone();
        let doubt = Arc::clone(&case.scan.doubts[at]);
        let score = 0.72 - 0.06 * at as f32;
        let tile = &mut case.tiles[at];
        tile.uncertainty = Some(doubt);
        tile.score = Some((
            score,
            format!("entropy p95 {:.2}, {} blobs", score - 0.08, 5 - at.min(4)),
        ));
        tile.base = Some(Arc::new(mask.clone()));
        case.summary.segmented_count += 1;
        self.push_version(id, mask, VersionKind::Model);
        Some(score)
    }

    /// Predicts every B-scan of the first case.
    pub(crate) fn predict_all(&mut self) {
        let case = self.cases[0].summary.id;
        for index in 0..self.cases[0].summary.bscan_count {
            self.predict(TileId::of(case, index));
        }
    }

    fn queue(&self, threshold: f32) -> Vec<QueueItem> {
        let tiles = self.cases.iter().flat_map(|case| {
            case.tiles.iter().enumerate().filter_map(move |(at, tile)| {
                let (score, reason) = tile.score.clone().filter(|(score, _)| *score > threshold)?;
                Some(QueueItem {
                    tile: TileId::of(case.summary.id, at as u32),
                    case: case.summary.id,
                    case_title: case.summary.title.clone(),
                    bscan_index: at as u32,
                    score,
                    reason,
                    here: true,
                })
            })
        });
        tiles.take(5).collect()
    }
}

fn border_doubt(mask: &Mask) -> UncertaintyMap {
    let size = mask.size();
    let values = (0..size.height).flat_map(|y| {
        (0..size.width).map(move |x| {
            let class = mask.get(x, y);
            let near = (1..=5_u32).find(|d| {
                [y.checked_sub(*d), Some(y + d)]
                    .into_iter()
                    .flatten()
                    .any(|other| mask.get(x, other).is_some_and(|found| Some(found) != class))
            });
            near.map_or(0, |d| 230 - 40 * d as u8)
        })
    });
    UncertaintyMap::new(size, values.collect()).expect("one value per pixel")
}
