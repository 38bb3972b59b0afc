//! The audit log.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fovea_annotation::CaseId;
use fovea_protocol::{AuditHead, AuditPage, AuditQuery, AuditVerification};

use crate::audit::{
    AuditSearch, entries_after, search, signed_head, verify_snapshot, written_heads,
};
use crate::backend::Backend;
use crate::db::{Connection, DbError};
use crate::http::extract::{ApiQuery, RowNumber, bad_query, parse_id};
use crate::problem::Problem;

const PAGE_LEN: u32 = 500;
/// Actions that may be asked for at once.
const ACTIONS_MAX: usize = 64;

/// The search that is asked for; `None` for the log in its order.
fn wanted(ask: AuditQuery) -> Result<Option<AuditSearch>, Problem> {
    let actions = ask.action.as_deref().unwrap_or_default().split(',');
    let actions: Vec<String> = actions
        .filter(|action| !action.is_empty())
        .map(str::to_owned)
        .collect();
    let search = AuditSearch {
        before: ask.before.filter(|before| *before > 0),
        actor: ask.actor.filter(|actor| !actor.is_empty()),
        actions,
        case: ask.case_id.as_deref().map(parse_id::<CaseId>).transpose()?,
        since_us: ask.since_us,
        until_us: ask.until_us,
    };
    let asks_more = search.actor.is_some()
        || search.case.is_some()
        || !search.actions.is_empty()
        || search.since_us.or(search.until_us).is_some();
    let detail = match (ask.before, ask.after) {
        (Some(_), None) if search.actions.len() <= ACTIONS_MAX => return Ok(Some(search)),
        (None, _) if !asks_more => return Ok(None),
        (Some(_), Some(_)) => "a page is after a line or before one; leave one of the two out",
        (Some(_), None) => "these are too many actions at once; ask for fewer",
        (None, _) => "a search goes from the newest line back; give before=0 for its first page",
    };
    Err(Problem::unprocessable("bad_search", detail))
}

/// Lines of the audit log: in order, or the newest first and only those that are looked for.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "lines", body = AuditPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    ApiQuery(ask): ApiQuery<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    for place in [ask.after, ask.before].into_iter().flatten() {
        RowNumber::try_from(place).map_err(bad_query)?;
    }
    let after = ask.after.unwrap_or_default();
    let wanted = wanted(ask)?;
    let read = move |connection: &Connection| match &wanted {
        Some(wanted) => search(connection, wanted, PAGE_LEN),
        None => entries_after(connection, after, PAGE_LEN),
    };
    let entries = backend.db.read(read).await?;
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
