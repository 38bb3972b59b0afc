//! Decisions are taken inside the transaction that writes them down, so that each goes by what is there at that moment.

use axum::http::StatusCode;
use fovea_annotation::VersionId;
use fovea_protocol::{LabelKind, LabelRecord};
use serde_json::Value;

use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::db::{self, Account, Connection, DbError};
use crate::ops::Applied;
use crate::problem::Problem;

/// Longest comment of a decision, as that of a version.
const COMMENT_BYTES_MAX: usize = 4_000;

/// Why nothing is decided: a refusal is an answer, a failure is none.
pub(super) enum NotDecided {
    Refused(Problem),
    Failed(DbError),
}

impl From<Problem> for NotDecided {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<DbError> for NotDecided {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

/// Runs `work` in a transaction. It refuses before it writes anything.
pub(super) async fn decide<T: Send + 'static>(
    backend: &Backend,
    work: impl FnOnce(&Connection) -> Result<T, NotDecided> + Send + 'static,
) -> Result<T, Problem> {
    let decided = backend.db.write(move |connection| match work(connection) {
        Ok(decided) => Ok(Ok(decided)),
        Err(NotDecided::Refused(problem)) => Ok(Err(problem)),
        Err(NotDecided::Failed(error)) => Err(error),
    });
    let decided = decided.await??;
    backend.db.announce_changes();
    Ok(decided)
}

/// The label that is decided about.
pub(super) fn label(
    connection: &Connection,
    label_id: VersionId,
) -> Result<LabelRecord, NotDecided> {
    let found = db::record_of(connection, label_id)?;
    let unknown = "the server does not hold this label version";
    Ok(found.ok_or_else(|| Problem::not_found("label_unknown", unknown))?)
}

/// Writes the audit line of a decision about `label_id`.
pub(super) fn write_line(
    connection: &Connection,
    by: &Applied,
    action: Action,
    label_id: VersionId,
    detail: Value,
) -> Result<(), DbError> {
    let line = Line {
        actor: &by.account.name,
        action,
        subject: label_id.to_string(),
        detail,
    };
    audit::append(connection, line, by.now_us)
}

/// True when a label is the work of `account`: it is named as the author, or it sent what a person made.
pub(super) fn is_own(label: &LabelRecord, account: &Account) -> bool {
    let version = &label.version;
    let sent = version.kind != LabelKind::Model && label.pushed_by == account.name;
    sent || version.author == account.name
}

/// Refuses a comment that is too long.
pub(super) fn check_comment(comment: &str) -> Result<(), Problem> {
    if comment.len() <= COMMENT_BYTES_MAX {
        return Ok(());
    }
    let detail = format!(
        "the comment has {} bytes and {COMMENT_BYTES_MAX} are allowed; shorten it",
        comment.len()
    );
    Err(Problem::unprocessable("comment_too_long", detail))
}

/// Refuses what must be done by somebody else.
pub(super) fn own_label(detail: &str) -> Problem {
    Problem::refused(StatusCode::FORBIDDEN, "own_label", detail)
}

/// Refuses what another decision has overtaken; `current` is what is there now.
pub(super) fn overtaken(
    code: &'static str,
    detail: &str,
    current: impl IntoIterator<Item = VersionId>,
) -> Problem {
    Problem {
        current: current.into_iter().map(|id| id.to_string()).collect(),
        ..Problem::refused(StatusCode::CONFLICT, code, detail)
    }
}
