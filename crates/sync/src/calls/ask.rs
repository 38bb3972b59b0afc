//! Questions and answers.

use std::path::PathBuf;

use fovea_annotation::{CaseId, TileId, VersionId};
use fovea_audit::AuditVerdict;
use fovea_protocol::{
    ApprovalRecord, AuditPage, AuditQuery, DisagreementsPage, LabelApprove, LabelCreated,
    LabelMerge, ReviewCreate, ReviewRecord, RunArtifact, RunCreate, RunEvent, RunRecord, RunsPage,
    TokenCreate, TokenCreated, TokenRecord, UserChange, UserCreate, UserRecord, UsersPage,
};
use uuid::Uuid;

use super::{Judgement, ReadingPair};
use crate::TransportError;

/// A question to the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The newest runs, now and again while the page is shown; each that goes on is followed → [`Reply::Runs`].
    ShowRuns {
        /// Over this case only.
        case: Option<CaseId>,
    },
    /// The page is closed. Runs that are followed stay so until their end.
    HideRuns,
    /// Older runs → [`Reply::OlderRuns`].
    OlderRuns {
        /// Over this case only.
        case: Option<CaseId>,
        /// `next` of the page before.
        after: u64,
    },
    /// Whose token this is → [`Reply::Me`].
    WhoAmI,
    /// A run with its artifacts → [`Reply::Run`].
    Run(Uuid),
    /// Its log → [`Reply::RunLog`].
    RunLog(Uuid),
    /// Start a run, and follow it → [`Reply::RunStarted`].
    StartRun(RunCreate),
    /// Stop a run → [`Reply::Run`].
    CancelRun(Uuid),
    /// Go on with a run that failed or was stopped, and follow it → [`Reply::Run`].
    RetryRun(Uuid),
    /// Fetch an artifact, hash it, and write it to a file → [`Reply::Saved`].
    SaveArtifact {
        /// Which.
        artifact: RunArtifact,
        /// Where to; what is there is replaced, at once or not at all.
        path: PathBuf,
    },
    /// Accounts from after this name on → [`Reply::Users`].
    Users(Option<String>),
    /// Make an account → [`Reply::User`].
    CreateUser(UserCreate),
    /// Change an account → [`Reply::User`].
    ChangeUser(String, UserChange),
    /// Tokens of an account → [`Reply::Tokens`].
    Tokens(String),
    /// Make a token for an account → [`Reply::TokenMade`].
    MakeToken(String, TokenCreate),
    /// End a token of an account → [`Reply::Tokens`].
    EndToken(String, String),
    /// Lines of the audit log → [`Reply::Audit`] or [`Reply::AuditAway`].
    Audit(AuditQuery),
    /// Fetch the whole audit log and check it here → [`Reply::AuditChecking`], at the end [`Reply::AuditChecked`].
    CheckAudit {
        /// Heads that were kept from checks before: `keep` of the last verdict.
        kept: String,
        /// Write what is checked to this file, and the heads beside it.
        save_to: Option<PathBuf>,
    },
    /// Stop the check; nothing of it stays.
    StopAuditCheck,
    /// Accept a label, or send it back to its author → [`Reply::Reviewed`].
    Review(VersionId, ReviewCreate),
    /// Make a label the approved one of its tile → [`Reply::Approved`], or [`Reply::ApprovedMeanwhile`].
    Approve(VersionId, LabelApprove),
    /// Tiles with several heads from after this number on → [`Reply::Disagreements`] or [`Reply::DisagreementsAway`].
    Disagreements(u64),
    /// Two heads of a tile with their masks → [`Reply::Readings`].
    Readings(TileId, [VersionId; 2]),
    /// Join two heads that do not contradict each other → [`Reply::Joined`].
    Merge(LabelMerge),
    /// Decide between two heads → [`Reply::Joined`].
    Adjudicate {
        /// The tile.
        tile: TileId,
        /// Its heads.
        parents: [VersionId; 2],
        /// What stands from now on.
        judgement: Judgement,
        /// Why.
        comment: String,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The newest runs.
    Runs(RunsPage),
    /// The list could not be had; it is asked for again while the page is shown.
    RunsAway {
        /// What is wrong, one sentence.
        why: String,
    },
    /// Whose token this is.
    Me {
        /// Name of the account.
        name: String,
        /// Its role.
        role: String,
        /// The server lets reviewers decide about labels of their own.
        may_review_own: bool,
    },
    /// Older runs.
    OlderRuns(RunsPage),
    /// A run as it is.
    Run(Box<RunRecord>),
    /// A run went on.
    RunChanged(RunEvent),
    /// What happened to a run so far.
    RunLog {
        /// The run.
        run: Uuid,
        /// Lines.
        text: String,
    },
    /// A run was started, or the same one was there already.
    RunStarted {
        /// The run.
        run: Uuid,
        /// It was there already; nothing is computed twice.
        was_known: bool,
    },
    /// An artifact lies in a file.
    Saved(PathBuf),
    /// Accounts.
    Users {
        /// From after this name on.
        after: Option<String>,
        /// The page.
        page: UsersPage,
    },
    /// An account as it is now.
    User(UserRecord),
    /// Tokens of an account.
    Tokens {
        /// The account.
        name: String,
        /// Its tokens.
        tokens: Vec<TokenRecord>,
    },
    /// A token of an account, shown only here.
    TokenMade {
        /// The account.
        name: String,
        /// The token.
        token: TokenCreated,
    },
    /// Lines of the audit log.
    Audit {
        /// As it was asked.
        ask: AuditQuery,
        /// The page.
        page: AuditPage,
    },
    /// Lines of the audit log could not be had.
    AuditAway {
        /// What is wrong and what to do, one sentence.
        why: String,
    },
    /// So many of so many lines of the audit log are checked.
    AuditChecking {
        /// Lines done.
        done: u64,
        /// Lines in all.
        of: u64,
    },
    /// What the check came to; or why it came to nothing, one sentence.
    AuditChecked(Result<Box<AuditVerdict>, String>),
    /// A label was reviewed.
    Reviewed(ReviewRecord),
    /// A label is the approved one of its tile.
    Approved(ApprovalRecord),
    /// Nothing was approved: another version was, after the reviewer had looked.
    ApprovedMeanwhile,
    /// Tiles with several heads.
    Disagreements {
        /// From after this number on.
        after: u64,
        /// The page.
        page: DisagreementsPage,
    },
    /// They could not be had.
    DisagreementsAway {
        /// What is wrong and what to do, one sentence.
        why: String,
    },
    /// Two readings of a tile.
    Readings(Box<ReadingPair>),
    /// Two heads of a tile are one.
    Joined {
        /// The tile.
        tile: TileId,
        /// The version that stands.
        created: LabelCreated,
    },
    /// A question was not answered, or with a refusal.
    Failed {
        /// What is wrong and what to do, one sentence.
        why: String,
    },
}

/// An error as one sentence for somebody who waits for the answer.
pub(crate) fn sentence(error: &TransportError) -> String {
    match error {
        TransportError::Unreachable { why } => {
            format!("The server does not answer ({why}); try again when it is back.")
        }
        TransportError::Unauthorized => {
            "The server does not accept this sign-in; sign in again.".to_owned()
        }
        TransportError::Busy { detail, .. } => {
            format!("The server is busy ({detail}); try again in a moment.")
        }
        TransportError::Refused { detail, .. } => crate::words::sentence(detail),
        TransportError::SignInNotKept { .. } | TransportError::Incompatible { .. } => {
            crate::words::sentence(&error.to_string())
        }
    }
}
