//! Decisions about labels: review, approve, adjudicate.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fovea_annotation::VersionId;
use fovea_protocol::{
    ApprovalRecord, DisagreementsPage, LabelAdjudicate, LabelApprove, LabelCreated, LabelMerge,
    MergePreview, ReviewCreate, ReviewRecord, ReviewsPage, Sha256,
};

use super::cases::PageQuery;
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::http::envelope::Caller;
use crate::http::extract::{ApiJson, ApiQuery, parse_id};
use crate::labels::{
    adjudicate as join_heads, approve_label, merge_heads, preview_merge, review_label,
};
use crate::ops::Applied;
use crate::problem::Problem;

const PAGE_LEN: u32 = 100;

/// Accept a label, or send it back to its author. The last review of a label counts.
#[utoipa::path(post, path = "/v1/labels/{label_id}/reviews", tag = "labels", request_body = ReviewCreate,
    params(("label_id" = Sha256, Path, description = "version")),
    responses((status = 201, description = "reviewed", body = ReviewRecord)))]
pub(crate) async fn review(
    State(backend): State<Backend>,
    caller: Caller,
    Path(label_id): Path<String>,
    ApiJson(ask): ApiJson<ReviewCreate>,
) -> Result<(StatusCode, Json<ReviewRecord>), Problem> {
    let label_id: VersionId = parse_id(&label_id)?;
    let by = applied(&backend, caller);
    let review = review_label(&backend, by, label_id, ask).await?;
    Ok((StatusCode::CREATED, Json(review)))
}

/// The reviews of a label, the oldest first.
#[utoipa::path(get, path = "/v1/labels/{label_id}/reviews", tag = "labels",
    params(("label_id" = Sha256, Path, description = "version")),
    responses((status = 200, description = "reviews", body = ReviewsPage)))]
pub(crate) async fn reviews(
    State(backend): State<Backend>,
    Path(label_id): Path<String>,
) -> Result<Json<ReviewsPage>, Problem> {
    let label_id: VersionId = parse_id(&label_id)?;
    let read = move |connection: &Connection| {
        Ok(match db::record_of(connection, label_id)? {
            Some(_) => Some(db::reviews_of_version(connection, label_id)?),
            None => None,
        })
    };
    let unknown = "the server does not hold this label version";
    let reviews = backend.db.read(read).await?;
    let reviews = reviews.ok_or_else(|| Problem::not_found("label_unknown", unknown))?;
    Ok(Json(ReviewsPage { reviews }))
}

/// Make a label the approved one of its tile, unless another one was approved meanwhile (409 `approved_meanwhile`).
#[utoipa::path(post, path = "/v1/labels/{label_id}/approve", tag = "labels", request_body = LabelApprove,
    params(("label_id" = Sha256, Path, description = "version")),
    responses((status = 200, description = "approved", body = ApprovalRecord)))]
pub(crate) async fn approve(
    State(backend): State<Backend>,
    caller: Caller,
    Path(label_id): Path<String>,
    ApiJson(ask): ApiJson<LabelApprove>,
) -> Result<Json<ApprovalRecord>, Problem> {
    let label_id: VersionId = parse_id(&label_id)?;
    let by = applied(&backend, caller);
    approve_label(&backend, by, label_id, ask).await.map(Json)
}

/// Join two heads of a tile by a version that builds on both, unless they have moved meanwhile (409 `heads_moved`).
#[utoipa::path(post, path = "/v1/labels/adjudicate", tag = "labels", request_body = LabelAdjudicate,
    responses((status = 201, description = "saved", body = LabelCreated)))]
pub(crate) async fn adjudicate(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<LabelAdjudicate>,
) -> Result<(StatusCode, Json<LabelCreated>), Problem> {
    let by = applied(&backend, caller);
    let created = join_heads(&backend, by, ask).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// Join two heads of a tile whose pixels do not contradict each other (else 409 `contradictions`).
#[utoipa::path(post, path = "/v1/labels/merge", tag = "labels", request_body = LabelMerge,
    responses((status = 201, description = "saved", body = LabelCreated)))]
pub(crate) async fn merge(
    State(backend): State<Backend>,
    caller: Caller,
    ApiJson(ask): ApiJson<LabelMerge>,
) -> Result<(StatusCode, Json<LabelCreated>), Problem> {
    let by = applied(&backend, caller);
    let created = merge_heads(&backend, by, ask).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// What two versions of a tile would become together.
#[utoipa::path(get, path = "/v1/labels/{from}/merge/{to}", tag = "labels",
    params(("from" = Sha256, Path, description = "version"), ("to" = Sha256, Path, description = "version")),
    responses((status = 200, description = "the two joined", body = MergePreview)))]
pub(crate) async fn preview(
    State(backend): State<Backend>,
    caller: Caller,
    Path((from, to)): Path<(String, String)>,
) -> Result<Json<MergePreview>, Problem> {
    let sides = [parse_id(&from)?, parse_id(&to)?];
    preview_merge(&backend, &caller.account, sides)
        .await
        .map(Json)
}

/// Tiles with several heads, those that have waited longest first.
#[utoipa::path(get, path = "/v1/labels/disagreements", tag = "labels", params(PageQuery),
    responses((status = 200, description = "tiles", body = DisagreementsPage)))]
pub(crate) async fn disagreements(
    State(backend): State<Backend>,
    caller: Caller,
    ApiQuery(ask): ApiQuery<PageQuery>,
) -> Result<Json<DisagreementsPage>, Problem> {
    let rows = backend
        .db
        .read(move |connection| {
            db::list_disagreements(connection, &caller.account, ask.after.get(), PAGE_LEN)
        })
        .await?;
    let next = (rows.len() == PAGE_LEN as usize)
        .then(|| rows.last().map(|(number, _)| *number))
        .flatten();
    Ok(Json(DisagreementsPage {
        tiles: rows.into_iter().map(|(_, tile)| tile).collect(),
        next,
    }))
}

fn applied(backend: &Backend, caller: Caller) -> Applied {
    Applied {
        account: caller.account,
        now_us: backend.clock.now_us(),
    }
}
