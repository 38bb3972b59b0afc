//! The audit log.

use axum::Json;
use axum::extract::State;
use fovea_protocol::AuditPage;

use super::cases::PageQuery;
use crate::audit::entries_after;
use crate::backend::Backend;
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
