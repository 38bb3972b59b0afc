//! The thread that asks, so that nobody who waits for an answer holds up the window, the labels or a scan.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use fovea_annotation::{CaseId, ContentHash};
use fovea_protocol::{RunArtifact, RunRecord, RunsPage};
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;

use super::ask::sentence;
use super::watch::watch;
use super::whole_file::write_whole;
use super::{Ask, Reply};
use crate::thread::{Stopped, Thread};
use crate::transport::Answer;
use crate::{HttpTransport, SeededRandom, Transport as _};

/// Questions that may wait: a person clicks no faster.
const ASKS_MAX: usize = 64;
/// Questions that are on their way at a time.
const AT_ONCE_MAX: usize = 6;
/// Runs that are followed at a time.
const WATCHED_MAX: usize = 8;
/// How often the list is asked for again while it is shown: runs of others begin unannounced.
const LIST_PERIOD: Duration = Duration::from_secs(10);

/// The thread. Dropping it drops what was asked, and waits for the thread.
#[derive(Debug)]
pub struct Calls {
    handle: CallsHandle,
    _thread: Thread,
}

/// Asks, from any thread and without waiting.
#[derive(Clone, Debug)]
pub struct CallsHandle(mpsc::Sender<Ask>);

impl CallsHandle {
    /// Asks; the answer goes to the sink. False when too much is asked at once.
    pub fn ask(&self, ask: Ask) -> bool {
        self.0.try_send(ask).is_ok()
    }
}

impl Calls {
    /// Starts the thread; `sink` takes the answers, and may block when nobody reads them.
    pub fn start<S>(transport: HttpTransport, sink: S) -> std::io::Result<Self>
    where
        S: Fn(Reply) + Send + 'static,
    {
        let (asks, inbox) = mpsc::channel(ASKS_MAX);
        let body = move |stopped| {
            let desk = Rc::new(Desk {
                transport,
                sink,
                room: Semaphore::new(AT_ONCE_MAX),
                watched: RefCell::default(),
                shown: Cell::new(0),
                checks: Cell::new(0),
                told: RefCell::default(),
            });
            answer_all(desk, inbox, stopped)
        };
        Ok(Self {
            handle: CallsHandle(asks),
            _thread: Thread::start("calls", body)?,
        })
    }

    /// Asks from other threads.
    pub fn handle(&self) -> CallsHandle {
        self.handle.clone()
    }
}

async fn answer_all<S: Fn(Reply) + 'static>(
    desk: Rc<Desk<S>>,
    mut inbox: mpsc::Receiver<Ask>,
    mut stopped: Stopped,
) {
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            ask = inbox.recv() => match ask {
                Some(ask) => drop(tokio::task::spawn_local(Rc::clone(&desk).answer(ask))),
                None => return,
            },
        }
    }
}

pub(super) struct Desk<S> {
    pub(super) transport: HttpTransport,
    pub(super) sink: S,
    room: Semaphore,
    watched: RefCell<HashSet<Uuid>>,
    /// Which showing of the list is the newest; an older one stops asking.
    shown: Cell<u64>,
    /// Which check of the audit log is the newest; an older one stops.
    pub(super) checks: Cell<u64>,
    /// The list as it was told last.
    told: RefCell<Option<Reply>>,
}

impl<S: Fn(Reply) + 'static> Desk<S> {
    async fn answer(self: Rc<Self>, ask: Ask) {
        match ask {
            Ask::ShowRuns { case } => self.show_runs(case).await,
            Ask::HideRuns => self.shown.set(self.shown.get() + 1),
            Ask::OlderRuns { case, after } => {
                let page = self.transport.runs(case, Some(after));
                let page = self.one(page).await;
                self.tell(page.map(|page| {
                    self.follow_all(&page);
                    Reply::OlderRuns(page)
                }));
            }
            Ask::WhoAmI => {
                // One that is not accepted was said by the sync.
                if let Ok(hello) = self.one(self.transport.hello()).await {
                    (self.sink)(Reply::Me {
                        name: hello.user,
                        role: hello.role,
                        may_review_own: hello.may_review_own,
                    });
                }
            }
            Ask::Run(run) => self.tell_run(run).await,
            Ask::RunLog(run) => {
                let text = self.one(self.transport.run_log(run)).await;
                self.tell(text.map(|text| Reply::RunLog { run, text }));
            }
            Ask::StartRun(wish) => {
                let started = self.one(self.transport.start_run(&wish)).await;
                self.tell(started.map(|(run, was_known)| {
                    self.follow(run);
                    Reply::RunStarted { run, was_known }
                }));
            }
            Ask::CancelRun(run) => self.turn(run, "cancel").await,
            Ask::RetryRun(run) => self.turn(run, "retry").await,
            Ask::SaveArtifact { artifact, path } => self.save(&artifact, &path).await,
            about_audit @ (Ask::Audit(_) | Ask::CheckAudit { .. } | Ask::StopAuditCheck) => {
                self.about_audit(about_audit).await;
            }
            about_labels @ (Ask::Review(..)
            | Ask::Approve(..)
            | Ask::Disagreements(_)
            | Ask::Readings(..)
            | Ask::Merge(_)
            | Ask::Adjudicate { .. }) => self.about_labels(about_labels).await,
            about_users => self.manage(about_users).await,
        }
    }

    /// Questions of administrators.
    async fn manage(&self, ask: Ask) {
        let transport = &self.transport;
        match ask {
            Ask::Users(after) => {
                let page = self.one(transport.users(after.as_deref())).await;
                self.tell(page.map(|page| Reply::Users { after, page }));
            }
            Ask::CreateUser(user) => {
                self.tell(
                    self.one(transport.create_user(&user))
                        .await
                        .map(Reply::User),
                );
            }
            Ask::ChangeUser(name, change) => {
                let changed = self.one(transport.change_user(&name, &change)).await;
                self.tell(changed.map(Reply::User));
            }
            Ask::Tokens(name) => self.tell_tokens(name).await,
            Ask::MakeToken(name, token) => {
                let made = self.one(transport.create_token(&name, &token)).await;
                self.tell(made.map(|token| Reply::TokenMade { name, token }));
            }
            Ask::EndToken(name, token) => {
                match self.one(transport.end_token(&name, &token)).await {
                    Ok(()) => self.tell_tokens(name).await,
                    Err(error) => self.tell(Err(error)),
                }
            }
            // The rest was answered before.
            _ => {}
        }
    }

    async fn tell_tokens(&self, name: String) {
        let page = self.one(self.transport.tokens(&name)).await;
        self.tell(page.map(|page| Reply::Tokens {
            name,
            tokens: page.tokens,
        }));
    }

    /// The list now, and again until it is hidden.
    async fn show_runs(self: Rc<Self>, case: Option<CaseId>) {
        let showing = self.shown.get() + 1;
        self.shown.set(showing);
        *self.told.borrow_mut() = None;
        while self.shown.get() == showing {
            let reply = match self.one(self.transport.runs(case, None)).await {
                Ok(page) => {
                    self.follow_all(&page);
                    Reply::Runs(page)
                }
                Err(error) => Reply::RunsAway {
                    why: sentence(&error),
                },
            };
            if self.shown.get() != showing {
                return;
            }
            let is_new = self.told.borrow().as_ref() != Some(&reply);
            if is_new {
                *self.told.borrow_mut() = Some(reply.clone());
                (self.sink)(reply);
            }
            tokio::time::sleep(LIST_PERIOD).await;
        }
    }

    fn follow_all(self: &Rc<Self>, page: &RunsPage) {
        let going = page.runs.iter().filter(|run| !run.state.is_final());
        going.for_each(|run| self.follow(run.run_id));
    }

    /// Follows a run that is not followed yet, as long as there is room; the list tells of the others.
    fn follow(self: &Rc<Self>, run: Uuid) {
        {
            let mut watched = self.watched.borrow_mut();
            if watched.len() >= WATCHED_MAX || !watched.insert(run) {
                return;
            }
        }
        let desk = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let tell = |event| (desk.sink)(Reply::RunChanged(event));
            let mut random = SeededRandom::from_system();
            watch(&desk.transport, run, &mut random, &tell).await;
            desk.watched.borrow_mut().remove(&run);
        });
    }

    async fn turn(self: Rc<Self>, run: Uuid, verb: &str) {
        match self.one(self.transport.turn_run(run, verb)).await {
            Ok(()) => {
                self.tell_run(run).await;
                self.follow(run);
            }
            Err(error) => self.tell(Err(error)),
        }
    }

    async fn tell_run(&self, run: Uuid) {
        let found: Answer<RunRecord> = self.one(self.transport.run(run)).await;
        self.tell(found.map(|record| Reply::Run(Box::new(record))));
    }

    async fn save(&self, artifact: &RunArtifact, path: &Path) {
        let bytes = match self.one(self.transport.get_blob(artifact.sha256)).await {
            Ok(bytes) => bytes,
            Err(error) => return self.tell(Err(error)),
        };
        let reply = match ContentHash::of(&bytes) == artifact.sha256 {
            false => Reply::Failed {
                why: format!(
                    "{} arrived damaged and was not saved; try again.",
                    artifact.name
                ),
            },
            true => match write_whole(path, &bytes) {
                Ok(()) => Reply::Saved(path.to_owned()),
                Err(error) => Reply::Failed {
                    why: format!(
                        "{} could not be written: {error}; choose another place.",
                        artifact.name
                    ),
                },
            },
        };
        (self.sink)(reply);
    }

    /// Waits for room, so that many clicks become no storm.
    pub(super) async fn one<T>(&self, request: impl Future<Output = Answer<T>>) -> Answer<T> {
        // The semaphore is never closed.
        let _room = self.room.acquire().await.ok();
        request.await
    }

    pub(super) fn tell(&self, reply: Answer<Reply>) {
        (self.sink)(reply.unwrap_or_else(|error| Reply::Failed {
            why: sentence(&error),
        }));
    }
}
