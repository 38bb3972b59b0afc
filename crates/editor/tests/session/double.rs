//! An in-memory double of the store: it answers effects with events as the real one does.

use fovea_annotation::{
    CaseId, ContentHash, JournalEntry, LabelSchema, LabelVersion, Mask, MaskDiff, TileId,
    VersionId, VersionKind,
};
use fovea_editor::{
    BscanSummary, CaseSummary, Command, Effect, Event, LoadedTile, State, apply, handle,
};
use fovea_geometry::{PointPx, SizePx};
use fovea_imaging::{GrayImage, Laterality};
use std::{collections::VecDeque, sync::Arc};

pub(crate) const SIZE: SizePx = SizePx::new(60, 40);

/// One tile's durable rows.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) journal: Vec<(u64, JournalEntry)>,
    pub(crate) versions: Vec<(LabelVersion, Arc<Mask>)>,
    base: Option<Arc<Mask>>,
    base_seq: u64,
}

/// The application with its store double.
pub(crate) struct Session {
    pub(crate) state: State,
    pub(crate) rows: Vec<Rows>,
    /// Effects that the double does not answer: canvas and host.
    pub(crate) outside: Vec<Effect>,
    /// Journal and saves fail with this sentence.
    pub(crate) disk_full: Option<String>,
    /// Events are kept back until [`Session::deliver`].
    pub(crate) hold: bool,
    pending: VecDeque<Event>,
}

pub(crate) fn case() -> CaseId {
    CaseId(ContentHash::of(b"case"))
}

pub(crate) fn tile(index: u32) -> TileId {
    TileId::of(case(), index)
}

impl Session {
    /// A started application with one case of two B-scans, the first one open.
    pub(crate) fn start() -> Self {
        Self::restart(vec![Rows::default(), Rows::default()])
    }

    /// The application started again on the same rows, as after a crash.
    pub(crate) fn restart(rows: Vec<Rows>) -> Self {
        let (state, effects) = State::start();
        let mut session = Self {
            state,
            rows,
            outside: Vec::new(),
            disk_full: None,
            hold: false,
            pending: VecDeque::new(),
        };
        session.run(effects);
        session
    }

    pub(crate) fn send(&mut self, command: Command) {
        let effects = apply(&mut self.state, command);
        self.run(effects);
    }

    pub(crate) fn report(&mut self, event: Event) {
        let effects = handle(&mut self.state, event);
        self.run(effects);
    }

    /// A whole stroke through these points.
    pub(crate) fn stroke(&mut self, points: &[(f32, f32)]) {
        let point = |p: &(f32, f32)| PointPx::new(p.0, p.1);
        self.send(Command::StrokeBegin {
            point: point(&points[0]),
            erase: false,
        });
        points[1..]
            .iter()
            .for_each(|p| self.send(Command::StrokeMove(point(p))));
        self.send(Command::StrokeEnd);
    }

    /// Hands over the events kept back.
    pub(crate) fn deliver(&mut self) {
        self.hold = false;
        self.pump();
    }

    pub(crate) fn mask(&self) -> &Mask {
        &self.state.tile.as_ref().expect("a tile is open").mask
    }

    pub(crate) fn last_notice(&self) -> &str {
        self.state.notices.list().last().map_or("", |n| &n.text)
    }

    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match self.answer(effect) {
                Ok(event) => self.pending.extend(event),
                Err(effect) => self.outside.push(effect),
            }
        }
        if !self.hold {
            self.pump();
        }
    }

    fn pump(&mut self) {
        while let Some(event) = self.pending.pop_front() {
            self.report(event);
        }
    }

    fn answer(&mut self, effect: Effect) -> Result<Option<Event>, Effect> {
        Ok(Some(match effect {
            Effect::ListCases => Event::CasesListed(vec![self.summary()]),
            Effect::ListReturned => Event::ReturnedListed(Vec::new()),
            Effect::OpenCase(_) => self.opened_case(),
            Effect::OpenTile(tile) => Event::TileOpened(Box::new(self.loaded(tile))),
            Effect::AppendJournal { tile, seq, entry } => match self.disk_full.clone() {
                Some(sentence) => Event::JournalFailed { tile, sentence },
                None => {
                    self.rows_of(tile).journal.push((seq, entry));
                    Event::JournalDurable { tile, seq }
                }
            },
            Effect::SaveVersion { tile, mask, .. } => match self.disk_full.clone() {
                Some(sentence) => Event::SaveFailed { tile, sentence },
                None => Event::VersionSaved(Box::new(self.rows_of(tile).push(
                    tile,
                    mask,
                    VersionKind::Edit,
                ))),
            },
            Effect::Rollback { tile, target } => {
                let rows = self.rows_of(tile);
                let mask = rows
                    .versions
                    .iter()
                    .find(|(v, _)| v.id == target)
                    .expect("known version")
                    .1
                    .clone();
                let version = rows.push(tile, mask.clone(), VersionKind::Rollback);
                rows.base = Some(mask);
                rows.base_seq = rows.next_seq();
                Event::VersionSaved(Box::new(version))
            }
            Effect::LoadQueue { .. } => return Ok(None),
            other => return Err(other),
        }))
    }

    fn rows_of(&mut self, wanted: TileId) -> &mut Rows {
        let at = (0..self.rows.len())
            .find(|i| tile(*i as u32) == wanted)
            .expect("known tile");
        &mut self.rows[at]
    }

    fn summary(&self) -> CaseSummary {
        CaseSummary {
            id: case(),
            title: "Case".into(),
            bscan_count: 2,
            bscan_size: SIZE,
            spacing_um: None,
            laterality: Laterality::Unknown,
            format: "phantom".into(),
            pattern: Default::default(),
            device: None,
            device_line_count: 0,
            imported_at_us: 0,
            segmented_count: 0,
            labelled_count: 0,
        }
    }

    fn opened_case(&self) -> Event {
        let bscan = |index| BscanSummary {
            tile: tile(index),
            index,
            score: None,
            version_count: 0,
        };
        Event::CaseOpened {
            summary: self.summary(),
            bscans: vec![bscan(0), bscan(1)],
        }
    }

    fn loaded(&mut self, wanted: TileId) -> LoadedTile {
        let rows = self.rows_of(wanted);
        let tail = rows.journal.iter().filter(|(seq, _)| *seq >= rows.base_seq);
        LoadedTile {
            tile: wanted,
            case: case(),
            index: u32::from(wanted == tile(1)),
            image: Arc::new(GrayImage {
                size: SIZE,
                pixels: vec![90; SIZE.len()],
            }),
            uncertainty: None,
            score: None,
            base: rows
                .base
                .as_deref()
                .cloned()
                .unwrap_or(Mask::background(SIZE)),
            entries: tail.map(|(_, entry)| entry.clone()).collect(),
            next_seq: rows.next_seq(),
            versions: rows.versions.iter().map(|(v, _)| v.clone()).collect(),
            head_mask: rows.versions.last().map(|(_, m)| m.clone()),
            previous_mask: rows.versions.iter().rev().nth(1).map(|(_, m)| m.clone()),
            on_server: Vec::new(),
            approval: None,
        }
    }
}

impl Rows {
    fn next_seq(&self) -> u64 {
        self.journal.last().map_or(0, |(seq, _)| seq + 1)
    }

    fn push(&mut self, tile: TileId, mask: Arc<Mask>, kind: VersionKind) -> LabelVersion {
        let before = self
            .versions
            .last()
            .map_or(Mask::background(SIZE), |(_, m)| (**m).clone());
        let version = LabelVersion {
            id: VersionId(ContentHash::of(b"")),
            tile,
            number: self.versions.len() as u32 + 1,
            parents: self
                .versions
                .last()
                .map(|(v, _)| v.id)
                .into_iter()
                .collect(),
            author: "tester".into(),
            schema: LabelSchema::OCT_LAYERS_ID.into(),
            payload: ContentHash::of(mask.classes()),
            kind,
            comment: String::new(),
            client_time_us: 0,
            hlc: self.versions.len() as u64,
            diff: MaskDiff::between(&before, &mask).expect("one size"),
        }
        .sealed();
        self.versions.push((version.clone(), mask));
        version
    }
}
