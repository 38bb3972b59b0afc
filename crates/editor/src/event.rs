//! What workers report. A worker never touches `State`; it sends one of these.

use crate::{
    Approval, BscanSummary, CaseSummary, FileId, Finding, ImportedCase, InferenceReport,
    LabelFinding, LatencyKind, QueueItem, QueueSource, Readings, ReturnedLabel, SyncReport, Upload,
    Who,
};
use fovea_annotation::{
    CaseId, JournalEntry, LabelVersion, Mask, TileId, UncertaintyMap, VersionId,
};
use fovea_audit::AuditVerdict;
use fovea_imaging::GrayImage;
use fovea_protocol::{
    ApprovalRecord, AuditPage, AuditQuery, DisagreementsPage, LabelCreated, ReviewRecord, RunEvent,
    RunRecord, RunsPage, TokenCreated, TokenRecord, UserRecord, UsersPage,
};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// A tile as the store holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedTile {
    /// The tile.
    pub tile: TileId,
    /// Its case.
    pub case: CaseId,
    /// Its position in the volume, from 0.
    pub index: u32,
    /// The raw B-scan.
    pub image: Arc<GrayImage>,
    /// Uncertainty of the newest prediction.
    pub uncertainty: Option<Arc<UncertaintyMap>>,
    /// Why it is worth a look: the score and its reason.
    pub score: Option<(f32, String)>,
    /// The mask on which the journal stands: payload of the version it was last rebased on, else background.
    pub base: Mask,
    /// Journal entries since then, in order.
    pub entries: Vec<JournalEntry>,
    /// Number of the next journal entry.
    pub next_seq: u64,
    /// All versions known, oldest first.
    pub versions: Vec<LabelVersion>,
    /// Payload of the newest version (the head), if there is one.
    pub head_mask: Option<Arc<Mask>>,
    /// Payload of the version before the head, for comparison.
    pub previous_mask: Option<Arc<Mask>>,
    /// Versions that the server has acknowledged.
    pub on_server: Vec<VersionId>,
    /// The approved version.
    pub approval: Option<Approval>,
}

/// The versions of a tile as the store holds them now.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenLabels {
    /// The tile.
    pub tile: TileId,
    /// All versions known, oldest first.
    pub versions: Vec<LabelVersion>,
    /// The version that the tile would be opened at, where that is another one than is worked on.
    pub ahead: Option<VersionId>,
    /// The store holds strokes that are in no version, so the tile stays where it is.
    pub is_unsaved: bool,
    /// The approved version.
    pub approval: Option<Approval>,
}

/// A file or folder that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The last part of the path, as the person chose it.
    pub name: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// A tile that the model has been over.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentedTile {
    /// The tile.
    pub tile: TileId,
    /// Its score.
    pub score: f32,
    /// Wall time of the model in ms.
    pub elapsed_ms: f32,
}

/// A report from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The server told of what other people did.
    ChangesReceived,
    /// The versions of a tile.
    LabelsSeen(Box<SeenLabels>),
    /// Labels that reviewers sent back, the one that waits longest first.
    ReturnedListed(Vec<ReturnedLabel>),
    /// All cases, newest first.
    CasesListed(Vec<CaseSummary>),
    /// A case and its B-scans.
    CaseOpened {
        /// Its line in the list.
        summary: CaseSummary,
        /// Its B-scans in order.
        bscans: Vec<BscanSummary>,
    },
    /// A tile was read.
    TileOpened(Box<LoadedTile>),
    /// Every journal entry of the tile up to `seq` is durable.
    JournalDurable {
        /// The tile.
        tile: TileId,
        /// The newest durable entry.
        seq: u64,
    },
    /// A journal entry could not be written; the work is still in hand.
    JournalFailed {
        /// The tile.
        tile: TileId,
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The version is committed on this machine and queued.
    VersionSaved(Box<LabelVersion>),
    /// The version could not be saved; the strokes are in the journal.
    SaveFailed {
        /// The tile.
        tile: TileId,
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The server has these versions.
    VersionsOnServer(Vec<VersionId>),
    /// What is remembered from the last import.
    ImportSettings {
        /// What the site calls the device.
        device_id: String,
        /// The policy wants it.
        needs_device: bool,
        /// Devices that were named before, the last one first.
        known_devices: Vec<String>,
    },
    /// A file was looked at.
    Inspected {
        /// Which one.
        file: FileId,
        /// What it is, or why it cannot come in.
        found: Result<Finding, String>,
    },
    /// So many of so many files are done.
    ImportProgressed {
        /// Files read.
        done: u32,
        /// Files in all.
        total: u32,
    },
    /// The import ended.
    ImportFinished {
        /// Cases made, or met again.
        cases: Vec<ImportedCase>,
        /// What was refused.
        refused: Vec<Refusal>,
    },
    /// A file of labels was looked at.
    LabelsInspected {
        /// The case that they are for.
        case: CaseId,
        /// What is in it.
        found: Box<LabelFinding>,
    },
    /// So many of so many scans are in line for the server.
    SendPrepared {
        /// Scans done.
        done: u32,
        /// Scans in all.
        total: u32,
    },
    /// The scans are in line.
    SendQueued {
        /// What could not be put in line.
        refused: Vec<Refusal>,
    },
    /// Every upload as it is now.
    UploadsChanged(Vec<Upload>),
    /// Somebody signed in.
    SignedIn {
        /// Address of the server.
        server: String,
        /// Who.
        who: Who,
        /// Everything else is refused until the password is changed.
        must_change_password: bool,
    },
    /// Nobody is signed in any more.
    SignedOut {
        /// What the person should know, one sentence; empty when nothing.
        remark: String,
    },
    /// The server that is set up, and who is signed in there as far as it has said.
    AccountKnown {
        /// Its address.
        server: String,
        /// Who.
        who: Option<Who>,
    },
    /// Signing in, or changing the password, failed.
    AccountFailed {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The newest runs of the server.
    RunsListed(RunsPage),
    /// The runs cannot be listed now.
    RunsAway {
        /// What is wrong, one sentence.
        sentence: String,
    },
    /// Older runs of the server.
    OlderRunsListed(RunsPage),
    /// A run with what it made.
    RunShown(Box<RunRecord>),
    /// A run went on.
    RunChanged(RunEvent),
    /// What happened to a run so far.
    RunLogged {
        /// The run.
        run: Uuid,
        /// Lines.
        text: String,
    },
    /// A run is queued.
    RunStarted {
        /// The run.
        run: Uuid,
        /// The same run was there already.
        was_known: bool,
    },
    /// An artifact lies in this file.
    ArtifactSaved(PathBuf),
    /// Accounts of the server.
    UsersListed {
        /// The last name of the page before.
        after: Option<String>,
        /// The page.
        page: UsersPage,
    },
    /// An account was made or changed.
    UserChanged(UserRecord),
    /// The tokens of an account.
    TokensListed {
        /// The account.
        name: String,
        /// Its tokens.
        tokens: Vec<TokenRecord>,
    },
    /// A token was made; the server shows it only once.
    TokenMade {
        /// The account.
        name: String,
        /// The token.
        token: TokenCreated,
    },
    /// Lines of the audit log.
    AuditListed {
        /// As it was asked.
        ask: AuditQuery,
        /// The page.
        page: AuditPage,
    },
    /// Lines of the audit log could not be had.
    AuditAway {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// So many of so many lines of the audit log are checked.
    AuditChecking {
        /// Lines done.
        done: u64,
        /// Lines in all.
        of: u64,
    },
    /// What the check of the audit log came to; or why it came to nothing, one sentence.
    AuditChecked(Result<Box<AuditVerdict>, String>),
    /// A label was reviewed.
    LabelReviewed(ReviewRecord),
    /// A label is the approved one of its B-scan.
    LabelApproved(ApprovalRecord),
    /// Nothing was approved: another version was, after the reviewer had looked.
    ApprovedMeanwhile,
    /// Tiles with several readings.
    DisagreementsListed {
        /// From after this number on.
        after: u64,
        /// The page.
        page: DisagreementsPage,
    },
    /// They could not be had.
    DisagreementsAway {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// Two readings of a tile are here.
    ReadingsCompared(Box<Readings>),
    /// Two readings of a tile are one.
    ReadingsJoined {
        /// The tile.
        tile: TileId,
        /// The version that stands.
        created: LabelCreated,
    },
    /// The server did not answer a question, or refused.
    ServerRefused {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// Labels are committed as versions, and queued.
    LabelsImported {
        /// The case.
        case: CaseId,
        /// What came in, and from where.
        sentence: String,
    },
    /// So many of so many B-scans are written.
    ExportProgressed {
        /// B-scans done.
        done: u32,
        /// B-scans in all.
        total: u32,
    },
    /// The case was written.
    Exported {
        /// What was written and where.
        sentence: String,
    },
    /// The case was not written, and nothing of it is left.
    ExportFailed {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The model is being prepared, or so many of so many tiles are done.
    SegmentProgressed {
        /// The first run prepares the model; nothing is segmented yet.
        preparing: bool,
        /// Tiles done.
        done: u32,
        /// Tiles in all.
        total: u32,
    },
    /// One tile is segmented and its prediction stored.
    TileSegmented(SegmentedTile),
    /// Segmenting ended, whole or cancelled.
    SegmentFinished {
        /// Tiles segmented.
        done: u32,
        /// The person cancelled.
        cancelled: bool,
    },
    /// Segmenting failed.
    SegmentFailed {
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The queue.
    QueueLoaded {
        /// Where it comes from.
        source: QueueSource,
        /// Ranked.
        items: Vec<QueueItem>,
    },
    /// The sync engine's view of the world.
    SyncChanged(SyncReport),
    /// Which device runs the model, and why.
    InferenceReady(InferenceReport),
    /// A duration was measured.
    Measured(LatencyKind, f32),
    /// Something else failed.
    Failed {
        /// What is wrong and what to do.
        sentence: String,
    },
}
