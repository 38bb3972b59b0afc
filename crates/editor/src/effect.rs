//! What the outside must do. The canvas effects are for the interface, the rest for the workers and the host.

use crate::{ExportOrder, FileId, ImportOrder, Secret, SegmentScope, SendOrder, UploadId};
use fovea_annotation::{CaseId, ContentHash, JournalEntry, Mask, TileId, VersionId};
use fovea_geometry::RectPx;
use fovea_protocol::{
    AuditQuery, LabelApprove, LabelMerge, ReviewCreate, RunArtifact, RunCreate, TokenCreate,
    UserChange, UserCreate,
};
use std::{path::PathBuf, sync::Arc};
use uuid::Uuid;

/// What stands after an adjudication.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A mask that the server holds.
    Payload(ContentHash),
    /// This mask.
    Mask(Arc<Mask>),
}

/// A decision between two heads of a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjudication {
    /// The tile.
    pub tile: TileId,
    /// The heads that were compared.
    pub parents: [VersionId; 2],
    /// What stands from now on.
    pub verdict: Verdict,
    /// Why.
    pub comment: String,
}

/// Work asked of the outside. Each is answered by the events named.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The open tile's mask changed inside this rectangle: upload those rows to the canvas.
    MaskChanged(RectPx),
    /// Another tile is shown, or everything of it changed: upload image, mask and uncertainty.
    TileReplaced,

    /// → `CasesListed`.
    ListCases,
    /// The versions of a tile, without its picture → `LabelsSeen`.
    LookAtLabels(TileId),
    /// Labels that reviewers sent back → `ReturnedListed`.
    ListReturned,
    /// → `CaseOpened`, or `Failed`.
    OpenCase(CaseId),
    /// → `TileOpened`, or `Failed`.
    OpenTile(TileId),
    /// Append to the tile's journal, durably → `JournalDurable`, or `JournalFailed`.
    AppendJournal {
        /// The tile.
        tile: TileId,
        /// Number of the entry, counted by the editor from what `TileOpened` said.
        seq: u64,
        /// The entry.
        entry: JournalEntry,
    },
    /// Save the mask as a version on top of the head, with its outbox row, in one transaction
    /// → `VersionSaved`, or `SaveFailed`.
    SaveVersion {
        /// The tile.
        tile: TileId,
        /// The whole mask.
        mask: Arc<Mask>,
        /// What the person wrote.
        comment: String,
    },
    /// Add a version with the payload of `target` and rebase the journal → `VersionSaved`, then `TileOpened`.
    Rollback {
        /// The tile.
        tile: TileId,
        /// The version to go back to.
        target: VersionId,
    },
    /// → `ImportSettings`.
    LoadImportSettings,
    /// Look at files without keeping anything → `Inspected` for each.
    Inspect {
        /// The files.
        files: Vec<(FileId, PathBuf)>,
        /// The open case: what is no scan may be labels for it.
        open: Option<CaseId>,
    },
    /// Look at a case of this machine as at a file → `Inspected`.
    InspectCase {
        /// Its name on the desk.
        file: FileId,
        /// The case.
        case: CaseId,
    },
    /// → `ImportProgressed`, at the end `ImportFinished`.
    Import(ImportOrder),
    /// De-identify scans and put them in line for the server → `SendPrepared`, at the end `SendQueued`; then
    /// `UploadsChanged` as they go.
    Send(SendOrder),
    /// Stop an upload for a while → `UploadsChanged`.
    PauseUpload(UploadId),
    /// Go on with an upload → `UploadsChanged`.
    ResumeUpload(UploadId),
    /// Forget an upload, here and on the server → `UploadsChanged`.
    RemoveUpload(UploadId),
    /// Try now what waits to be sent → `UploadsChanged`.
    RetryUploads,

    /// → `SignedIn`, or `AccountFailed`.
    SignIn {
        /// Address of the server.
        server: String,
        /// Name of the account.
        name: String,
        /// Its password.
        password: Secret,
    },
    /// → `SignedOut`.
    SignOut,
    /// → `SignedIn`, or `AccountFailed`.
    ChangePassword {
        /// The one so far.
        current: Secret,
        /// The one from now on.
        new: Secret,
    },
    /// From now on this is the server → `AccountKnown`.
    Connect(String),
    /// From now on versions are saved in the name of this account, at later starts too; without one, in that of the
    /// computer's user. → `ReturnedListed` when it is another one.
    WorkAs(Option<String>),

    /// List runs while the page is shown, and follow those that go on → `RunsListed` or `RunsAway`, `RunChanged`.
    ShowRuns {
        /// Over this case only.
        case: Option<CaseId>,
    },
    /// The page is closed.
    HideRuns,
    /// → `OlderRunsListed`, or `ServerRefused`.
    LoadOlderRuns {
        /// Over this case only.
        case: Option<CaseId>,
        /// Where they begin.
        after: u64,
    },
    /// → `RunShown`, or `ServerRefused`.
    LoadRun(Uuid),
    /// → `RunLogged`, or `ServerRefused`.
    LoadRunLog(Uuid),
    /// → `RunStarted`, or `ServerRefused`.
    StartRun(RunCreate),
    /// → `RunShown`, or `ServerRefused`.
    CancelRun(Uuid),
    /// → `RunShown`, or `ServerRefused`.
    RetryRun(Uuid),
    /// Fetch an artifact, hash it, and write it there → `ArtifactSaved`, or `ServerRefused`.
    SaveArtifact(Box<RunArtifact>, PathBuf),

    /// → `UsersListed`, or `ServerRefused`.
    LoadUsers {
        /// The last name of the page before; `None` for the first page.
        after: Option<String>,
    },
    /// → `UserChanged`, or `ServerRefused`.
    CreateUser(UserCreate),
    /// → `UserChanged`, or `ServerRefused`.
    ChangeUser(String, UserChange),
    /// The tokens of an account → `TokensListed`, or `ServerRefused`.
    LoadTokens(String),
    /// → `TokenMade`, or `ServerRefused`.
    MakeToken(String, TokenCreate),
    /// End a token of an account → `TokensListed`, or `ServerRefused`.
    EndToken(String, String),
    /// → `LabelReviewed`, or `ServerRefused`.
    ReviewLabel(VersionId, ReviewCreate),
    /// → `LabelApproved`, `ApprovedMeanwhile`, or `ServerRefused`.
    ApproveLabel(VersionId, LabelApprove),
    /// → `DisagreementsListed`, or `DisagreementsAway`.
    LoadDisagreements {
        /// `next` of the page before; 0 for the first.
        after: u64,
    },
    /// Two heads of a tile with their masks → `ReadingsCompared`, or `ServerRefused`.
    LoadReadings {
        /// The tile.
        tile: TileId,
        /// The heads.
        heads: [VersionId; 2],
    },
    /// → `ReadingsJoined`, or `ServerRefused`.
    MergeReadings(Box<LabelMerge>),
    /// → `ReadingsJoined`, or `ServerRefused`.
    Adjudicate(Box<Adjudication>),
    /// → `AuditListed`, or `AuditAway`.
    LoadAudit(Box<AuditQuery>),
    /// Fetch the whole audit log and check it here → `AuditChecking`, at the end `AuditChecked`.
    CheckAudit {
        /// Write what is checked to this file.
        save_to: Option<PathBuf>,
    },
    /// Stop checking; nothing of it stays.
    StopAuditCheck,
    /// Keep these heads for the next check.
    KeepAuditHeads(String),
    /// Stop looking at files, or importing, after the file in hand → for an import `ImportFinished`.
    CancelImport,
    /// Look at a file of labels for a case → `LabelsInspected`, or `Failed`.
    InspectLabels {
        /// The case.
        case: CaseId,
        /// The file or folder.
        path: PathBuf,
    },
    /// Make labels the newest versions of their tiles → `LabelsImported`, or `Failed`.
    ImportLabels {
        /// The case.
        case: CaseId,
        /// The file or folder.
        path: PathBuf,
        /// Which of its classes becomes which of ours.
        pairs: Vec<(u8, u8)>,
    },
    /// Make the device's layer lines the newest versions of the case's tiles → `LabelsImported`, or `Failed`.
    UseDeviceLines(CaseId),
    /// → `ExportProgressed`, at the end `Exported`, or `ExportFailed`.
    Export(ExportOrder),
    /// Stop writing; nothing of it stays → `ExportFailed`.
    CancelExport,
    /// Run the model over these tiles; each result is stored as prediction, and as a version unless a person has worked
    /// on the tile: a label that somebody corrected is never replaced by a model
    /// → `SegmentProgressed`, `TileSegmented`…, at the end `SegmentFinished`, or `SegmentFailed`.
    Segment {
        /// In this order.
        tiles: Vec<TileId>,
        /// What the person asked for.
        scope: SegmentScope,
    },
    /// Stop after the tile in hand → `SegmentFinished`.
    CancelSegment,
    /// → `QueueLoaded`, from the server or, when it is away, from the local store.
    LoadQueue {
        /// Only tiles with a higher score.
        threshold: f32,
    },
    /// Wake the sync engine → `SyncChanged`.
    SyncNow,

    /// Ask the host for files → `Command::Import`.
    PickFiles,
    /// Ask the host for files to send → `Command::SendFiles`.
    PickFilesToSend,
    /// Ask the host where to save an artifact → `RunsCommand::SaveTo`.
    PickPlaceFor(Box<RunArtifact>),
    /// Ask the host where to save the audit log → `AuditCommand::SaveTo`.
    PickPlaceForAudit,
    /// Ask the host for a folder to import → `Command::Import`.
    PickFolder,
    /// Ask the host for a file of labels → `Command::ImportLabels`.
    PickLabels,
    /// Ask the host for a folder to export into → `Command::ExportTo`.
    PickExportFolder,
    /// Close the window and end the program.
    Quit,
}
