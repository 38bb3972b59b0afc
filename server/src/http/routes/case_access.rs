//! Who may see a case.

use axum::Json;
use axum::extract::{Path, State};
use fovea_annotation::CaseId;
use fovea_protocol::{CaseAccess, CaseAccessChange, Sha256};

use crate::accounts;
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{ApiJson, parse_id};
use crate::ops::Applied;
use crate::problem::Problem;

/// How widely a case is shared.
#[utoipa::path(get, path = "/v1/cases/{case_id}/access", tag = "cases", params(("case_id" = Sha256, Path, description = "case")),
    responses((status = 200, description = "who may see it", body = CaseAccess)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(case_id): Path<String>,
) -> Result<Json<CaseAccess>, Problem> {
    let case_id: CaseId = parse_id(&case_id)?;
    let found = backend
        .db
        .read(move |connection| db::case_access(connection, case_id))
        .await?;
    let access = found.ok_or_else(super::cases::unknown)?;
    Ok(Json(access.into()))
}

/// Share a case with everybody, or with some. Only its owner and administrators may.
#[utoipa::path(put, path = "/v1/cases/{case_id}/access", tag = "cases", params(("case_id" = Sha256, Path, description = "case")),
    request_body = CaseAccessChange, responses((status = 200, description = "as it is now", body = CaseAccess)))]
pub(crate) async fn change(
    State(backend): State<Backend>,
    caller: Caller,
    Path(case_id): Path<String>,
    ApiJson(ask): ApiJson<CaseAccessChange>,
) -> Result<Json<CaseAccess>, Problem> {
    let case_id: CaseId = parse_id(&case_id)?;
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    accounts::share_case(&backend, by, case_id, ask)
        .await
        .map(Json)
}
