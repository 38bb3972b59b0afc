//! Labels of metrics. Each has few values, and none is an id, a name or an address with ids in it.

use axum::http::Method;
use prometheus_client::encoding::EncodeLabelSet;

use crate::auth::ROUTES;

/// An answered request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Answered {
    pub(super) method: &'static str,
    /// Template of the address, such as `/v1/runs/{run_id}`.
    pub(super) route: &'static str,
    pub(super) status: u16,
}

/// A request, whatever came of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    /// As in [`Answered`].
    pub(super) route: &'static str,
}

/// What the intake decided about a scan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Decided {
    pub(super) decision: &'static str,
}

/// Which limit a request met.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Limit {
    pub(super) by: &'static str,
}

/// How far runs are, or what steps wait for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct State {
    pub(super) state: &'static str,
}

/// A part of the server that must be well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Part {
    pub(super) part: &'static str,
}

/// Which program this is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: &'static str,
    pub(super) code_ref: &'static str,
}

/// Which database it works with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Engine {
    pub(super) engine: &'static str,
}

/// The template `route` as the table of routes has it; all that leads nowhere is one.
pub(super) fn route_name(route: Option<&str>) -> &'static str {
    let known = ROUTES.iter().find(|known| Some(known.path) == route);
    known.map_or("(none)", |known| known.path)
}

/// A client may send any word as a method; those that nobody answers are one.
pub(super) fn method_name(method: &Method) -> &'static str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    const NAMES: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let known = KNOWN.iter().position(|known| known == method);
    known.map_or("other", |at| NAMES[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_client_makes_up_becomes_a_label() {
        assert_eq!(route_name(Some("/v1/runs/{run_id}")), "/v1/runs/{run_id}");
        assert_eq!(route_name(Some("/v1/runs/7")), "(none)");
        assert_eq!(route_name(None), "(none)");
        assert_eq!(method_name(&Method::PATCH), "PATCH");
        let own = Method::from_bytes(b"BREW").expect("a token");
        assert_eq!(method_name(&own), "other");
    }
}
