//! The engine: a thread that sends what waits to be sent, one scan after the other.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use fovea_local_store::{Clock, Store, StoreError, UploadRecord, UploadStage};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::pace::Pace;
use super::step::{Stepped, Way, step};
use super::{Passage, UploadView};
use crate::thread::{Stopped, Thread};
use crate::words::sentence;
use crate::{HttpTransport, Random, RoundError, TransportError, backoff};

/// Commands that may wait: a person clicks no faster.
const COMMANDS_MAX: usize = 64;
/// A request that was just broken off may keep an upload busy on the server for a moment.
const GIVE_UP_TRIES: u32 = 5;
const GIVE_UP_PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
enum Command {
    /// There is something new, or a reason to believe that the server answers now.
    Look,
    Pause(i64),
    Resume(i64),
    Remove(i64),
}

/// The running engine. Dropping it stops it and waits for its thread; what is under way goes on at the next start.
#[derive(Debug)]
pub struct UploadEngine {
    handle: UploadHandle,
    _thread: Thread,
}

/// Speaks to the engine, from any thread and without waiting. A wish is lost only when many wait already.
#[derive(Clone, Debug)]
pub struct UploadHandle(mpsc::Sender<Command>);

impl UploadHandle {
    /// Says that a scan was added, or that the server may answer now.
    pub fn look(&self) {
        self.send(Command::Look);
    }

    /// Stops an upload for a while. What is on the server stays there.
    pub fn pause(&self, upload: i64) {
        self.send(Command::Pause(upload));
    }

    /// Goes on with an upload, also with one that the server refused.
    pub fn resume(&self, upload: i64) {
        self.send(Command::Resume(upload));
    }

    /// Forgets an upload, here and on the server. A case that was made of it stays.
    pub fn remove(&self, upload: i64) {
        self.send(Command::Remove(upload));
    }

    fn send(&self, command: Command) {
        // Closed means that the engine has ended.
        let _ = self.0.try_send(command);
    }
}

/// What the engine needs from outside.
pub struct UploadParts<S> {
    /// Its own connection to the local store.
    pub store: Store,
    /// The server; without one everything waits.
    pub transport: Option<HttpTransport>,
    /// The clock of the store.
    pub clock: Arc<dyn Clock>,
    /// For back-off.
    pub random: Box<dyn Random + Send>,
    /// Takes the list whenever it changed; it may block when nobody reads it.
    pub sink: S,
}

impl UploadEngine {
    /// Starts the engine on its own thread.
    pub fn start<S>(parts: UploadParts<S>) -> std::io::Result<Self>
    where
        S: Fn(Vec<UploadView>) + Send + 'static,
    {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let body = move |stopped| {
            let engine = Engine {
                store: Rc::new(RefCell::new(parts.store)),
                transport: parts.transport.map(Rc::new),
                clock: parts.clock,
                random: parts.random,
                sink: parts.sink,
                inbox,
                stopped,
                records: Vec::new(),
                told: None,
                pace: Pace::default(),
                trouble: Trouble::default(),
            };
            engine.run()
        };
        Ok(Self {
            handle: UploadHandle(commands),
            _thread: Thread::start("upload", body)?,
        })
    }

    /// Speaks to the engine from other threads.
    pub fn handle(&self) -> UploadHandle {
        self.handle.clone()
    }
}

struct Engine<S> {
    store: Rc<RefCell<Store>>,
    transport: Option<Rc<HttpTransport>>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random + Send>,
    sink: S,
    inbox: mpsc::Receiver<Command>,
    stopped: Stopped,
    records: Vec<UploadRecord>,
    told: Option<Vec<UploadView>>,
    pace: Pace,
    trouble: Trouble,
}

/// Failures in a row, for back-off.
#[derive(Debug, Default)]
struct Trouble {
    failures: u32,
    since_us: Option<i64>,
    /// How far the upload in hand was at the last of them.
    reached: Option<(i64, u64)>,
}

/// What ended a wait or a piece of work.
enum Ended<T> {
    By(T),
    /// A command changed what is to be done.
    Command,
    /// The program ends.
    Stop,
}

impl<S: Fn(Vec<UploadView>)> Engine<S> {
    async fn run(mut self) {
        loop {
            self.reload();
            let next = self
                .records
                .iter()
                .find(|record| record.stage == UploadStage::Waiting)
                .cloned();
            let ended = match (next, self.transport.clone()) {
                (Some(record), Some(transport)) => self.send(record, &transport).await,
                (Some(_), None) => self.rest(None, &Passage::NoServer).await,
                (None, _) => self.rest(None, &Passage::InLine).await,
            };
            if matches!(ended, Ended::Stop) {
                return;
            }
        }
    }

    /// Sends one upload until it is there, something is wrong with it, or a command changes the order of things.
    async fn send(&mut self, record: UploadRecord, transport: &Rc<HttpTransport>) -> Ended<()> {
        let mut way = Way::new(record);
        loop {
            let passage = match way.is_whole() {
                true => Passage::Checking,
                false => Passage::Sending {
                    bytes_per_s: self.pace.bytes_per_s(),
                },
            };
            self.note(&way.record);
            self.tell(Some(way.record.upload), &passage);
            let started = Instant::now();
            let stepped = match self.one_step(&mut way, transport, &passage).await {
                Ended::By(stepped) => stepped,
                Ended::Command => return Ended::Command,
                Ended::Stop => return Ended::Stop,
            };
            match stepped {
                Ok(Stepped::Further(bytes)) if bytes > 0 => {
                    self.trouble = Trouble::default();
                    self.pace.note(bytes, started.elapsed());
                }
                Ok(Stepped::Further(_)) => {}
                Ok(Stepped::Taken { case_id, remark }) => {
                    self.trouble = Trouble::default();
                    let upload = way.record.upload;
                    self.keep(|store| store.finish_upload(upload, case_id, &remark));
                    return Ended::By(());
                }
                Err(error) => {
                    way.note_break();
                    self.pace.note_break();
                    return self.fail(&way, error).await;
                }
            }
            if !self.is_to_be_sent(way.record.upload) {
                return Ended::Command;
            }
        }
    }

    /// One request, while commands are obeyed.
    async fn one_step(
        &mut self,
        way: &mut Way,
        transport: &Rc<HttpTransport>,
        passage: &Passage,
    ) -> Ended<Result<Stepped, RoundError>> {
        let (upload, chunk_len) = (way.record.upload, self.pace.chunk_len());
        let is_whole = way.is_whole();
        let store = Rc::clone(&self.store);
        let work = step(way, transport, &store, chunk_len);
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                _ = &mut self.stopped => return Ended::Stop,
                command = self.inbox.recv() => {
                    let Some(command) = command else { return Ended::Stop };
                    self.obey(command);
                    // What the server has whole becomes a case also when nobody waits for the answer, so a pause that
                    // comes as late as this waits for it: else a case that is there would be called paused.
                    let is_known = self.records.iter().any(|record| record.upload == upload);
                    let goes_on = self.is_to_be_sent(upload) || (is_whole && is_known);
                    if !goes_on {
                        return Ended::Command;
                    }
                    self.tell(Some(upload), passage);
                }
                done = &mut work => return Ended::By(done),
            }
        }
    }

    /// Decides what an error means for the upload, and waits where it may go better later.
    async fn fail(&mut self, way: &Way, error: RoundError) -> Ended<()> {
        let upload = way.record.upload;
        match &error {
            RoundError::Transport(TransportError::Unauthorized) => {
                return self.rest(Some(upload), &Passage::SignInNeeded).await;
            }
            RoundError::Transport(TransportError::Refused { code, detail })
                if !is_about_place(code) =>
            {
                let sentence = sentence(detail);
                self.keep(|store| store.stage_upload(upload, UploadStage::Refused, &sentence));
                return Ended::By(());
            }
            _ if !self.is_to_be_sent(upload) => return Ended::Command,
            _ => {}
        }
        let reached = Some((upload, way.record.received));
        if self.trouble.reached != reached {
            // Something arrived since the last break: the line is bad, and not dead.
            self.trouble = Trouble {
                reached,
                ..Trouble::default()
            };
        }
        let delay = self.delay(&error);
        let why = sentence(&error.to_string());
        self.wait(upload, &Passage::Waiting { why }, delay).await
    }

    /// False once a person has paused it or given it up.
    fn is_to_be_sent(&self, upload: i64) -> bool {
        self.records
            .iter()
            .any(|record| record.upload == upload && record.stage == UploadStage::Waiting)
    }

    fn delay(&mut self, error: &RoundError) -> Duration {
        let now_us = self.clock.now_us();
        let since_us = *self.trouble.since_us.get_or_insert(now_us);
        let away = Duration::from_micros(now_us.saturating_sub(since_us).max(0).cast_unsigned());
        let retry_after = match error {
            RoundError::Transport(error) => error.retry_after(),
            RoundError::Store(_) => None,
        };
        let failures = self.trouble.failures;
        self.trouble.failures = failures.saturating_add(1);
        backoff::reconnect_delay(failures, away, retry_after, self.random.as_mut())
    }

    /// Waits until it is time to try again, or a person says something.
    async fn wait(&mut self, upload: i64, passage: &Passage, delay: Duration) -> Ended<()> {
        self.tell(Some(upload), passage);
        tokio::select! {
            biased;
            ended = self.hear() => ended,
            () = tokio::time::sleep(delay) => Ended::By(()),
        }
    }

    /// Waits until somebody says something.
    async fn rest(&mut self, current: Option<i64>, passage: &Passage) -> Ended<()> {
        self.tell(current, passage);
        self.hear().await
    }

    /// Does what is said next.
    async fn hear(&mut self) -> Ended<()> {
        tokio::select! {
            biased;
            _ = &mut self.stopped => Ended::Stop,
            command = self.inbox.recv() => match command {
                Some(command) => {
                    self.obey(command);
                    Ended::Command
                }
                None => Ended::Stop,
            },
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Look => {}
            Command::Pause(upload) => {
                self.keep(|store| store.stage_upload(upload, UploadStage::Paused, ""));
            }
            Command::Resume(upload) => {
                self.keep(|store| store.stage_upload(upload, UploadStage::Waiting, ""));
            }
            Command::Remove(upload) => {
                self.keep(|store| store.remove_upload(upload));
                let gone = self.records.iter().find(|record| record.upload == upload);
                if let Some(record) = gone {
                    self.give_up(record);
                }
            }
        }
        self.reload();
    }

    /// Asks the server to forget an upload, beside whatever else is under way. One that it does not hear of it forgets by
    /// itself.
    fn give_up(&self, record: &UploadRecord) {
        let place = record
            .place
            .clone()
            .filter(|_| record.stage != UploadStage::Done);
        let (Some(place), Some(transport)) = (place, self.transport.clone()) else {
            return;
        };
        tokio::task::spawn_local(async move {
            for _ in 0..GIVE_UP_TRIES {
                match transport.give_up(&place).await {
                    Err(TransportError::Busy { .. }) => tokio::time::sleep(GIVE_UP_PAUSE).await,
                    _ => return,
                }
            }
        });
    }

    /// Writes something down. What cannot be written is told by the list, which stays as it was.
    fn keep(&mut self, work: impl FnOnce(&mut Store) -> Result<(), StoreError>) {
        if let Err(error) = work(&mut self.store.borrow_mut()) {
            tracing::warn!(%error, "the state of an upload could not be kept");
        }
    }

    fn reload(&mut self) {
        match self.store.borrow().uploads() {
            Ok(records) => self.records = records,
            Err(error) => tracing::warn!(%error, "the uploads cannot be read"),
        }
    }

    fn note(&mut self, fresh: &UploadRecord) {
        let known = self.records.iter_mut();
        for record in known.filter(|record| record.upload == fresh.upload) {
            record.clone_from(fresh);
        }
    }

    /// Tells the list if it changed; `passage` is that of the upload in hand, or of all that wait where there is none.
    fn tell(&mut self, current: Option<i64>, passage: &Passage) {
        let views: Vec<UploadView> = self
            .records
            .iter()
            .map(|record| {
                let is_meant = current.is_none_or(|upload| upload == record.upload);
                let now = if is_meant { passage } else { &Passage::InLine };
                UploadView::of(record, now.clone())
            })
            .collect();
        if self.told.as_ref() != Some(&views) {
            self.told = Some(views.clone());
            (self.sink)(views);
        }
    }
}

/// Refusals after which the server is asked again where the upload is.
fn is_about_place(code: &str) -> bool {
    matches!(
        code,
        "offset_mismatch" | "upload_unknown" | "upload_unfinished"
    )
}
