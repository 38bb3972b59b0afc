//! The sync engine's reports, as the editor understands them.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use fovea_editor::{Connection, Event, SyncReport};
use fovea_local_store::{PendingCounts, Store, SystemClock};
use fovea_sync::{EngineParts, HttpTransport, Link, SeededRandom, SyncEngine, SyncEvent};

use super::config::{RunnerError, ServerConfig};
use super::reporter::{Reporter, sentence};
use super::store_thread::StoreWorker;
use super::work::StoreWork;

/// Starts the engine. An address that is none is said, and everything else works without a server.
pub(super) fn start(
    server: ServerConfig,
    store: &Store,
    work: SyncSender<StoreWork>,
    reporter: &Reporter,
) -> Result<Option<SyncEngine>, RunnerError> {
    let transport = match HttpTransport::new(&server.url, server.credentials) {
        Ok(transport) => transport,
        Err(error) => {
            reporter.fail(error);
            return Ok(None);
        }
    };
    let parts = EngineParts {
        store: store.sibling()?,
        transport,
        clock: Arc::new(SystemClock),
        random: Box::new(SeededRandom::from_system()),
        // The store thread is gone only when the program ends.
        sink: move |event| drop(work.send(StoreWork::Sync(event))),
    };
    Ok(Some(SyncEngine::start(parts)?))
}

impl StoreWorker {
    pub(super) fn synced(&mut self, event: SyncEvent) {
        match event {
            SyncEvent::Status(status) => {
                let is_online = status.link == Link::Online;
                if is_online && !self.is_online {
                    // The server is back: what waits to be sent need not wait for its own next look.
                    self.uploads.look();
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
            SyncEvent::Received(_) => self.list_cases(),
            SyncEvent::Queue { threshold, result } => self.server_queue(threshold, result),
        }
    }

    /// There is something new to send: wakes the engine, or counts it where there is no server.
    pub(super) fn told_outbox_grew(&self) {
        match &self.sync {
            Some(sync) => sync.wake(),
            None => self.report_without_server(),
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
