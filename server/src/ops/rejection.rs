//! Why an operation is not taken.

use fovea_protocol::OpOutcome;

use crate::problem::Problem;

/// A refusal for the person who reads the parking lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    pub(crate) retryable: bool,
}

impl Rejection {
    /// It will never be taken as it is.
    pub(crate) fn for_good(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            retryable: false,
        }
    }

    /// It may be taken later, when what it builds on has arrived.
    pub(crate) fn for_now(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            retryable: true,
        }
    }
}

/// Preparing stops for a refusal, which is an answer, or for a failure of the server, which is none.
#[derive(Debug)]
pub(crate) enum Stop {
    Rejected(Rejection),
    Failed(Problem),
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<crate::db::DbError> for Stop {
    fn from(error: crate::db::DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Rejection> for OpOutcome {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected {
            code: rejection.code.into(),
            detail: rejection.detail,
            retryable: rejection.retryable,
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self {
            retryable: rejection.retryable,
            ..Self::unprocessable(rejection.code, rejection.detail)
        }
    }
}

impl Stop {
    /// As an error answer of a single request.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Rejected(rejection) => rejection.into(),
            Self::Failed(problem) => problem,
        }
    }
}
