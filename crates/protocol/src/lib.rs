//! Wire types v1: the only compatibility promise between client and server.
//!
//! Requests refuse unknown fields, so that a typing error is never taken for a default. Answers do not: a newer
//! server may say more than an older client understands. Times are µs since 1970 UTC; digests and ids are
//! lower-case SHA-256 hex. Golden files in `tests/golden` pin every shape.

mod account;
mod audit;
mod case;
mod case_access;
mod changes;
mod diff;
mod have;
mod hello;
mod label;
mod limits;
mod login;
mod oidc;
mod op;
mod prediction;
mod problem;
mod queue;
mod recompute;
mod review;
mod run;
mod run_manifest;
mod run_step;
mod shapes;
mod status;
mod tile;
mod upload;
mod version;

pub use account::{
    Me, TokenCreate, TokenCreated, TokenRecord, TokensPage, UserChange, UserCreate, UserRecord,
    UsersPage,
};
pub use audit::{AuditEntry, AuditHead, AuditPage, AuditQuery, AuditVerification};
pub use case::{CaseMeta, CaseRecord, CasesPage, TileMeta};
pub use case_access::{CaseAccess, CaseAccessChange, Sharing};
pub use changes::{Change, ChangeEntry, ChangesPage};
pub use diff::{ClassPairPx, ClassPx, DiffRecord};
pub use have::{HaveRequest, HaveResponse};
pub use hello::Hello;
pub use label::{
    DiffResponse, LabelCreate, LabelCreated, LabelRollback, LabelRolledBack, MaskSource,
    VersionGraph,
};
pub use limits::Limits;
pub use login::{LoginRequest, LoginResponse, PasswordChange, RefreshRequest};
pub use oidc::{OidcCallback, OidcDevice, OidcPoll, OidcStart, OidcStarted};
pub use op::{Op, OpBody, OpOutcome, OpResult, PushRequest, PushResponse};
pub use prediction::PredictionOffer;
pub use problem::{PROBLEM_CONTENT_TYPE, ProblemBody};
pub use queue::{LeaseRecord, LeasesPage, QueueItem, QueuePage, QueueSlot};
pub use recompute::{RecomputeRecord, RecomputeState};
pub use review::{
    ApprovalRecord, Disagreement, DisagreementsPage, LabelAdjudicate, LabelApprove, LabelMerge,
    MergePreview, ReviewCreate, ReviewRecord, ReviewsPage, Verdict,
};
pub use run::{
    ArtifactsPage, PipelineConfig, RunAccepted, RunArtifact, RunCreate, RunError, RunEvent,
    RunRecord, RunState, RunsPage,
};
pub use run_manifest::RunManifest;
pub use run_step::{RunStep, StepKind, StepState};
pub use shapes::{Consent, Laterality, Sha256};
pub use status::{
    DatabaseStatus, HealthPart, ObjectStoreStatus, QueueStatus, RunCount, ServerStatus, StepCounts,
    WorkerStatus, WorkerStep,
};
pub use tile::{BlobRef, TileView};
pub use upload::{CaseFromUpload, CaseTaken, IntakeRecord, IntakesPage, UploadStatus};
pub use version::{LabelKind, LabelRecord, VersionOffer};

/// The protocol version that these types speak.
pub const PROTOCOL_VERSION: u32 = 1;
