//! The audit log of the server, as administrators and auditors see it. The server's own lines stand in the state, page by
//! page: never the whole log.

use std::path::PathBuf;

use fovea_annotation::CaseId;
use fovea_audit::AuditVerdict;
use fovea_protocol::{AuditEntry, AuditPage, AuditQuery};

/// What kind of action is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditTopic {
    /// Everything.
    #[default]
    Everything,
    /// Who came in, and who could not.
    SignIns,
    /// Accounts, their roles and tokens.
    Accounts,
    /// Scans that came in, and who may see them.
    Cases,
    /// Labels that models and people made.
    Labels,
    /// What reviewers decided.
    Reviews,
    /// Runs and the queue.
    Runs,
    /// Backups, moves and keys.
    Upkeep,
}

impl AuditTopic {
    /// Names of the actions; none means all.
    pub fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Everything => &[],
            Self::SignIns => &[
                "SIGN_IN",
                "SIGN_IN_REFRESH",
                "SIGN_IN_REUSE",
                "SIGN_IN_SLOWED",
                "SIGN_OUT",
            ],
            Self::Accounts => &[
                "USER_CREATE",
                "USER_UPDATE",
                "TOKEN_CREATE",
                "TOKEN_REVOKE",
                "PASSWORD_CHANGE",
            ],
            Self::Cases => &["CASE_REGISTER", "CASE_INTAKE", "CASE_REFUSED", "CASE_SHARE"],
            Self::Labels => &[
                "PREDICTION_REGISTER",
                "LABEL_MODEL",
                "LABEL_EDIT",
                "ROLLBACK",
            ],
            Self::Reviews => &[
                "LABEL_ACCEPT",
                "LABEL_REJECT",
                "LABEL_APPROVE",
                "LABEL_MERGE",
                "ADJUDICATE",
            ],
            Self::Runs => &[
                "RUN_CREATE",
                "RUN_FINISH",
                "RUN_CANCEL",
                "RUN_RETRY",
                "QUEUE_RECOMPUTE",
                "QUEUE_RECOMPUTED",
            ],
            Self::Upkeep => &[
                "BACKUP",
                "RESTORE",
                "STORE_MOVE",
                "KEY_ROTATE",
                "KEY_RETIRE",
            ],
        }
    }
}

/// What is looked for in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What this account did; everybody where it is empty.
    pub actor: String,
    /// Which kind of action.
    pub topic: AuditTopic,
    /// What was done to this case.
    pub case: Option<CaseId>,
    /// Not before this moment, µs since 1970 UTC.
    pub since_us: Option<i64>,
    /// Before this moment, µs since 1970 UTC.
    pub until_us: Option<i64>,
}

impl AuditFilter {
    /// The question for the page before line `before`; `None` for the newest page.
    pub(crate) fn query(&self, before: Option<u64>) -> AuditQuery {
        let actions = self.topic.actions();
        AuditQuery {
            after: None,
            before: Some(before.unwrap_or_default()),
            actor: Some(self.actor.clone()).filter(|actor| !actor.is_empty()),
            action: (!actions.is_empty()).then(|| actions.join(",")),
            case_id: self.case.map(|case| case.to_string()),
            since_us: self.since_us,
            until_us: self.until_us,
        }
    }
}

/// A wish about the audit log.
#[derive(Clone, Debug, PartialEq)]
pub enum AuditCommand {
    /// Look for these lines, from the newest on.
    Find(AuditFilter),
    /// Show older lines too.
    Older,
    /// Show this line as a whole, or none.
    Choose(Option<u64>),
    /// Fetch the whole log and check it.
    Verify,
    /// Ask the host where to save the log.
    PickPlace,
    /// Save it there, and check what is saved.
    SaveTo(PathBuf),
    /// Stop checking; nothing of it stays.
    Stop,
    /// Take what a check came to off the page.
    HideVerdict,
}

/// A check under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditCheck {
    /// Lines done.
    pub done: u64,
    /// Lines in all; 0 before the server has said it.
    pub of: u64,
    /// It is saved as well.
    pub is_saving: bool,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// The newest first; `None` before the server has answered.
    pub list: Option<Vec<AuditEntry>>,
    /// Where older lines begin; `None` when there are none.
    pub older: Option<u64>,
    /// Why the lines could not be had, one sentence.
    pub away: Option<String>,
    /// What is looked for.
    pub filter: AuditFilter,
    /// The line that is shown as a whole.
    pub chosen: Option<u64>,
    /// A check under way.
    pub check: Option<AuditCheck>,
    /// What the last check came to; or why it came to nothing, one sentence.
    pub verdict: Option<Result<Box<AuditVerdict>, String>>,
    /// The question that is not answered yet.
    pub(crate) asked: Option<AuditQuery>,
}

impl Audit {
    /// The line that is shown as a whole.
    pub fn shown(&self) -> Option<&AuditEntry> {
        let chosen = self.chosen?;
        self.list.as_ref()?.iter().find(|entry| entry.seq == chosen)
    }

    /// True while the server is asked for lines.
    pub fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Takes a page in, if it is the one that was asked for last.
    pub(crate) fn take(&mut self, ask: &AuditQuery, page: AuditPage) {
        if self.asked.as_ref() != Some(ask) {
            return;
        }
        (self.asked, self.away, self.older) = (None, None, page.next);
        match (ask.before, &mut self.list) {
            (Some(before), Some(list)) if before > 0 => list.extend(page.entries),
            _ => self.list = Some(page.entries),
        }
    }
}
