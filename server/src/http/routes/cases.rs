//! Cases.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use fovea_annotation::CaseId;
use fovea_intake::Declared;
use fovea_protocol::{
    CaseFromUpload, CaseRecord, CaseTaken, CasesPage, Consent, IntakesPage, Laterality, Sha256,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use uuid::Uuid;

use super::case_form::{self, Source};
use super::uploads as uploads_route;
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{ApiQuery, RowNumber, parse_id};
use crate::intake::take_in;
use crate::ops::Applied;
use crate::problem::Problem;
use crate::uploads::{self, Turn};

const PAGE_LEN: u32 = 100;

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next` of the page before; 0 for the first.
    #[serde(default)]
    #[param(value_type = u64, maximum = 9_223_372_036_854_775_807_i64)]
    pub(super) after: RowNumber,
}

/// The cases that the account may see, in the order of acceptance, without their tiles.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(PageQuery),
    responses((status = 200, description = "cases", body = CasesPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
    ApiQuery(ask): ApiQuery<PageQuery>,
) -> Result<Json<CasesPage>, Problem> {
    let cases = backend
        .db
        .read(move |connection| {
            db::list_cases(connection, &caller.account, ask.after.get(), PAGE_LEN)
        })
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
#[utoipa::path(get, path = "/v1/cases/{case_id}", tag = "cases", params(("case_id" = Sha256, Path, description = "case")),
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
    found.await?.map(Json).ok_or_else(unknown)
}

/// Take in a scan: a form with the file, or JSON that names a finished upload. The file passes the PHI firewall before
/// anything is stored.
#[utoipa::path(post, path = "/v1/cases", tag = "cases",
    request_body(content((CaseForm = "multipart/form-data"), (CaseFromUpload = "application/json"))),
    responses(
        (status = 201, description = "a new case", body = CaseTaken),
        (status = 200, description = "a scan that the server holds already", body = CaseTaken)))]
pub(crate) async fn create(
    State(backend): State<Backend>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<CaseTaken>), Problem> {
    let offer = {
        // Held whole in memory, so only so many at a time; a slow sender keeps nobody from the firewall.
        let _turn = backend.upload_turn().await?;
        case_form::read(request).await?
    };
    let declared = declared(&offer)?;
    let _turn = backend.intake_turn().await?;
    let (bytes, upload) = match offer.source {
        Source::File(bytes) => (bytes, None),
        Source::Upload(id) => {
            let (bytes, turn) = finished_upload(&backend, &caller, &id).await?;
            (bytes, Some(turn))
        }
    };
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    let taken = take_in(&backend, by, bytes, declared).await;
    // What the firewall turned away may be declared better and tried again; the upload expires by itself.
    if let (Ok(_), Some((upload_id, _turn))) = (&taken, upload) {
        uploads::discard(&backend, upload_id).await?;
    }
    let (taken, is_new) = taken?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(taken)))
}

/// What the intake did to the files of a case.
#[utoipa::path(get, path = "/v1/cases/{case_id}/intakes", tag = "cases", params(("case_id" = Sha256, Path, description = "case")),
    responses((status = 200, description = "reports, oldest first", body = IntakesPage)))]
pub(crate) async fn intakes(
    State(backend): State<Backend>,
    Path(case_id): Path<String>,
) -> Result<Json<IntakesPage>, Problem> {
    let case_id: CaseId = parse_id(&case_id)?;
    let read = backend.db.read(
        move |connection| match db::case_by_id(connection, case_id)? {
            Some(_) => db::intakes_of(connection, case_id).map(Some),
            None => Ok(None),
        },
    );
    let intakes = read.await?.ok_or_else(unknown)?;
    Ok(Json(IntakesPage { intakes }))
}

/// The form of `POST /v1/cases`.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; never built")]
pub(crate) struct CaseForm {
    /// The scan. Its name is not looked at.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The site's id of the device that took the scan.
    #[schema(max_length = 64)]
    device_id: String,
    /// On what ground the scan may be used.
    consent: Consent,
    /// Where the file does not say it.
    laterality: Option<Laterality>,
}

fn declared(offer: &case_form::Offer) -> Result<Declared, Problem> {
    let consent = offer.consent.as_deref().map(|text| {
        word(text).ok_or_else(|| {
            Problem::unprocessable(
                "bad_consent",
                "consent is one of written, broad, waiver, public and no_person",
            )
        })
    });
    let laterality = offer.laterality.as_deref().map(|text| {
        word(text).ok_or_else(|| {
            Problem::unprocessable("bad_laterality", "laterality is right, left or unknown")
        })
    });
    Ok(Declared {
        consent: consent.transpose()?,
        device_id: offer.device_id.clone(),
        laterality: laterality.transpose()?,
        ..Declared::default()
    })
}

/// The variant that serde reads from a word.
fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(text.into()).ok()
}

/// The bytes of an upload of the caller that has arrived whole, and the turn that keeps others off it.
async fn finished_upload(
    backend: &Backend,
    caller: &Caller,
    upload_id: &str,
) -> Result<(Vec<u8>, (Uuid, Turn)), Problem> {
    let row = uploads_route::find(backend, caller, upload_id).await?;
    if row.received < row.length {
        let detail = format!(
            "{} of {} bytes of the upload have arrived; send the rest first",
            row.received, row.length
        );
        return Err(Problem::refused(
            StatusCode::CONFLICT,
            "upload_unfinished",
            detail,
        ));
    }
    let turn = backend
        .spool
        .turn(row.upload_id)
        .ok_or_else(uploads_route::busy)?;
    let read = move || turn.content(row.length).map(|bytes| (bytes, turn));
    let (bytes, turn) = tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| db::DbError::Closed)??;
    Ok((bytes, (row.upload_id, turn)))
}

pub(crate) fn unknown() -> Problem {
    Problem::not_found(
        "case_unknown",
        "the server does not know this case; register it first",
    )
}
