//! Whether the parts are well that the server cannot do without.

use axum::http::StatusCode;

use crate::backend::Backend;
use crate::db::{self, SCHEMA_VERSION};
use crate::orchestrator::{LeaseClock, SILENT_AFTER_US, last_tick_age_us};
use crate::problem::Problem;

/// When to look again at a server that is not ready.
const RETRY_AFTER_S: u32 = 5;

/// The parts as they are now.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// Database, schema, object store, orchestrator.
    pub(crate) parts: Vec<Part>,
    /// Schema of the database; 0 where it could not be asked.
    pub(crate) schema_version: u32,
    /// Since somebody last looked after runs, in µs.
    pub(crate) tick_age_us: Option<i64>,
}

/// One part.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Stable name for programs.
    pub(crate) name: &'static str,
    pub(crate) is_well: bool,
    /// One sentence for people.
    pub(crate) detail: String,
    /// Why nobody should be sent here, where that is so.
    pub(crate) fault: Option<Problem>,
}

impl Health {
    /// Asks each part.
    pub(crate) async fn examine(backend: &Backend) -> Self {
        let clock = LeaseClock::new(backend.clock.clone());
        let read = backend.db.read(move |connection| {
            let now_us = clock.now_us(connection)?;
            let age_us = last_tick_age_us(connection, now_us)?;
            Ok((db::schema_version(connection)?, age_us))
        });
        let read = read.await;
        let written = backend.db.write(|_| Ok(())).await;
        let reached = backend.objects.reach().await;
        let (schema, tick_age_us) = match &read {
            Ok((schema, age_us)) => (Some(*schema), *age_us),
            Err(_) => (None, None),
        };
        let database = match (read, written) {
            (Ok(_), Ok(())) => Ok("It reads and writes.".to_owned()),
            (Err(error), _) | (_, Err(error)) => Err(error.into()),
        };
        let store = reached.map(|()| "It answers.".to_owned());
        Self {
            parts: vec![
                Part::of("database", database),
                Part::of("migrations", migrations(schema)),
                Part::of("object_store", store.map_err(Problem::from)),
                orchestrator(tick_age_us),
            ],
            schema_version: schema.unwrap_or_default(),
            tick_age_us,
        }
    }

    /// An error where requests cannot be answered. Without an orchestrator labels are taken as ever, so that is none.
    pub(crate) fn ready(&self) -> Result<(), Problem> {
        let fault = self.parts.iter().find_map(|part| part.fault.clone());
        fault.map_or(Ok(()), Err)
    }
}

impl Part {
    fn of(name: &'static str, found: Result<String, Problem>) -> Self {
        let fault = found.as_ref().err().map(|problem| Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retryable: true,
            retry_after_s: Some(RETRY_AFTER_S),
            ..problem.clone()
        });
        Self {
            name,
            is_well: found.is_ok(),
            detail: found.unwrap_or_else(|problem| problem.detail),
            fault,
        }
    }
}

/// A newer program may have changed the tables while this one runs.
fn migrations(schema: Option<u32>) -> Result<String, Problem> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match schema {
        Some(SCHEMA_VERSION) => Ok(format!(
            "The schema is {SCHEMA_VERSION}, as this program has it."
        )),
        Some(found) => {
            let detail = format!(
                "the database has schema {found} and this program has {SCHEMA_VERSION}; start the program that made it"
            );
            Err(Problem::refused(status, "schema_differs", detail))
        }
        None => {
            let detail = "the database did not say which schema it has; see its log";
            Err(Problem::refused(status, "schema_unknown", detail))
        }
    }
}

fn orchestrator(tick_age_us: Option<i64>) -> Part {
    let detail = match tick_age_us {
        None => "Nobody has ever looked after runs; start a worker.".to_owned(),
        Some(age_us) if age_us > SILENT_AFTER_US => {
            let seconds = age_us / 1_000_000;
            format!("Nobody has looked after runs for {seconds} s; start a worker.")
        }
        Some(age_us) => format!("Runs were looked after {} ms ago.", age_us / 1_000),
    };
    Part {
        name: "orchestrator",
        is_well: tick_age_us.is_some_and(|age_us| age_us <= SILENT_AFTER_US),
        detail,
        fault: None,
    }
}
