//! Why a step ends without a result.

use crate::busy_work::NotDone;
use crate::db::DbError;
use crate::objects::ObjectError;
use crate::orchestrator::Failure;
use crate::problem::Problem;

/// Why a step ends without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StepError {
    /// It failed.
    Failed(Failure),
    /// It was taken from this worker meanwhile.
    Lost,
}

impl StepError {
    /// It can never be done as things are.
    pub(crate) fn for_good(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Failed(Failure {
            is_transient: false,
            code,
            detail: detail.into(),
        })
    }

    /// It may go better another time.
    pub(crate) fn for_now(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Failed(Failure {
            is_transient: true,
            code,
            detail: detail.into(),
        })
    }

    /// A part of it panicked, or the process is ending.
    pub(crate) fn stopped() -> Self {
        let detail = "a part of the step stopped unexpectedly; see the log of the worker";
        Self::for_now("step_stopped", detail)
    }
}

impl From<NotDone> for StepError {
    fn from(NotDone: NotDone) -> Self {
        Self::stopped()
    }
}

impl From<DbError> for StepError {
    fn from(error: DbError) -> Self {
        tracing::warn!(%error, "a step could not use the database");
        Self::for_now(
            "database",
            "the database could not be used; see the log of the server",
        )
    }
}

impl From<ObjectError> for StepError {
    fn from(error: ObjectError) -> Self {
        tracing::warn!(%error, "a step could not use the object store");
        let detail = "the object store could not be used; see the log of the server";
        Self::for_now("object_store", detail)
    }
}

impl From<Problem> for StepError {
    fn from(problem: Problem) -> Self {
        // Its detail is a sentence for the sender of a request.
        let detail =
            "the database or the object store could not be used; see the log of the server";
        Self::for_now(problem.code, detail)
    }
}
