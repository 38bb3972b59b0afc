//! Immutable bytes by their SHA-256.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use fovea_annotation::ContentHash;
use fovea_protocol::Sha256;

use super::byte_range::{Asked, asked_range};
use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::http::extract::{body_bytes, parse_id};
use crate::problem::Problem;

/// Bytes of a blob; `Range`, `If-Range` and `If-None-Match` are honoured.
#[utoipa::path(get, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = Sha256, Path, description = "SHA-256 of the bytes")),
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
    if header(header::IF_NONE_MATCH).is_some_and(|tags| has_tag(tags, sha256)) {
        return Ok(not_modified(sha256));
    }
    let bytes = backend.blob(sha256).await?;
    // A part is only good beside parts of the same bytes.
    let is_same = header(header::IF_RANGE).is_none_or(|tag| tag == etag(sha256));
    let range = header(header::RANGE).filter(|_| is_same);
    let content_type = [(header::CONTENT_TYPE, "application/octet-stream")];
    let len = bytes.len();
    Ok(match asked_range(range, len) {
        Asked::All => (immutable(sha256), content_type, bytes).into_response(),
        Asked::Part(part) => {
            let place = format!("bytes {}-{}/{len}", part.start, part.end - 1);
            let content_range = [(header::CONTENT_RANGE, place)];
            let part = bytes.slice(part);
            let headers = (immutable(sha256), content_type, content_range);
            (StatusCode::PARTIAL_CONTENT, headers, part).into_response()
        }
        Asked::Outside => {
            let content_range = [(header::CONTENT_RANGE, format!("bytes */{len}"))];
            (content_range, outside()).into_response()
        }
    })
}

/// Is the blob there, and how long is it?
#[utoipa::path(head, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = Sha256, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "the server holds it"), (status = 304, description = "the client has them")))]
pub(crate) async fn head_blob(
    State(backend): State<Backend>,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sha256: ContentHash = parse_id(&sha256)?;
    let tags = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if tags.is_some_and(|tags| has_tag(tags, sha256)) {
        return Ok(not_modified(sha256));
    }
    let row = backend
        .db
        .look_up(move |connection| db::blob_row(connection, sha256))
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
#[utoipa::path(put, path = "/v1/blobs/{sha256}", tag = "tiles", params(("sha256" = Sha256, Path, description = "SHA-256 of the bytes")),
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
        .receive_blob(sha256, bytes, caller.account.user_id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn etag(sha256: ContentHash) -> String {
    format!("\"{sha256}\"")
}

/// Whether `If-None-Match` names these bytes (RFC 9110, 13.1.2), weakly or not.
fn has_tag(tags: &str, sha256: ContentHash) -> bool {
    let mut tags = tags.split(',').map(str::trim);
    tags.any(|tag| tag.trim_start_matches("W/") == etag(sha256))
}

fn not_modified(sha256: ContentHash) -> Response {
    (StatusCode::NOT_MODIFIED, immutable(sha256)).into_response()
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
