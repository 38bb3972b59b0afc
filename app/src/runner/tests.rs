//! The whole flow without a window: a headless host drives the editor and the real workers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fovea_annotation::{SaveState, VersionId};
use fovea_editor::{
    Command, Connection, Consent, DeskCommand, Dialog, Effect, FileState, QueueSource,
    SegmentScope, State,
};
use fovea_geometry::{PointPx, SizePx};
use fovea_inference::ModelSource;
use fovea_local_store::{Store, StoreKey};
use fovea_phantom::{Lesions, PhantomParams, generate, heidelberg_vol};
use fovea_protocol::{Change, ChangeEntry};
use fovea_server::{Config, Handle, Role, Server, create_user};
use fovea_sync::{Credentials, HttpTransport, TokenFile, Transport};

use super::{Runner, RunnerConfig};
use crate::workers::Workers;

mod in_whose_name;
mod sending;

const PATIENCE: Duration = Duration::from_secs(120);

/// A data folder, and a server beside it.
struct Site {
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let site = Self {
            folder,
            runtime: runtime.expect("a runtime"),
        };
        let token =
            create_user(&site.path("server"), "ada", Role::Labeler, None).expect("an account");
        std::fs::write(site.path("token"), token).expect("writes");
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start_server(&self, listen: Option<std::net::SocketAddr>) -> Handle {
        let mut config = Config::on_free_port(self.path("server"));
        config.listen = listen.unwrap_or(config.listen);
        self.runtime
            .block_on(Server::start(config))
            .expect("starts")
    }

    fn host(&self, server_url: Option<String>) -> Host {
        Host::start(
            &self.path("client/store.db"),
            server_url,
            Arc::new(TokenFile(self.path("token"))),
        )
    }

    fn versions_on_server(&self, url: &str) -> Vec<VersionId> {
        let transport =
            HttpTransport::new(url, Arc::new(TokenFile(self.path("token")))).expect("an address");
        let page = self
            .runtime
            .block_on(transport.changes(0, 0))
            .expect("answers");
        let version = |entry: &ChangeEntry| match &entry.change {
            Change::VersionAdded { record, .. } => Some(record.version.id),
            _ => None,
        };
        page.changes.iter().filter_map(version).collect()
    }

    /// A Heidelberg volume of `bscan_count` small phantoms.
    fn volume_file(&self, bscan_count: u32) -> PathBuf {
        let lesions = Lesions {
            drusen: 3,
            ..Lesions::default()
        };
        let params = PhantomParams::normal()
            .with_size(SizePx::new(96, 80))
            .with_bscans(bscan_count);
        let phantom = generate(7, &params.with_lesions(lesions));
        let path = self.path("scan.vol");
        std::fs::write(&path, heidelberg_vol(&phantom.volume)).expect("writes");
        path
    }
}

/// The editor and the runner, without a window.
struct Host {
    state: State,
    runner: Runner,
    repaints: Arc<AtomicUsize>,
}

impl Host {
    fn start(store: &Path, server: Option<String>, credentials: Arc<dyn Credentials>) -> Self {
        let repaints = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&repaints);
        let config = RunnerConfig {
            store: Store::open(store, &StoreKey::from_bytes([6; 32])).expect("opens"),
            server,
            credentials,
            model: ModelSource::BuiltIn,
            gpu: None,
            computer_user: "workstation-4".into(),
            request_repaint: Arc::new(move || {
                counter.fetch_add(1, Ordering::Relaxed);
            }),
        };
        let (state, effects) = State::start();
        let mut host = Self {
            state,
            runner: Runner::start(config).expect("starts"),
            repaints,
        };
        host.carry_out(effects);
        host
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        effects
            .into_iter()
            .for_each(|effect| self.runner.run(effect));
    }

    fn command(&mut self, command: Command) {
        let effects = fovea_editor::apply(&mut self.state, command);
        self.carry_out(effects);
    }

    /// Takes events in until `wanted` holds.
    fn until(&mut self, what: &str, wanted: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.state) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(event) = self.runner.wait_event(left) else {
                panic!(
                    "never saw {what}; notices: {:?}; sync: {:?}",
                    self.state.notices, self.state.sync
                );
            };
            let effects = fovea_editor::handle(&mut self.state, event);
            self.carry_out(effects);
        }
    }

    /// Puts files on the desk and says what a person says about phantoms.
    fn put_on_desk(&mut self, paths: Vec<PathBuf>) {
        self.command(Command::Import(paths));
        self.until("files that are read", |state| {
            let desk = state.desk.as_ref();
            desk.is_none_or(|desk| desk.reading_count() == 0 && desk.needs_device)
        });
        self.command(Command::Desk(DeskCommand::SetConsent(Consent::NoPerson)));
        self.command(Command::Desk(DeskCommand::SetDevice("oct-2".to_owned())));
    }

    fn import(&mut self, path: PathBuf) {
        self.put_on_desk(vec![path]);
        self.command(Command::Desk(DeskCommand::Start));
        self.until("an open tile", |state| {
            state.dialog == Some(Dialog::ImportReport)
                && state.tile.is_some()
                && state.opening.is_none()
        });
        self.command(Command::CloseDialog);
    }

    fn segment(&mut self, scope: SegmentScope) {
        self.command(Command::Segment(scope));
        self.until("the end of segmenting", |state| {
            state.segment.is_none()
                && state.opening.is_none()
                && state.tile.as_ref().is_some_and(|t| t.head().is_some())
        });
    }

    fn stroke(&mut self, x: f32) {
        self.command(Command::StrokeBegin {
            point: PointPx::new(x, 20.0),
            erase: false,
        });
        self.command(Command::StrokeMove(PointPx::new(x + 6.0, 24.0)));
        self.command(Command::StrokeEnd);
        self.until("a durable stroke", |state| {
            save_state(state) == Some(SaveState::OnDisk)
        });
    }

    fn save(&mut self, number: u32) {
        self.command(Command::Save);
        self.until("the saved version", |state| {
            state
                .tile
                .as_ref()
                .and_then(|tile| tile.head())
                .is_some_and(|head| head.number == number)
        });
    }
}

fn save_state(state: &State) -> Option<SaveState> {
    state.tile.as_ref()?.save_state()
}

fn versions(state: &State) -> Vec<VersionId> {
    state
        .tile
        .as_ref()
        .expect("open")
        .versions
        .iter()
        .map(|version| version.id)
        .collect()
}

#[test]
fn import_segment_stroke_save_and_sync() {
    let site = Site::new();
    let server = site.start_server(None);
    let mut host = site.host(Some(server.url()));
    host.import(site.volume_file(1));
    let case = host.state.case.as_ref().expect("open");
    assert_eq!(
        (case.bscans.len(), case.summary.bscan_size),
        (1, SizePx::new(96, 80))
    );
    assert!(case.summary.spacing_um.is_some() && case.summary.title.starts_with("Case "));

    host.segment(SegmentScope::Bscan);
    let tile = host.state.tile.as_ref().expect("open");
    assert!(tile.uncertainty.is_some() && tile.head().is_some_and(|head| head.number == 1));
    let predicted = tile.mask.clone();
    host.stroke(30.0);
    host.save(2);
    assert!(
        host.state
            .notices
            .list()
            .iter()
            .any(|notice| notice.text.starts_with("Saved v2, diff: +"))
    );
    host.until("the server's word", |state| {
        save_state(state) == Some(SaveState::OnServer)
    });
    assert_eq!(
        site.versions_on_server(&server.url()),
        versions(&host.state)
    );

    let first = versions(&host.state)[0];
    host.command(Command::Rollback(first));
    host.until("the rollback", |state| {
        state.opening.is_none()
            && versions(state).len() == 3
            && save_state(state) == Some(SaveState::OnServer)
    });
    assert_eq!(host.state.tile.as_ref().expect("open").mask, predicted);
    assert_eq!(
        site.versions_on_server(&server.url()),
        versions(&host.state)
    );
    assert_eq!(host.state.sync.connection, Connection::Online);
    assert!(host.repaints.load(Ordering::Relaxed) > 0);
    drop(host);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn without_the_server_all_but_the_push_works_and_the_push_follows() {
    let site = Site::new();
    let server = site.start_server(None);
    let address = server.addr;
    site.runtime.block_on(server.shutdown());

    let mut host = site.host(Some(format!("http://{address}")));
    host.import(site.volume_file(2));
    host.segment(SegmentScope::Case);
    host.stroke(30.0);
    host.save(2);
    host.until("queued", |state| {
        save_state(state) == Some(SaveState::Queued)
    });
    host.until("offline", |state| {
        matches!(state.sync.connection, Connection::Offline { .. })
    });
    host.command(Command::SetQueueThreshold(0.001));
    host.until("the local queue", |state| {
        state.queue.source == Some(QueueSource::LocalStore) && !state.queue.items.is_empty()
    });

    let server = site.start_server(Some(address));
    host.until("the server's word", |state| {
        save_state(state) == Some(SaveState::OnServer)
    });
    host.until("an empty outbox", |state| state.sync.pending_count == 0);
    host.until("the server's queue", |state| {
        !state.queue.loading && state.queue.source == Some(QueueSource::Server)
    });
    assert!(
        host.state
            .queue
            .items
            .iter()
            .all(|item| item.here && item.case_title.starts_with("Case "))
    );
    assert!(
        versions(&host.state)
            .iter()
            .all(|id| site.versions_on_server(&server.url()).contains(id))
    );
    drop(host);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn strokes_and_undo_are_there_after_a_restart() {
    let site = Site::new();
    let mut host = site.host(None);
    host.import(site.volume_file(1));
    host.stroke(20.0);
    host.stroke(50.0);
    let drawn = host.state.tile.as_ref().expect("open").mask.clone();
    drop(host);

    let mut host = site.host(None);
    host.until("the tile", |state| state.tile.is_some());
    assert_eq!(host.state.tile.as_ref().expect("open").mask, drawn);
    assert_eq!(save_state(&host.state), Some(SaveState::OnDisk));
    assert_eq!(host.state.sync.connection, Connection::NotConfigured);
    host.command(Command::Undo);
    host.command(Command::Undo);
    let tile = host.state.tile.as_ref().expect("open");
    assert!(tile.mask.classes().iter().all(|class| *class == 0) && tile.redo_len() == 2);
}

#[test]
fn bad_files_are_refused_by_name_and_nothing_is_half_imported() {
    let site = Site::new();
    let mut host = site.host(None);
    let good = site.volume_file(1);
    let truncated = site.path("truncated.vol");
    let bytes = std::fs::read(&good).expect("reads");
    std::fs::write(&truncated, &bytes[..bytes.len() / 2]).expect("writes");
    let empty = site.path("empty.png");
    std::fs::write(&empty, b"").expect("writes");

    host.put_on_desk(vec![truncated, empty, good]);
    let desk = host.state.desk.as_ref().expect("on the desk");
    assert_eq!(
        (desk.ready_count(), desk.obstacle()),
        (1, None),
        "the good one may come in alone"
    );
    for (file, name) in desk.files.iter().zip(["truncated.vol", "empty.png"]) {
        assert_eq!(file.name(), name);
        let FileState::Refused(sentence) = &file.state else {
            panic!("{name} is refused, not {:?}", file.state)
        };
        assert!(
            sentence.len() > 20 && sentence.ends_with('.') && !sentence.contains(name),
            "{sentence}"
        );
    }
    host.command(Command::CloseDialog);
    host.until("the list", |state| state.cases.is_some());
    assert_eq!(host.state.cases.as_deref(), Some(&[][..]));
}

#[test]
fn a_case_is_exported_with_its_labels() {
    let site = Site::new();
    let mut host = site.host(None);
    host.import(site.volume_file(2));
    host.stroke(20.0);
    host.save(1);
    let folder = site.path("out");
    std::fs::create_dir(&folder).expect("makes");
    host.command(Command::ExportCase);
    host.command(Command::ExportTo(folder.clone()));
    host.command(Command::StartExport);
    host.until("the export", |state| state.export.outcome.is_some());
    let outcome = host.state.export.outcome.clone().expect("it ended");
    let sentence = outcome.expect("it is written");
    assert!(
        sentence.starts_with("Exported 2 B-scans and 1 label to "),
        "{sentence}"
    );
    let case = host.state.case.as_ref().expect("open").summary.id;
    assert!(
        folder
            .join(format!("fovea-{}/manifest.json", case.short()))
            .exists()
    );
}
