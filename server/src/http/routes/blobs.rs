//! Immutable bytes by their SHA-256.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use fovea_annotation::ContentHash;

use super::byte_range::{Asked, asked_range};
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{body_bytes, parse_id};
use crate::problem::Problem;

/// Bytes of a blob; `Range` and `If-None-Match` are honoured.
#[utoipa::path(get, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses(
        (status = 200, description = "the bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "part of the bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "the client has them")))]
pub(crate) async fn get_blob(
    State(backend): State<Backend>,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sha256: ContentHash = parse_id(&sha256)?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if header(header::IF_NONE_MATCH).is_some_and(|tags| tags.contains(&etag(sha256))) {
        return Ok((StatusCode::NOT_MODIFIED, immutable(sha256)).into_response());
    }
    let bytes = backend.blob(sha256).await?;
    let (status, part, content_range) = match asked_range(header(header::RANGE), bytes.len()) {
        Asked::All => (StatusCode::OK, bytes, None),
        Asked::Part(range) => {
            let content_range = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
            (
                StatusCode::PARTIAL_CONTENT,
                bytes.slice(range),
                Some(content_range),
            )
        }
        Asked::Outside => return Err(outside()),
    };
    let content_range = content_range.map(|text| [(header::CONTENT_RANGE, text)]);
    let content_type = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok(match content_range {
        Some(content_range) => {
            (status, immutable(sha256), content_type, content_range, part).into_response()
        }
        None => (status, immutable(sha256), content_type, part).into_response(),
    })
}

/// Is the blob there, and how long is it?
#[utoipa::path(head, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "the server holds it")))]
pub(crate) async fn head_blob(
    State(backend): State<Backend>,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let sha256: ContentHash = parse_id(&sha256)?;
    let row = backend
        .db
        .read(move |connection| db::blob_row(connection, sha256))
        .await?;
    let row = row
        .filter(|row| !row.damaged)
        .ok_or_else(Problem::blob_missing)?;
    Ok((
        immutable(sha256),
        [(header::CONTENT_LENGTH, row.len.to_string())],
    )
        .into_response())
}

/// Store bytes under their SHA-256. The server hashes them before it keeps them; sending them twice is harmless.
#[utoipa::path(put, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "the server holds it, durably")))]
pub(crate) async fn put_blob(
    State(backend): State<Backend>,
    caller: Caller,
    Path(sha256): Path<String>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let sha256: ContentHash = parse_id(&sha256)?;
    // Bodies are held whole until they are hashed: only so many at a time.
    let _turn = backend.upload_turn().await?;
    let bytes: Bytes = body_bytes(request, &()).await?;
    backend
        .store_blob(sha256, bytes, caller.account.user_id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn etag(sha256: ContentHash) -> String {
    format!("\"{sha256}\"")
}

/// The bytes of a name never change; only the person who fetched them may keep them.
fn immutable(sha256: ContentHash) -> [(header::HeaderName, String); 4] {
    [
        (header::ETAG, etag(sha256)),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable".into(),
        ),
        (header::ACCEPT_RANGES, "bytes".into()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
    ]
}

fn outside() -> Problem {
    let detail = "the blob has no bytes in the range asked for; ask HEAD for its length";
    Problem::refused(StatusCode::RANGE_NOT_SATISFIABLE, "bad_range", detail)
}
