//! The sync engine's reports, as the editor understands them.

use std::sync::Arc;

use fovea_editor::{Connection, Event, SyncReport};
use fovea_local_store::{PendingCounts, SystemClock};
use fovea_sync::{Ask, EngineParts, HttpTransport, Link, SeededRandom, SyncEngine, SyncEvent};

use super::config::RunnerError;
use super::lines::Parts;
use super::reporter::sentence;
use super::store_thread::StoreWorker;
use super::work::StoreWork;

/// Starts the engine.
pub(super) fn start(transport: HttpTransport, parts: &Parts) -> Result<SyncEngine, RunnerError> {
    let work = parts.work.clone();
    let parts = EngineParts {
        store: parts.store.sibling()?,
        transport,
        clock: Arc::new(SystemClock),
        random: Box::new(SeededRandom::from_system()),
        // The store thread is gone only when the program ends.
        sink: move |event| drop(work.send(StoreWork::Sync(event))),
    };
    Ok(SyncEngine::start(parts)?)
}

impl StoreWorker {
    pub(super) fn synced(&mut self, event: SyncEvent) {
        match event {
            SyncEvent::Status(status) => {
                let is_online = status.link == Link::Online;
                if is_online && !self.is_online {
                    // The server is back: what waits to be sent need not wait for its own next look.
                    self.lines.look_at_uploads();
                    // That nobody can be asked was said by the engine.
                    let _ = self.lines.ask(Ask::WhoAmI);
                }
                self.is_online = is_online;
                self.reporter.send(Event::SyncChanged(report(
                    connection(status.link),
                    status.pending,
                )));
            }
            SyncEvent::VersionsOnServer(versions) => {
                self.reporter.send(Event::VersionsOnServer(versions))
            }
            SyncEvent::Received(_) => {
                self.list_cases();
                self.list_returned();
                self.reporter.send(Event::ChangesReceived);
            }
            SyncEvent::Queue { threshold, result } => self.server_queue(threshold, result),
        }
    }

    /// There is something new to send: wakes the engine, or counts it where there is no server.
    pub(super) fn told_outbox_grew(&self) {
        // A label that was sent back may be mended by this.
        self.list_returned();
        if !self.lines.wake_sync() {
            self.report_without_server();
        }
    }

    pub(super) fn report_without_server(&self) {
        match self.store.pending_counts() {
            Ok(pending) => self.reporter.send(Event::SyncChanged(report(
                Connection::NotConfigured,
                pending,
            ))),
            Err(error) => self.reporter.fail(error),
        }
    }
}

fn connection(link: Link) -> Connection {
    match link {
        Link::Connecting => Connection::Connecting,
        Link::Online => Connection::Online,
        Link::Offline { reason, .. } => Connection::Offline {
            sentence: sentence(reason),
        },
    }
}

fn report(connection: Connection, pending: PendingCounts) -> SyncReport {
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    SyncReport {
        connection,
        pending_count: count(pending.queued),
        parked_count: count(pending.parked),
    }
}
