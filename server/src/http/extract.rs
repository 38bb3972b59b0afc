//! Reading a request; whatever is wrong with it becomes a problem body.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::envelope::Caller;
use super::json_shape::list_for_object;
use crate::problem::Problem;

/// A JSON body.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Serialize, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let media_type = content_type.map(|text| {
            text.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
        if media_type.as_deref() != Some("application/json") {
            let detail = "the body must be JSON; send it with Content-Type: application/json";
            return Err(Problem::refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                detail,
            ));
        }
        let bytes = body_bytes(request, state).await?;
        let wrong = |what: &dyn Display| {
            format!("the body is not what this address takes: {what}; see /openapi.json")
        };
        match serde_json::from_slice(&bytes) {
            Ok(body) => match list_for_object(&bytes, &body) {
                Some(way) => {
                    let what = if way.is_empty() { "it" } else { &way };
                    let detail = wrong(&format!("{what} is a list and not an object"));
                    Err(Problem::unprocessable("bad_body", detail))
                }
                None => Ok(Self(body)),
            },
            Err(error) if error.is_data() => Err(Problem::unprocessable("bad_body", wrong(&error))),
            Err(error) => {
                let status = StatusCode::BAD_REQUEST;
                Err(Problem::refused(status, "bad_json", wrong(&error)))
            }
        }
    }
}

/// The whole body, up to the limit of the route.
pub(crate) async fn body_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                let detail = "the body is larger than this address takes; send less at a time";
                Problem::refused(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
            }
            _ => {
                let detail = "the body ended before it was whole; send it again";
                Problem {
                    retryable: true,
                    ..Problem::refused(StatusCode::BAD_REQUEST, "body_cut_off", detail)
                }
            }
        })
}

/// Number of a row that a page begins after, never beyond what the database counts to.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "u64")]
pub(crate) struct RowNumber(i64);

impl RowNumber {
    pub(crate) const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<u64> for RowNumber {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        let too_large = "a place in a list is at most 9223372036854775807";
        i64::try_from(number).map(Self).map_err(|_| too_large)
    }
}

/// The query part of the address.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| bad_query(&rejection.body_text()))?;
        Ok(Self(query))
    }
}

/// The query part of the address says something that it must not say.
pub(crate) fn bad_query(what: &str) -> Problem {
    let detail = format!("the query part of the address is wrong: {what}; see /openapi.json");
    Problem::refused(StatusCode::BAD_REQUEST, "bad_query", detail)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let missing = || {
            Problem::refused(
                StatusCode::UNAUTHORIZED,
                "not_signed_in",
                "the request has no valid token",
            )
        };
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

/// An id out of the address.
pub(crate) fn parse_id<T: FromStr>(text: &str) -> Result<T, Problem> {
    let detail = "the id in the address is not 64 hexadecimal digits; copy it again";
    text.parse()
        .map_err(|_| Problem::refused(StatusCode::BAD_REQUEST, "bad_id", detail))
}
