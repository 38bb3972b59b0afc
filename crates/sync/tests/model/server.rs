//! A server in memory: what the protocol promises, and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fovea_annotation::{CaseId, ContentHash, Mask, MaskDiff, TileId, VersionId, mask_from_payload};
use fovea_protocol::{
    CaseMeta, Change, ChangeEntry, ChangesPage, DiffRecord, Hello, LabelRecord, Limits, Op, OpBody,
    OpOutcome, OpResult, PushResponse, VersionOffer,
};
use uuid::Uuid;

const PAGE_LEN: usize = 5;

/// The data; a clone of it is a backup.
#[derive(Clone)]
pub(crate) struct ModelServer {
    pub(crate) incarnation: Uuid,
    pub(crate) blobs: BTreeMap<ContentHash, Vec<u8>>,
    pub(crate) versions: BTreeMap<VersionId, VersionOffer>,
    /// How often each version entered the history.
    pub(crate) accepted: HashMap<VersionId, usize>,
    pub(crate) heads: BTreeMap<TileId, BTreeSet<VersionId>>,
    cases: BTreeMap<CaseId, CaseMeta>,
    ops: BTreeSet<Uuid>,
    log: Vec<ChangeEntry>,
}

impl ModelServer {
    pub(crate) fn new() -> Self {
        Self {
            incarnation: Uuid::from_u128(1),
            blobs: BTreeMap::new(),
            versions: BTreeMap::new(),
            accepted: HashMap::new(),
            heads: BTreeMap::new(),
            cases: BTreeMap::new(),
            ops: BTreeSet::new(),
            log: Vec::new(),
        }
    }

    /// Puts a backup back, under a new incarnation.
    pub(crate) fn restore(&mut self, backup: &Self) {
        let incarnation = Uuid::from_u128(self.incarnation.as_u128() + 1);
        *self = Self {
            incarnation,
            ..backup.clone()
        };
    }

    pub(crate) fn hello(&self) -> Hello {
        Hello {
            server_id: Uuid::from_u128(7),
            incarnation: self.incarnation,
            protocol_versions: vec![1],
            server_version: "model".into(),
            user: "ada".into(),
            role: "labeler".into(),
            may_review_own: false,
            cursor: self.log.len() as u64,
            limits: Limits {
                push_ops_max: 3,
                have_hashes_max: 2,
                ..Limits::V1
            },
            server_time_us: 0,
        }
    }

    pub(crate) fn missing(&self, blobs: &[ContentHash]) -> Vec<ContentHash> {
        blobs
            .iter()
            .filter(|hash| !self.blobs.contains_key(hash))
            .copied()
            .collect()
    }

    pub(crate) fn push(&mut self, ops: &[Op]) -> PushResponse {
        let results = ops
            .iter()
            .map(|op| OpResult {
                op_id: op.op_id,
                outcome: self.apply(op),
            })
            .collect();
        PushResponse { results }
    }

    pub(crate) fn changes(&self, cursor: u64) -> ChangesPage {
        let start = (cursor as usize).min(self.log.len());
        let changes: Vec<ChangeEntry> = self.log[start..].iter().take(PAGE_LEN).cloned().collect();
        let cursor = (start + changes.len()) as u64;
        ChangesPage {
            incarnation: self.incarnation,
            more: (cursor as usize) < self.log.len(),
            changes,
            cursor,
        }
    }

    fn apply(&mut self, op: &Op) -> OpOutcome {
        if self.ops.contains(&op.op_id) {
            return OpOutcome::Duplicate;
        }
        let outcome = match &op.body {
            OpBody::RegisterCase(case) => self.register(case),
            OpBody::RegisterPrediction(made) => self.needs(&[made.mask, made.uncertainty]),
            OpBody::PushVersion(version) => self.add(version),
        };
        if !matches!(outcome, OpOutcome::Rejected { .. }) {
            self.ops.insert(op.op_id);
        }
        outcome
    }

    fn register(&mut self, case: &CaseMeta) -> OpOutcome {
        let raw: Vec<ContentHash> = case.tiles.iter().map(|tile| tile.raw).collect();
        if self.cases.contains_key(&case.case_id) {
            return OpOutcome::Duplicate;
        }
        let outcome = self.needs(&raw);
        if outcome == OpOutcome::Accepted {
            self.cases.insert(case.case_id, case.clone());
            self.record(Change::CaseRegistered(case.clone()));
        }
        outcome
    }

    fn add(&mut self, version: &VersionOffer) -> OpOutcome {
        if self.versions.contains_key(&version.id) {
            return OpOutcome::Duplicate;
        }
        if !self.cases.values().any(|case| {
            case.tiles
                .iter()
                .any(|tile| tile.tile_id == version.tile_id)
        }) {
            return rejected("tile_unknown", false);
        }
        if !version
            .parents
            .iter()
            .all(|parent| self.versions.contains_key(parent))
        {
            return rejected("parent_unknown", true);
        }
        let needed = self.needs(&[version.payload]);
        if needed != OpOutcome::Accepted {
            return needed;
        }
        let heads = self.heads.entry(version.tile_id).or_default();
        let forks = !version.parents.iter().all(|parent| heads.contains(parent))
            || (version.parents.is_empty() && !heads.is_empty());
        for parent in &version.parents {
            heads.remove(parent);
        }
        heads.insert(version.id);
        let heads: Vec<VersionId> = heads.iter().copied().collect();
        self.versions.insert(version.id, version.clone());
        *self.accepted.entry(version.id).or_default() += 1;
        let record = LabelRecord {
            version: version.clone(),
            diff: self.diff(version),
            pushed_by: "ada".into(),
            accepted_at_us: 0,
        };
        self.record(Change::VersionAdded {
            record,
            heads: heads.clone(),
        });
        if forks {
            OpOutcome::Forked { heads }
        } else {
            OpOutcome::Accepted
        }
    }

    fn diff(&self, version: &VersionOffer) -> DiffRecord {
        let mask = |payload| mask_from_payload(&self.blobs[&payload]).expect("a mask");
        let new = mask(version.payload);
        let old = version.parents.first().map_or_else(
            || Mask::background(new.size()),
            |p| mask(self.versions[p].payload),
        );
        DiffRecord::from(&MaskDiff::between(&old, &new).expect("one size"))
    }

    fn needs(&self, blobs: &[ContentHash]) -> OpOutcome {
        if self.missing(blobs).is_empty() {
            OpOutcome::Accepted
        } else {
            rejected("blob_missing", true)
        }
    }

    fn record(&mut self, change: Change) {
        let seq = self.log.len() as u64 + 1;
        self.log.push(ChangeEntry {
            seq,
            at_us: 0,
            change,
        });
    }
}

fn rejected(code: &str, retryable: bool) -> OpOutcome {
    OpOutcome::Rejected {
        code: code.into(),
        detail: code.into(),
        retryable,
    }
}
