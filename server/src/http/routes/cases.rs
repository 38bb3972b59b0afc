//! Cases.

use axum::Json;
use axum::extract::{Path, State};
use fovea_annotation::CaseId;
use fovea_protocol::{CaseRecord, CasesPage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::backend::Backend;
use crate::db;
use crate::http::extract::{ApiQuery, parse_id};
use crate::problem::Problem;

const PAGE_LEN: u32 = 100;

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next` of the page before; 0 for the first.
    #[serde(default)]
    pub(super) after: u64,
}

/// Cases in the order of acceptance, without their tiles.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(PageQuery),
    responses((status = 200, description = "cases", body = CasesPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    ApiQuery(ask): ApiQuery<PageQuery>,
) -> Result<Json<CasesPage>, Problem> {
    let cases = backend
        .db
        .read(move |connection| db::list_cases(connection, ask.after, PAGE_LEN))
        .await?;
    let next = (cases.len() == PAGE_LEN as usize)
        .then(|| cases.last().map(|(number, _)| *number))
        .flatten();
    Ok(Json(CasesPage {
        cases: cases.into_iter().map(|(_, case)| case).collect(),
        next,
    }))
}

/// One case with its tiles.
#[utoipa::path(get, path = "/v1/cases/{case_id}", tag = "cases", params(("case_id" = String, Path, description = "case")),
    responses((status = 200, description = "the case", body = CaseRecord)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(case_id): Path<String>,
) -> Result<Json<CaseRecord>, Problem> {
    let case_id: CaseId = parse_id(&case_id)?;
    let found = backend.db.read(move |connection| {
        let Some(case) = db::case_by_id(connection, case_id)? else {
            return Ok(None);
        };
        Ok(Some(CaseRecord {
            tiles: db::tiles_of_case(connection, case_id)?,
            ..case
        }))
    });
    let unknown = || {
        Problem::not_found(
            "case_unknown",
            "the server does not know this case; register it first",
        )
    };
    found.await?.map(Json).ok_or_else(unknown)
}
