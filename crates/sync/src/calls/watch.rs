//! Following one run until its end: by events, and where those cannot be had, by asking now and then.

use std::time::Duration;

use fovea_protocol::{RunEvent, RunRecord};
use uuid::Uuid;

use super::sse::SseReader;
use crate::{HttpTransport, Random, TransportError, backoff};

/// How often a run is asked for while its events cannot be had.
const ASK_PERIOD: Duration = Duration::from_secs(2);
/// Questions without an answer before a run is left alone; the list asks for it again.
const FAILURES_MAX: u32 = 40;

/// Follows `run` until it ends; `tell` is called with each change.
pub(super) async fn watch(
    transport: &HttpTransport,
    run: Uuid,
    random: &mut dyn Random,
    tell: &dyn Fn(RunEvent),
) {
    let mut watching = Watching {
        run,
        last_id: None,
        seen: None,
        failures: 0,
    };
    loop {
        match watching.events(transport, tell).await {
            Ok(true) => return,
            // The stream ended, and the run did not: the server ends streams now and then, and when it is restarted.
            Ok(false) => {}
            Err(TransportError::Refused { .. } | TransportError::Unauthorized) => return,
            Err(_) => watching.failures += 1,
        }
        if watching.failures > FAILURES_MAX {
            return;
        }
        match transport.run(run).await {
            Ok(record) => {
                if watching.take(event_of(record), tell) {
                    return;
                }
                tokio::time::sleep(ASK_PERIOD).await;
            }
            Err(TransportError::Refused { .. } | TransportError::Unauthorized) => return,
            Err(error) => {
                watching.failures += 1;
                let failures = watching.failures;
                let retry_after = error.retry_after();
                let delay = backoff::reconnect_delay(failures, Duration::ZERO, retry_after, random);
                tokio::time::sleep(delay).await;
            }
        }
    }
}

struct Watching {
    run: Uuid,
    /// Of the newest event, so that it is not told again.
    last_id: Option<String>,
    seen: Option<RunEvent>,
    failures: u32,
}

impl Watching {
    /// Reads events until the stream ends; true when the run has ended.
    async fn events(
        &mut self,
        transport: &HttpTransport,
        tell: &dyn Fn(RunEvent),
    ) -> Result<bool, TransportError> {
        let last_id = self.last_id.clone();
        let mut response = transport.run_events(self.run, last_id.as_deref()).await?;
        let mut reader = SseReader::default();
        loop {
            let Some(bytes) = response
                .chunk()
                .await
                .map_err(|error| crate::http::unreachable(&error))?
            else {
                return Ok(false);
            };
            let too_long = |_| crate::http::incompatible("an event has no end".to_owned());
            for event in reader.push(&bytes).map_err(too_long)? {
                let Ok(change) = serde_json::from_str::<RunEvent>(&event.data) else {
                    continue;
                };
                self.failures = 0;
                self.last_id = event.id.or(self.last_id.take());
                if self.take(change, tell) {
                    return Ok(true);
                }
            }
        }
    }

    /// Tells what is new; true when the run has ended.
    fn take(&mut self, event: RunEvent, tell: &dyn Fn(RunEvent)) -> bool {
        let is_final = event.state.is_final();
        if self.seen.as_ref() != Some(&event) {
            self.seen = Some(event.clone());
            tell(event);
        }
        is_final
    }
}

/// What an event would say of a run.
fn event_of(record: RunRecord) -> RunEvent {
    RunEvent {
        run_id: record.run_id,
        state: record.state,
        steps: record.steps,
        error: record.error,
        updated_at_us: record.updated_at_us,
    }
}
