//! Errors as the client sees them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::db::DbError;
use crate::objects::{ObjectError, is_full_io};
use crate::uploads::SpoolError;

/// An error answer. The layer that knows the request id writes the body.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    pub(crate) retryable: bool,
    /// When to come back, where the server knows it.
    pub(crate) retry_after_s: Option<u32>,
    /// What is there now, where the request was about something that has changed meanwhile.
    pub(crate) current: Vec<String>,
}

impl Problem {
    /// A request that will never succeed as it is.
    pub(crate) fn refused(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            retryable: false,
            retry_after_s: None,
            current: Vec::new(),
        }
    }

    /// A request that may be taken when it is sent again after `retry_after_s` seconds.
    pub(crate) fn later(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        retry_after_s: u32,
    ) -> Self {
        Self {
            retryable: true,
            retry_after_s: Some(retry_after_s),
            ..Self::refused(status, code, detail)
        }
    }

    /// A request that is well formed and cannot be done.
    pub(crate) fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A thing that does not exist.
    pub(crate) fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::refused(StatusCode::NOT_FOUND, code, detail)
    }

    /// A blob that is not held, or not held whole.
    pub(crate) fn blob_missing() -> Self {
        let detail = "the server does not hold this blob; send it with PUT /v1/blobs/{sha256}";
        Self {
            retryable: true,
            ..Self::not_found("blob_missing", detail)
        }
    }

    /// A request that may succeed as it is in a while.
    fn for_now(code: &'static str, error: &dyn std::error::Error) -> Self {
        Self::later(StatusCode::SERVICE_UNAVAILABLE, code, error.to_string(), 1)
    }

    /// There is no room; nothing of the request was kept.
    fn storage_full(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "there is no room");
        Self {
            status: StatusCode::INSUFFICIENT_STORAGE,
            ..Self::for_now("storage_full", error)
        }
    }

    /// The server's own fault.
    fn internal(code: &'static str, error: &dyn std::error::Error) -> Self {
        tracing::error!(code, error = %error, "a request failed");
        let detail = "the server could not do this; its log says why under the request id";
        Self {
            retryable: true,
            ..Self::refused(StatusCode::INTERNAL_SERVER_ERROR, code, detail)
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Closed => Self::for_now("shutting_down", &error),
            DbError::Full => Self::storage_full(&error),
            DbError::Unreachable => {
                tracing::error!("the database cannot be reached");
                Self::for_now("database_unreachable", &error)
            }
            DbError::NotCommitted(_) => Self::for_now("not_committed", &error),
            other => Self::internal("database", &other),
        }
    }
}

impl From<ObjectError> for Problem {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::WrongHash => Self {
                retryable: true,
                ..Self::unprocessable("blob_hash_mismatch", error.to_string())
            },
            ObjectError::Missing | ObjectError::Damaged => Self::blob_missing(),
            ObjectError::Full => Self::storage_full(&error),
            ObjectError::Closed => Self::for_now("shutting_down", &error),
            ObjectError::Database(error) => error.into(),
            ObjectError::Store(_) | ObjectError::NotKept => {
                // The cause names the store, which is nobody's business but the administrator's.
                tracing::error!(%error, "the object store failed");
                let detail = "the object store cannot be used at the moment; nothing was kept, send the request again";
                Self {
                    detail: detail.into(),
                    ..Self::for_now("object_store_unavailable", &error)
                }
            }
            other => Self::internal("object_store", &other),
        }
    }
}

impl From<SpoolError> for Problem {
    fn from(error: SpoolError) -> Self {
        match &error {
            SpoolError::Io(io) if is_full_io(io) => Self::storage_full(&ObjectError::Full),
            _ => Self::internal("upload", &error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
