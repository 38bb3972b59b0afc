//! Resumable uploads, as tus 1.0 says: creation, termination and expiration.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fovea_protocol::{Limits, UploadStatus};
use uuid::Uuid;

use crate::backend::Backend;
use crate::db::{self, UploadRow};
use crate::http::envelope::Caller;
use crate::problem::Problem;
use crate::uploads::{self, KEPT_US, OPEN_MAX};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,termination,expiration";
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");

/// What this server can do of tus.
#[utoipa::path(options, path = "/v1/uploads", tag = "uploads", security(()),
    responses((status = 204, description = "version, extensions and largest upload, in headers")))]
pub(crate) async fn options() -> Response {
    let headers = [
        (RESUMABLE, VERSION.to_owned()),
        (HeaderName::from_static("tus-version"), VERSION.to_owned()),
        (
            HeaderName::from_static("tus-extension"),
            EXTENSIONS.to_owned(),
        ),
        (
            HeaderName::from_static("tus-max-size"),
            Limits::V1.upload_bytes_max.to_string(),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begin an upload of `Upload-Length` bytes. `Upload-Metadata` is not kept: a file name may name a person.
#[utoipa::path(post, path = "/v1/uploads", tag = "uploads",
    params(("Upload-Length" = u64, Header, minimum = 1, maximum = 2_147_483_648_i64, description = "bytes of the whole file")),
    responses((status = 201, description = "begun; its address is in Location")))]
pub(crate) async fn create(
    State(backend): State<Backend>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let length = number(&headers, &LENGTH)?;
    if length == 0 || length > Limits::V1.upload_bytes_max {
        let detail = format!(
            "an upload has 1 to {} bytes; send a smaller file",
            Limits::V1.upload_bytes_max
        );
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        return Err(Problem::refused(status, "too_large", detail));
    }
    uploads::drop_expired(&backend).await?;
    let now_us = backend.clock.now_us();
    let row = UploadRow {
        upload_id: Uuid::new_v4(),
        user_id: caller.account.user_id,
        length,
        received: 0,
        expires_at_us: now_us + KEPT_US,
    };
    let is_begun = backend
        .db
        .write(move |connection| {
            let has_room = db::open_uploads_of(connection, row.user_id)? < OPEN_MAX;
            if has_room {
                db::insert_upload(connection, row, now_us)?;
            }
            Ok(has_room)
        })
        .await?;
    if !is_begun {
        let detail =
            format!("{OPEN_MAX} uploads of this account are open; finish or delete one of them");
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Problem::refused(status, "too_many_uploads", detail));
    }
    let location = [(header::LOCATION, format!("/v1/uploads/{}", row.upload_id))];
    Ok((StatusCode::CREATED, location, progress(row)).into_response())
}

/// How far an upload is.
#[utoipa::path(get, path = "/v1/uploads/{upload_id}", tag = "uploads", params(("upload_id" = String, Path, format = "uuid", description = "upload")),
    responses((status = 200, description = "its state, in the body and in headers", body = UploadStatus)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    caller: Caller,
    Path(upload_id): Path<String>,
) -> Result<Response, Problem> {
    let row = find(&backend, &caller, &upload_id).await?;
    let status = UploadStatus {
        upload_id: row.upload_id,
        length: row.length,
        received: row.received,
        expires_at_us: row.expires_at_us,
    };
    Ok((progress(row), Json(status)).into_response())
}

/// Send the bytes from `Upload-Offset` on. What arrives before a break is kept.
#[utoipa::path(patch, path = "/v1/uploads/{upload_id}", tag = "uploads",
    params(
        ("upload_id" = String, Path, format = "uuid", description = "upload"),
        ("Upload-Offset" = u64, Header, description = "bytes that the server has")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "the bytes are durable; Upload-Offset says up to where")))]
pub(crate) async fn append(
    State(backend): State<Backend>,
    caller: Caller,
    Path(upload_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    require_offset_stream(&headers)?;
    let offset = number(&headers, &OFFSET)?;
    let row = find(&backend, &caller, &upload_id).await?;
    let turn = backend.spool.turn(row.upload_id).ok_or_else(busy)?;
    // Asked again with the turn in hand: another request may just have ended.
    let row = find(&backend, &caller, &upload_id).await?;
    if offset != row.received {
        let detail = format!(
            "the upload continues at byte {}; send the bytes from there",
            row.received
        );
        return Err(Problem::refused(
            StatusCode::CONFLICT,
            "offset_mismatch",
            detail,
        ));
    }
    let taken = uploads::take(&backend, turn, row, body).await?;
    match taken.is_cut_off {
        false => Ok((StatusCode::NO_CONTENT, progress(taken.row)).into_response()),
        true => Err(Problem {
            retryable: true,
            ..Problem::refused(
                StatusCode::BAD_REQUEST,
                "body_cut_off",
                "the body ended before it was whole; ask HEAD how far the upload is and go on from there",
            )
        }),
    }
}

/// Give an upload up.
#[utoipa::path(delete, path = "/v1/uploads/{upload_id}", tag = "uploads", params(("upload_id" = String, Path, format = "uuid", description = "upload")),
    responses((status = 204, description = "nothing of it is kept")))]
pub(crate) async fn delete(
    State(backend): State<Backend>,
    caller: Caller,
    Path(upload_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let row = find(&backend, &caller, &upload_id).await?;
    let _turn = backend.spool.turn(row.upload_id).ok_or_else(busy)?;
    uploads::discard(&backend, row.upload_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's upload with this id.
pub(super) async fn find(
    backend: &Backend,
    caller: &Caller,
    upload_id: &str,
) -> Result<UploadRow, Problem> {
    let unknown = || {
        let detail =
            "there is no such upload of this account; it may have been finished or expired";
        Problem::not_found("upload_unknown", detail)
    };
    let upload_id: Uuid = upload_id.parse().map_err(|_| unknown())?;
    let (user_id, now_us) = (caller.account.user_id, backend.clock.now_us());
    let row = backend
        .db
        .look_up(move |connection| db::upload_row(connection, upload_id, user_id, now_us))
        .await?;
    row.ok_or_else(unknown)
}

/// The upload is in the hands of another request.
pub(super) fn busy() -> Problem {
    Problem {
        retryable: true,
        ..Problem::refused(
            StatusCode::LOCKED,
            "upload_busy",
            "another request is sending bytes of this upload; wait for it to end",
        )
    }
}

fn progress(row: UploadRow) -> [(HeaderName, String); 4] {
    [
        (RESUMABLE, VERSION.into()),
        (OFFSET, row.received.to_string()),
        (LENGTH, row.length.to_string()),
        (header::CACHE_CONTROL, "no-store".into()),
    ]
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.and_then(|text| text.parse().ok()).ok_or_else(|| {
        let detail = format!("the header {name} must say a number of bytes");
        Problem::refused(StatusCode::BAD_REQUEST, "bad_header", detail)
    })
}

fn require_offset_stream(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match media_type == Some("application/offset+octet-stream") {
        true => Ok(()),
        false => Err(Problem::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_offset_stream",
            "the bytes of an upload come with Content-Type: application/offset+octet-stream",
        )),
    }
}
