//! Metrics for Prometheus: what this process counts as it goes, and what the database says when it is asked.

mod labels;
mod text;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use labels::{Answered, Asked, Decided, Limit, method_name, route_name};
pub(crate) use text::{CONTENT_TYPE, text};

/// What all names begin with.
const PREFIX: &str = "fovea";
/// Times of answers that are told apart, in s. Who waits for changes is answered after up to 25.
const DURATIONS_S: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Where somebody signs in.
const LOGIN: &str = "/v1/auth/login";

/// The counters of this process; clones share them.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Kept>);

struct Kept {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, fn() -> Histogram>,
    sign_in_failures: Counter,
    refused_tokens: Counter,
    connections_open: Gauge,
    connections: Counter,
    turned_away: Counter,
    throttled: Family<Limit, Counter>,
    slow_bodies: Counter,
    intakes: Family<Decided, Counter>,
}

impl Metrics {
    /// All at zero. `write_groups` is what the database counts.
    pub(crate) fn new(write_groups: Histogram) -> Self {
        let mut kept = Kept {
            registry: Registry::with_prefix(PREFIX),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS_S)),
            sign_in_failures: Counter::default(),
            refused_tokens: Counter::default(),
            connections_open: Gauge::default(),
            connections: Counter::default(),
            turned_away: Counter::default(),
            throttled: Family::default(),
            slow_bodies: Counter::default(),
            intakes: Family::default(),
        };
        kept.register(write_groups);
        Self(Arc::new(kept))
    }

    /// Counts an answer.
    pub(crate) fn answered(
        &self,
        method: &Method,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        let (method, route) = (method_name(method), route_name(route));
        let answered = Answered {
            method,
            route,
            status: status.as_u16(),
        };
        self.0.requests.get_or_create(&answered).inc();
        let asked = Asked { method, route };
        let durations = self.0.durations.get_or_create(&asked);
        durations.observe(took.as_secs_f64());
        if status == StatusCode::UNAUTHORIZED {
            match route == LOGIN {
                true => self.0.sign_in_failures.inc(),
                false => self.0.refused_tokens.inc(),
            };
        }
    }

    /// Counts a connection while the returned guard lives.
    pub(crate) fn connected(&self) -> Connected {
        self.0.connections.inc();
        self.0.connections_open.inc();
        Connected(self.clone())
    }

    /// Counts a connection that was closed because its address has too many.
    pub(crate) fn turned_away(&self) {
        self.0.turned_away.inc();
    }

    /// Counts a request that came too soon after others.
    pub(crate) fn throttled(&self, by: &'static str) {
        self.0.throttled.get_or_create(&Limit { by }).inc();
    }

    /// Counts a body that was cut off because it came too slowly.
    pub(crate) fn slow_body(&self) {
        self.0.slow_bodies.inc();
    }

    /// Connections that are open.
    pub(crate) fn connections_open(&self) -> u64 {
        self.0.connections_open.get().max(0) as u64
    }

    /// Counts what the intake decided about a scan.
    pub(crate) fn intake_decided(&self, decision: &'static str) {
        self.0.intakes.get_or_create(&Decided { decision }).inc();
    }
}

/// A connection that is open.
pub(crate) struct Connected(Metrics);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.0.connections_open.dec();
    }
}

impl Kept {
    fn register(&mut self, write_groups: Histogram) {
        let registry = &mut self.registry;
        let requests = self.requests.clone();
        registry.register("http_requests", "Requests that were answered", requests);
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request's headers to the answer's",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "sign_in_failures",
            "Names and passwords that did not belong together",
            self.sign_in_failures.clone(),
        );
        registry.register(
            "refused_tokens",
            "Requests with a token that is not valid, or with none",
            self.refused_tokens.clone(),
        );
        registry.register(
            "connections_open",
            "Connections of clients",
            self.connections_open.clone(),
        );
        registry.register(
            "connections",
            "Connections that were accepted",
            self.connections.clone(),
        );
        registry.register(
            "connections_turned_away",
            "Connections that were closed because their address has too many",
            self.turned_away.clone(),
        );
        registry.register(
            "requests_throttled",
            "Requests that came too soon after others, by the limit that they met",
            self.throttled.clone(),
        );
        registry.register(
            "slow_bodies",
            "Bodies that were cut off because they came too slowly",
            self.slow_bodies.clone(),
        );
        registry.register(
            "intake_decisions",
            "Scans by what the intake decided",
            self.intakes.clone(),
        );
        registry.register(
            "database_write_group_size",
            "Writes that shared one commit",
            write_groups,
        );
    }
}
