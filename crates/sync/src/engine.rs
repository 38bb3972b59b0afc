//! The engine: a thread that talks to the server whenever there is something to say, and looks for it when it is away.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use fovea_local_store::{Clock, Store};
use tokio::sync::mpsc;

use crate::round::{Round, RoundReport};
use crate::thread::{Stopped, Thread};
use crate::{Link, Random, RoundError, SyncEvent, SyncStatus, Transport, backoff};

/// Commands that may wait; a wake that finds the channel full is already on its way.
const COMMANDS_MAX: usize = 64;
/// How long the server may wait for a change before it answers an idle client.
const LONG_POLL_S: u32 = 25;

#[derive(Debug)]
enum Command {
    Wake,
    FetchQueue { threshold: f32 },
}

/// The running engine. Dropping it stops the engine and waits for its thread.
#[derive(Debug)]
pub struct SyncEngine {
    handle: SyncHandle,
    _thread: Thread,
}

/// Speaks to the engine, from any thread and without waiting.
#[derive(Clone, Debug)]
pub struct SyncHandle(mpsc::Sender<Command>);

impl SyncHandle {
    /// Says that there is something new in the outbox, or that a person wants to sync now.
    pub fn wake(&self) {
        // Full means that a wake is already waiting; closed means that the engine has ended.
        let _ = self.0.try_send(Command::Wake);
    }

    /// Asks for the server's queue; the answer is a [`SyncEvent::Queue`]. False when too much is asked at once.
    pub fn fetch_queue(&self, threshold: f32) -> bool {
        self.0.try_send(Command::FetchQueue { threshold }).is_ok()
    }
}

/// What the engine needs from outside.
pub struct EngineParts<T, S> {
    /// Its own connection to the local store.
    pub store: Store,
    /// Makes the transport on the engine's thread.
    pub transport: T,
    /// The clock of the store.
    pub clock: Arc<dyn Clock>,
    /// For back-off.
    pub random: Box<dyn Random + Send>,
    /// Takes the reports; it may block when nobody reads them.
    pub sink: S,
}

impl SyncEngine {
    /// Starts the engine on its own thread.
    pub fn start<T, S>(parts: EngineParts<T, S>) -> std::io::Result<Self>
    where
        T: Transport + Send + 'static,
        S: Fn(SyncEvent) + Clone + Send + 'static,
    {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let body = move |stopped| {
            let engine = Engine {
                store: parts.store,
                transport: Rc::new(parts.transport),
                clock: parts.clock,
                random: parts.random,
                sink: parts.sink,
                inbox,
                stopped,
                status: None,
                failures: 0,
                away_since_us: None,
                was_woken: false,
            };
            engine.run()
        };
        Ok(Self {
            handle: SyncHandle(commands),
            _thread: Thread::start("sync", body)?,
        })
    }

    /// Speaks to the engine from other threads.
    pub fn handle(&self) -> SyncHandle {
        self.handle.clone()
    }
}

struct Engine<T, S> {
    store: Store,
    transport: Rc<T>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random + Send>,
    sink: S,
    inbox: mpsc::Receiver<Command>,
    stopped: Stopped,
    status: Option<SyncStatus>,
    failures: u32,
    away_since_us: Option<i64>,
    /// Somebody had a reason to try during the attempt that has just ended.
    was_woken: bool,
}

/// Why the engine stopped waiting.
enum Woken {
    Work,
    Stop,
}

impl<T, S> Engine<T, S>
where
    T: Transport + 'static,
    S: Fn(SyncEvent) + Clone + 'static,
{
    async fn run(mut self) {
        self.report(Link::Connecting);
        loop {
            let wait = match self.exchange(None).await {
                Some(Ok(())) => self.rest().await,
                Some(Err(error)) => self.stay_away(&error).await,
                None => Woken::Stop,
            };
            if matches!(wait, Woken::Stop) {
                return;
            }
        }
    }

    /// A full round, or with `long_poll_s` a wait for changes; `None` when the engine was told to stop meanwhile.
    async fn exchange(&mut self, long_poll_s: Option<u32>) -> Option<Result<(), RoundError>> {
        let mut report = RoundReport::default();
        self.was_woken = false;
        let outcome = {
            let mut round = Round {
                store: &mut self.store,
                transport: self.transport.as_ref(),
                clock: self.clock.as_ref(),
                random: self.random.as_mut(),
                report: &mut report,
            };
            let work = async {
                match long_poll_s {
                    None => round.run().await,
                    Some(wait_s) => round.pull(wait_s).await.map(drop),
                }
            };
            tokio::pin!(work);
            loop {
                tokio::select! {
                    biased;
                    _ = &mut self.stopped => break None,
                    command = self.inbox.recv() => match command {
                        None => break None,
                        Some(Command::FetchQueue { threshold }) => fetch_queue(&self.transport, &self.sink, threshold),
                        // An idle wait ends when there is something to say; a round looks at the outbox anyway, and one
                        // that fails is tried again, since the reason may be what it lacked.
                        Some(Command::Wake) if long_poll_s.is_some() => break Some(Ok(())),
                        Some(Command::Wake) => self.was_woken = true,
                    },
                    done = &mut work => break Some(done),
                }
            }
        };
        self.tell(report);
        outcome
    }

    fn tell(&mut self, report: RoundReport) {
        if !report.versions_on_server.is_empty() {
            (self.sink)(SyncEvent::VersionsOnServer(report.versions_on_server));
        }
        if report.received > 0 {
            (self.sink)(SyncEvent::Received(report.received));
        }
    }

    /// Everything is said: wait for changes of others until there is something new here.
    async fn rest(&mut self) -> Woken {
        self.failures = 0;
        self.away_since_us = None;
        self.report(Link::Online);
        loop {
            if self.has_work() {
                return Woken::Work;
            }
            let wait_s = self.seconds_until_deferred().min(LONG_POLL_S);
            match self.exchange(Some(wait_s)).await {
                None => return Woken::Stop,
                Some(Ok(())) => self.report(Link::Online),
                Some(Err(error)) => return self.stay_away(&error).await,
            }
        }
    }

    /// The server, or the disk, failed: say so, and wait before the next attempt.
    async fn stay_away(&mut self, error: &RoundError) -> Woken {
        let now_us = self.clock.now_us();
        let since_us = *self.away_since_us.get_or_insert(now_us);
        self.report(Link::Offline {
            reason: error.to_string(),
            since_us,
        });
        let retry_after = match error {
            RoundError::Transport(error) => error.retry_after(),
            RoundError::Store(_) => None,
        };
        let away = Duration::from_micros(now_us.saturating_sub(since_us).max(0).cast_unsigned());
        let delay =
            backoff::reconnect_delay(self.failures, away, retry_after, self.random.as_mut());
        self.failures = self.failures.saturating_add(1);
        if self.was_woken && retry_after.is_none() {
            return Woken::Work;
        }
        let sleep = tokio::time::sleep(delay);
        tokio::pin!(sleep);
        loop {
            tokio::select! {
                biased;
                _ = &mut self.stopped => return Woken::Stop,
                command = self.inbox.recv() => match command {
                    None => return Woken::Stop,
                    Some(Command::FetchQueue { threshold }) => fetch_queue(&self.transport, &self.sink, threshold),
                    // A server that asked for a pause gets it; one that was not there may be there now.
                    Some(Command::Wake) if retry_after.is_none() => return Woken::Work,
                    Some(Command::Wake) => self.report_counts(),
                },
                () = &mut sleep => return Woken::Work,
            }
        }
    }

    /// Until the next operation that the server wanted later; the longest wait when there is none.
    fn seconds_until_deferred(&self) -> u32 {
        match self.store.outbox_next_at_us() {
            Ok(Some(at_us)) => {
                let seconds = at_us.saturating_sub(self.clock.now_us()) / 1_000_000 + 1;
                u32::try_from(seconds).unwrap_or(LONG_POLL_S)
            }
            _ => LONG_POLL_S,
        }
    }

    fn has_work(&self) -> bool {
        self.store
            .outbox_batch(1)
            .is_ok_and(|batch| !batch.is_empty())
    }

    fn report_counts(&mut self) {
        if let Some(status) = &self.status {
            self.report(status.link.clone());
        }
    }

    /// Says what changed; silence when nothing did, so that an idle window stays idle.
    fn report(&mut self, link: Link) {
        let Ok(pending) = self.store.pending_counts() else {
            return;
        };
        let status = SyncStatus { link, pending };
        if self.status.as_ref() != Some(&status) {
            self.status = Some(status.clone());
            (self.sink)(SyncEvent::Status(status));
        }
    }
}

/// Asks for the queue beside whatever else is under way.
fn fetch_queue<T, S>(transport: &Rc<T>, sink: &S, threshold: f32)
where
    T: Transport + 'static,
    S: Fn(SyncEvent) + Clone + 'static,
{
    let (transport, sink) = (Rc::clone(transport), sink.clone());
    tokio::task::spawn_local(async move {
        let result = transport
            .queue(threshold)
            .await
            .map_err(|error| error.to_string());
        sink(SyncEvent::Queue { threshold, result });
    });
}
