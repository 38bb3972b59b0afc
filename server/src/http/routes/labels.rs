//! Labels: create, roll back, compare.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fovea_annotation::VersionId;
use fovea_protocol::{
    DiffRecord, DiffResponse, LabelCreate, LabelCreated, LabelRollback, LabelRolledBack, Sha256,
};

use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{ApiJson, parse_id};
use crate::labels::{create_label, roll_back};
use crate::ops::{Applied, diff_of_payloads};
use crate::problem::Problem;

/// Save an edited mask as the next version.
#[utoipa::path(post, path = "/v1/labels", tag = "labels", request_body = LabelCreate,
    responses((status = 201, description = "saved", body = LabelCreated)))]
pub(crate) async fn create(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<LabelCreate>,
) -> Result<(StatusCode, Json<LabelCreated>), Problem> {
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    Ok((
        StatusCode::CREATED,
        Json(create_label(&backend, by, ask).await?),
    ))
}

/// Return to the content of an earlier version, as a new version.
#[utoipa::path(post, path = "/v1/labels/rollback", tag = "labels", request_body = LabelRollback,
    responses((status = 200, description = "restored", body = LabelRolledBack)))]
pub(crate) async fn rollback(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<LabelRollback>,
) -> Result<Json<LabelRolledBack>, Problem> {
    let by = Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    };
    Ok(Json(roll_back(&backend, by, ask).await?))
}

/// What changed between two versions of one tile.
#[utoipa::path(get, path = "/v1/labels/{from}/diff/{to}", tag = "labels",
    params(("from" = Sha256, Path, description = "version"), ("to" = Sha256, Path, description = "version")),
    responses((status = 200, description = "the diff", body = DiffResponse)))]
pub(crate) async fn diff(
    State(backend): State<Backend>,
    Path((from, to)): Path<(String, String)>,
) -> Result<Json<DiffResponse>, Problem> {
    let (from, to): (VersionId, VersionId) = (parse_id(&from)?, parse_id(&to)?);
    let read = backend.db.read(move |connection| {
        let (Some(a), Some(b)) = (
            db::record_of(connection, from)?,
            db::record_of(connection, to)?,
        ) else {
            return Ok(None);
        };
        Ok(db::tile_row(connection, a.version.tile_id)?.map(|tile| (a, b, tile.size)))
    });
    let unknown = || {
        Problem::not_found(
            "label_unknown",
            "the server does not hold one of these label versions",
        )
    };
    let (a, b, size) = read.await?.ok_or_else(unknown)?;
    if a.version.tile_id != b.version.tile_id {
        return Err(Problem::unprocessable(
            "other_tile",
            "the two label versions belong to different tiles",
        ));
    }
    let diff = diff_of_payloads(&backend, a.version.payload, b.version.payload, size).await?;
    Ok(Json(DiffResponse {
        from,
        to,
        diff: DiffRecord::from(&diff),
    }))
}
