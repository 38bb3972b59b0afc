//! Requests that come too soon after others of the same client are told to wait.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::Request;
use axum::http::StatusCode;
use fovea_annotation::ContentHash;

use crate::backend::Backend;
use crate::limits::TooMany;
use crate::listen::Peer;
use crate::problem::Problem;

/// Whoever supervises the server must always be answered.
const EXEMPT: [&str; 2] = ["/healthz", "/readyz"];
const LOGIN: &str = "/v1/auth/login";

/// Counts a request to `path` that needs no token.
pub(super) fn public(backend: &Backend, request: &Request, path: &str) -> Result<(), Problem> {
    if EXEMPT.contains(&path) {
        return Ok(());
    }
    if path == LOGIN {
        told(backend, backend.rates.sign_in(peer(request)))?;
    }
    by_address(backend, request)
}

/// Counts a request that has no valid token.
pub(super) fn by_address(backend: &Backend, request: &Request) -> Result<(), Problem> {
    told(backend, backend.rates.without_token(peer(request)))
}

/// Counts a request with a valid token.
pub(super) fn by_token(backend: &Backend, token_hash: ContentHash) -> Result<(), Problem> {
    told(backend, backend.rates.with_token(token_hash))
}

fn peer(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<Peer>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0)
}

fn told(backend: &Backend, counted: Result<(), TooMany>) -> Result<(), Problem> {
    counted.map_err(|too_many| {
        backend.metrics.throttled(too_many.by);
        // Rounded up: who comes back a moment too early is refused again.
        let seconds = too_many.wait.as_secs_f64().ceil().clamp(1.0, 3_600.0) as u32;
        let detail = format!("these are too many requests; wait {seconds} s and send it again");
        Problem::later(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            detail,
            seconds,
        )
    })
}
