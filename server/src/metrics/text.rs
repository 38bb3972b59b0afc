//! The metrics as text.

use std::fmt::Error;

use fovea_protocol::RunState;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::labels::{Build, Engine, Part, State};
use super::{Metrics, PREFIX};
use crate::backend::Backend;
use crate::runs::code_ref;
use crate::status::Seen;

/// Prometheus' text format, version 0.0.4.
pub(crate) use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

/// Everything: what the process counted, and what was `seen` of the data just now.
pub(crate) fn text(backend: &Backend, seen: &Seen) -> Result<String, Error> {
    let Metrics(kept) = &backend.metrics;
    let mut text = String::new();
    encode(&mut text, &kept.registry)?;
    // Made anew each time: two who ask at once do not see each other's numbers.
    let mut registry = Registry::with_prefix(PREFIX);
    about_the_process(&mut registry, backend, seen);
    about_the_work(&mut registry, seen);
    about_the_store(&mut registry, seen);
    encode(&mut text, &registry)?;
    Ok(text)
}

fn about_the_process(registry: &mut Registry, backend: &Backend, seen: &Seen) {
    let build = Build {
        version: env!("CARGO_PKG_VERSION"),
        code_ref: code_ref(),
    };
    registry.register("build", "The program", Info::new(build));
    registry.register_with_unit(
        "start_time",
        "When the process began to answer, since 1970",
        Unit::Seconds,
        seconds(backend.started_at_us),
    );
    let healthy = Family::<Part, Gauge>::default();
    for part in &seen.health.parts {
        let label = Part { part: part.name };
        healthy.get_or_create(&label).set(i64::from(part.is_well));
    }
    registry.register("healthy", "1 where the part is well", healthy);
    let engine = Engine {
        engine: backend.db.engine(),
    };
    registry.register("database", "The metadata database", Info::new(engine));
    gauge(
        registry,
        "database_schema_version",
        "Version of the database's schema",
        u64::from(seen.health.schema_version),
    );
    gauge(
        registry,
        "database_waiting_writes",
        "Writes that wait for their turn",
        backend.db.waiting_writes() as u64,
    );
}

fn about_the_work(registry: &mut Registry, seen: &Seen) {
    let totals = &seen.totals;
    gauge(
        registry,
        "queue_tiles",
        "Tiles that wait for a person",
        totals.queue_open,
    );
    gauge(
        registry,
        "queue_tiles_leased",
        "Of those, the ones that somebody has in hand",
        totals.queue_leased,
    );
    let runs = RunState::ALL.map(state_name).into_iter();
    let runs = by_state(runs.zip(totals.runs));
    registry.register("runs", "Runs by state", runs);
    let steps = by_state([
        ("due", totals.steps_due),
        ("paused", totals.steps_paused),
        ("leased", totals.steps_leased),
    ]);
    registry.register("run_steps", "Steps of runs by what they wait for", steps);
    let busy = seen.workers.iter().filter(|worker| worker.step.is_some());
    let busy = busy.count();
    let workers = by_state([
        ("busy", busy as u64),
        ("idle", (seen.workers.len() - busy) as u64),
    ]);
    registry.register("workers", "Workers that are alive", workers);
    if let Some(age_us) = seen.health.tick_age_us {
        registry.register_with_unit(
            "orchestrator_tick_age",
            "Since somebody last looked after runs",
            Unit::Seconds,
            seconds(age_us),
        );
    }
}

fn about_the_store(registry: &mut Registry, seen: &Seen) {
    let totals = &seen.totals;
    gauge(registry, "objects", "Objects in the store", totals.blobs);
    gauge(
        registry,
        "objects_damaged",
        "Objects that were found damaged",
        totals.blobs_damaged,
    );
    registry.register_with_unit(
        "objects_size",
        "Bytes of the objects before they are sealed",
        Unit::Bytes,
        ConstGauge::new(totals.blob_bytes),
    );
    gauge(
        registry,
        "uploads_open",
        "Uploads under way",
        totals.uploads_open,
    );
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    registry.register(name, help, ConstGauge::new(value));
}

fn seconds(us: i64) -> ConstGauge<f64> {
    ConstGauge::new(us as f64 / 1e6)
}

fn by_state(counts: impl IntoIterator<Item = (&'static str, u64)>) -> Family<State, Gauge> {
    let family = Family::<State, Gauge>::default();
    for (state, count) in counts {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        family.get_or_create(&State { state }).set(count);
    }
    family
}

fn state_name(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "queued",
        RunState::Running => "running",
        RunState::Succeeded => "succeeded",
        RunState::Failed => "failed",
        RunState::Cancelled => "cancelled",
    }
}
