//! Runs, asked for and followed: by events, and where those break, by asking.

use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use fovea_annotation::{CaseId, ContentHash};
use fovea_protocol::{PipelineConfig, RunCreate, RunEvent, RunState, StepState};
use fovea_sync::{Ask, Calls, Reply};
use fovea_test_data::{Fault, Proxy};
use uuid::Uuid;

use crate::site::{PATIENCE, Site};

/// The thread that asks, with what it says.
pub(crate) struct Asking {
    calls: Calls,
    replies: Receiver<Reply>,
}

impl Asking {
    pub(crate) fn start(site: &Site, url: &str) -> Self {
        let (sender, replies) = sync_channel(4_096);
        let sink = move |reply| drop(sender.send(reply));
        Self {
            calls: Calls::start(site.transport(url), sink).expect("starts"),
            replies,
        }
    }

    pub(crate) fn ask(&self, ask: Ask) {
        assert!(self.calls.handle().ask(ask));
    }

    /// The next answer for which `wanted` gives something.
    pub(crate) fn until<T>(&self, what: &str, wanted: impl Fn(Reply) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(reply) = self.replies.recv_timeout(left) else {
                panic!("never heard {what}")
            };
            if let Reply::Failed { why } = &reply {
                eprintln!("while waiting for {what}: {why}");
            }
            if let Some(found) = wanted(reply) {
                return found;
            }
        }
    }

    fn run_over(&self, case_id: CaseId, seed: u32) -> (Uuid, bool) {
        let pipeline_config = PipelineConfig {
            model_digest: None,
            seed,
        };
        self.ask(Ask::StartRun(RunCreate {
            case_id,
            pipeline_config,
        }));
        self.until("a run", |reply| match reply {
            Reply::RunStarted { run, was_known } => Some((run, was_known)),
            _ => None,
        })
    }

    /// Every change of a run up to its end.
    fn follow(&self, run: Uuid) -> Vec<RunEvent> {
        let mut events: Vec<RunEvent> = Vec::new();
        while !events.last().is_some_and(|event| event.state.is_final()) {
            events.push(self.until("a change", |reply| match reply {
                Reply::RunChanged(event) if event.run_id == run => Some(event),
                _ => None,
            }));
        }
        events
    }
}

/// A case on the server, brought there as a scan.
pub(crate) fn send_case(site: &mut Site, url: &str) -> CaseId {
    let case_id = site.add(1, 1);
    let mut sending = site.start_engine(Some(url));
    sending.until_done(1);
    case_id
}

#[test]
fn a_run_is_followed_to_its_end_and_its_artifacts_are_saved() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let case_id = send_case(&mut site, &server.url());
    let asking = Asking::start(&site, &server.url());
    let (run, was_known) = asking.run_over(case_id, 0);
    assert!(!was_known);
    let events = asking.follow(run);
    let end = events.last().expect("an end");
    assert_eq!(end.state, RunState::Succeeded);
    assert!(
        end.steps
            .iter()
            .all(|step| step.state == StepState::Succeeded)
    );
    assert_eq!(
        asking.run_over(case_id, 0),
        (run, true),
        "the same wish is the same run"
    );

    asking.ask(Ask::ShowRuns {
        case: Some(case_id),
    });
    let listed = asking.until("a list", |reply| match reply {
        Reply::Runs(page) => Some(page.runs),
        _ => None,
    });
    assert_eq!((listed.len(), listed[0].run_id), (1, run));
    asking.ask(Ask::HideRuns);
    asking.ask(Ask::Run(run));
    let record = asking.until("the run", |reply| match reply {
        Reply::Run(record) => Some(record),
        _ => None,
    });
    asking.ask(Ask::RunLog(run));
    let text = asking.until("its log", |reply| match reply {
        Reply::RunLog { text, .. } => Some(text),
        _ => None,
    });
    assert!(text.contains("queued"), "{text}");

    let folder = tempfile::tempdir().expect("a folder");
    for artifact in record.artifacts {
        let path = folder.path().join(&artifact.name);
        std::fs::write(&path, "an older file").expect("writes");
        asking.ask(Ask::SaveArtifact {
            artifact: artifact.clone(),
            path: path.clone(),
        });
        let saved = asking.until("a file", |reply| match reply {
            Reply::Saved(path) => Some(path),
            _ => None,
        });
        assert_eq!(saved, path);
        let bytes = std::fs::read(&path).expect("reads");
        assert_eq!(ContentHash::of(&bytes), artifact.sha256);
    }
    let names = std::fs::read_dir(folder.path()).expect("lists").count();
    assert_eq!(names, 4, "nothing half written is left");
    drop(asking);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_run_is_followed_although_its_events_break() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let case_id = send_case(&mut site, &server.url());
    let proxy = Proxy::before(server.addr.port());
    let asking = Asking::start(&site, &proxy.endpoint());
    for (seed, fault) in (1..).zip([Fault::CutAnswer(0), Fault::CutAnswer(300), Fault::Answer500]) {
        proxy.fail("GET", fault, 3);
        let (run, _) = asking.run_over(case_id, seed);
        let events = asking.follow(run);
        assert_eq!(
            events.last().map(|event| event.state),
            Some(RunState::Succeeded),
            "{fault:?}"
        );
        assert!(proxy.heal() > 0, "{fault:?}");
    }
    drop(asking);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn what_the_server_refuses_is_said_in_one_sentence() {
    let site = Site::new();
    let server = site.start_server(None);
    let url = server.url();
    let asking = Asking::start(&site, &url);
    let refused = |ask| {
        asking.ask(ask);
        asking.until("a refusal", |reply| match reply {
            Reply::Failed { why } => Some(why),
            _ => None,
        })
    };
    let unknown = CaseId(ContentHash::of(b"nobody knows it"));
    let why = refused(Ask::StartRun(RunCreate {
        case_id: unknown,
        pipeline_config: PipelineConfig::default(),
    }));
    assert!(
        why.starts_with("The server does not know this case") && why.ends_with('.'),
        "{why}"
    );
    let why = refused(Ask::CancelRun(Uuid::nil()));
    assert!(why.ends_with('.'), "{why}");
    site.sign_in("a token that nobody gave");
    assert_eq!(
        refused(Ask::Run(Uuid::nil())),
        "The server does not accept this sign-in; sign in again."
    );
    site.sign_in(&site.token);
    site.runtime.block_on(server.shutdown());
    asking.ask(Ask::ShowRuns { case: None });
    let why = asking.until("that it is away", |reply| match reply {
        Reply::RunsAway { why } => Some(why),
        _ => None,
    });
    assert!(why.starts_with("The server does not answer"), "{why}");
}
