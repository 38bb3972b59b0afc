//! The audit log.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fovea_protocol::{AuditHead, AuditPage, AuditVerification};

use super::cases::PageQuery;
use crate::audit::{entries_after, signed_head, verify_snapshot, written_heads};
use crate::backend::Backend;
use crate::db::{Connection, DbError};
use crate::http::extract::ApiQuery;
use crate::problem::Problem;

const PAGE_LEN: u32 = 500;

/// Lines of the audit log in order.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(PageQuery),
    responses((status = 200, description = "lines", body = AuditPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    ApiQuery(ask): ApiQuery<PageQuery>,
) -> Result<Json<AuditPage>, Problem> {
    let entries = backend
        .db
        .read(move |connection| entries_after(connection, ask.after, PAGE_LEN))
        .await?;
    let next = (entries.len() == PAGE_LEN as usize)
        .then(|| entries.last().map(|entry| entry.seq))
        .flatten();
    Ok(Json(AuditPage { entries, next }))
}

/// The last line of the log, signed.
#[utoipa::path(get, path = "/v1/audit/head", tag = "audit",
    responses((status = 200, description = "the head", body = AuditHead)))]
pub(crate) async fn head(State(backend): State<Backend>) -> Result<Json<AuditHead>, Problem> {
    let found = backend.db.read(signed_head).await?;
    let empty = "the audit log has no line yet; ask again when something was done";
    let head = found.ok_or_else(|| Problem::not_found("audit_empty", empty))?;
    let seal = &backend.audit.seal;
    Ok(Json(AuditHead {
        server_id: seal.server_id,
        seq: head.seq,
        hash: head.hash,
        signature: hex::encode(head.signature),
        public_key: seal.key.public().to_string(),
    }))
}

/// Check the whole log: that no line was changed, removed, moved, put in or cut off.
#[utoipa::path(get, path = "/v1/audit/verify", tag = "audit",
    responses((status = 200, description = "what was found", body = AuditVerification)))]
pub(crate) async fn verify(
    State(backend): State<Backend>,
) -> Result<Json<AuditVerification>, Problem> {
    let Ok(_turn) = backend.audit.checking.try_lock() else {
        let detail =
            "the audit log is being checked for somebody else; send the request again in a moment";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(Problem::later(status, "audit_busy", detail, 5));
    };
    let paths = backend.audit.paths.clone();
    // Read before the log, so that no head is newer.
    let written = tokio::task::spawn_blocking(move || written_heads(&paths)).await;
    let written = written.map_err(|_| DbError::Closed)?.map_err(DbError::Io)?;
    let key = backend.audit.seal.key.public();
    let check = move |snapshot: &Connection| verify_snapshot(snapshot, &written, Some(key));
    let report = backend.db.read(check).await?;
    let faults = report.faults.iter().map(ToString::to_string).collect();
    Ok(Json(AuditVerification {
        lines: report.lines,
        heads: report.heads,
        faults,
    }))
}
