//! The engine against the real server: pushing, a server that is away at first, and a sign-in that is not accepted.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use fovea_annotation::{
    CaseId, ContentHash, Mask, SaveState, Stroke, TileId, TileScore, VersionId,
};
use fovea_geometry::{PointPx, SizePx};
use fovea_imaging::encode_png_gray8;
use fovea_local_store::{
    NewCase, NewPrediction, NewTile, SaveRequest, Store, StoreKey, SystemClock,
};
use fovea_server::{Config, Handle, Role, Server, create_user};
use fovea_sync::{
    Credentials as _, EngineParts, HttpTransport, Link, LoginResponse, SeededRandom, SyncEngine,
    SyncEvent, TokenFile, Transport,
};
use serde_json::json;
use tokio::runtime::Runtime;

const SIZE: SizePx = SizePx::new(40, 30);
const PATIENCE: Duration = Duration::from_secs(60);

struct Site {
    folder: tempfile::TempDir,
    runtime: Runtime,
    store: Store,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let store = Store::open(
            &folder.path().join("client/store.db"),
            &StoreKey::from_bytes([1; 32]),
        );
        let site = Self {
            folder,
            runtime: runtime.expect("a runtime"),
            store: store.expect("opens"),
        };
        let token =
            create_user(&site.server_data(), "ada", Role::Labeler, None).expect("an account");
        std::fs::write(site.token_path(), token).expect("writes");
        site
    }

    fn server_data(&self) -> std::path::PathBuf {
        self.folder.path().join("server")
    }

    fn token_path(&self) -> std::path::PathBuf {
        self.folder.path().join("token")
    }

    fn start_server(&self, listen: Option<SocketAddr>) -> Handle {
        let mut config = Config::on_free_port(self.server_data());
        config.listen = listen.unwrap_or(config.listen);
        self.runtime
            .block_on(Server::start(config))
            .expect("starts")
    }

    fn transport(&self, url: &str) -> HttpTransport {
        let token = Arc::new(TokenFile(self.token_path()));
        HttpTransport::new(url, token).expect("an address")
    }

    fn start_engine(&self, url: &str) -> (SyncEngine, Receiver<SyncEvent>) {
        let (sender, events) = sync_channel(256);
        let parts = EngineParts {
            store: self.store.sibling().expect("opens"),
            transport: self.transport(url),
            clock: Arc::new(SystemClock),
            random: Box::new(SeededRandom::new(1)),
            sink: move |event| drop(sender.send(event)),
        };
        (SyncEngine::start(parts).expect("starts"), events)
    }

    /// A case with a prediction and a person's version; gives tile and versions.
    fn work(&mut self) -> (TileId, Vec<VersionId>) {
        let case_id = CaseId(ContentHash::of(b"case"));
        let raw_png = encode_png_gray8(SIZE, &vec![7; SIZE.len()]).expect("encodes");
        let case = NewCase {
            case_id,
            title: "Ada Lovelace 1815".into(),
            format: "phantom".into(),
            laterality: "right".into(),
            spacing_um: None,
            tiles: vec![NewTile {
                size: SIZE,
                raw_png,
                facts: Default::default(),
            }],
            slo_png: None,
            facts: Default::default(),
            intake: None,
            warnings: Vec::new(),
        };
        self.store.import_case(&case).expect("imports");
        let tile_id = TileId::of(case_id, 0);
        let mut mask = Mask::background(SIZE);
        dab(&mut mask, 7, 10.0);
        let score = TileScore {
            score: 0.7,
            method: "test/1".into(),
            reason: "entropy p95 0.61, 3 blobs".into(),
        };
        let prediction = NewPrediction {
            tile_id,
            model_digest: ContentHash::of(b"model"),
            mask: &mask,
            uncertainty_png: &encode_png_gray8(SIZE, &vec![9; SIZE.len()]).expect("encodes"),
            score: &score,
        };
        let first = self
            .store
            .store_prediction(&prediction)
            .expect("stores")
            .version
            .expect("the first version");
        dab(&mut mask, 2, 25.0);
        let request = SaveRequest {
            tile_id,
            mask: &mask,
            author: "ada",
            comment: "fluid",
        };
        let second = self
            .store
            .save_version(&request)
            .expect("saves")
            .version()
            .id;
        (tile_id, vec![first.id, second])
    }

    /// Versions in the order in which the server accepted them.
    fn versions_on_server(&self, url: &str) -> Vec<VersionId> {
        let transport = self.transport(url);
        let page = self
            .runtime
            .block_on(transport.changes(0, 0))
            .expect("answers");
        let version = |entry: &fovea_protocol::ChangeEntry| match &entry.change {
            fovea_protocol::Change::VersionAdded { record, .. } => Some(record.version.id),
            _ => None,
        };
        page.changes.iter().filter_map(version).collect()
    }
}

fn dab(mask: &mut Mask, class: u8, x: f32) {
    let mut stroke = Stroke::new(class, 4.0, &[]);
    stroke.sample(mask, PointPx::new(x, 15.0));
    drop(stroke.finish(mask));
}

/// Reads events until one satisfies `wanted`.
fn wait_for(
    events: &Receiver<SyncEvent>,
    what: &str,
    wanted: impl Fn(&SyncEvent) -> bool,
) -> SyncEvent {
    let deadline = Instant::now() + PATIENCE;
    let mut seen = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(event) if wanted(&event) => return event,
            Ok(event) => seen.push(event),
            Err(_) => panic!("never saw {what}; saw {seen:?}"),
        }
    }
}

fn all_sent(event: &SyncEvent) -> bool {
    matches!(event, SyncEvent::Status(s) if s.link == Link::Online && s.pending.queued == 0)
}

fn offline(event: &SyncEvent) -> bool {
    matches!(event, SyncEvent::Status(s) if matches!(s.link, Link::Offline { .. }))
}

fn no_name_lies_on(path: &Path) {
    for entry in std::fs::read_dir(path).expect("lists") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            no_name_lies_on(&path);
        } else {
            let bytes = std::fs::read(&path).expect("reads");
            assert!(
                !bytes.windows(8).any(|window| window == b"Lovelace"),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn everything_reaches_the_server_and_the_queue_comes_back() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let (tile_id, versions) = site.work();
    let (engine, events) = site.start_engine(&server.url());
    wait_for(&events, "an empty outbox", all_sent);
    assert_eq!(
        site.store.save_state(tile_id).expect("state"),
        SaveState::OnServer
    );
    assert_eq!(site.versions_on_server(&server.url()), versions);
    no_name_lies_on(&site.server_data());

    // A rollback while the engine rests reaches the server by a wake.
    let third = site
        .store
        .rollback_to(versions[0], "ada", "")
        .expect("rolls back")
        .id;
    engine.handle().wake();
    wait_for(&events, "the third version", |event| {
        *event == SyncEvent::VersionsOnServer(vec![third])
    });
    assert!(engine.handle().fetch_queue(0.3));
    let queue = wait_for(&events, "the queue", |event| {
        matches!(event, SyncEvent::Queue { .. })
    });
    let SyncEvent::Queue {
        result: Ok(page), ..
    } = queue
    else {
        panic!("{queue:?}")
    };
    assert!(page.tiles.len() <= 1);
    drop(engine);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_server_that_was_away_gets_everything_by_itself_when_it_is_back() {
    let mut site = Site::new();
    let address = {
        let server = site.start_server(None);
        let address = server.addr;
        site.runtime.block_on(server.shutdown());
        address
    };
    let url = format!("http://{address}");
    let (engine, events) = site.start_engine(&url);
    wait_for(&events, "offline", offline);
    let (tile_id, versions) = site.work();
    engine.handle().wake();
    let waiting = wait_for(
        &events,
        "the queue growing",
        |event| matches!(event, SyncEvent::Status(status) if status.pending.queued == 4),
    );
    assert!(offline(&waiting));
    assert_eq!(
        site.store.save_state(tile_id).expect("state"),
        SaveState::Queued
    );

    let back_at = Instant::now();
    let server = site.start_server(Some(address));
    wait_for(&events, "an empty outbox", all_sent);
    assert!(
        back_at.elapsed() < Duration::from_secs(20),
        "nobody had to ask"
    );
    assert_eq!(site.versions_on_server(&url), versions);
    drop(engine);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_refused_sign_in_blocks_no_saving_and_is_mended_by_a_new_one() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let good = std::fs::read_to_string(site.token_path()).expect("reads");
    std::fs::write(site.token_path(), "expired").expect("writes");
    let (engine, events) = site.start_engine(&server.url());
    let asks = |event: &_| offline(event) && format!("{event:?}").contains("sign in again");
    wait_for(&events, "the question for a sign-in", asks);
    let (_, versions) = site.work();

    std::fs::write(site.token_path(), good).expect("writes");
    engine.handle().wake();
    wait_for(&events, "an empty outbox", all_sent);
    assert_eq!(site.versions_on_server(&server.url()), versions);
    drop(engine);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_restore_of_the_server_takes_nothing_from_a_client() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let address = server.addr;
    let url = server.url();
    let (engine, events) = site.start_engine(&url);
    let (tile_id, mut versions) = site.work();
    engine.handle().wake();
    wait_for(&events, "an empty outbox", all_sent);
    let backups = site.folder.path().join("backups");
    let passphrase_file = site.folder.path().join("passphrase");
    std::fs::write(&passphrase_file, "correct horse battery").expect("writes");
    let data = site.server_data();
    let written = fovea_server::backup(
        &data,
        &backups,
        &passphrase_file,
        fovea_server::Progress::silent(),
    );
    site.runtime.block_on(written).expect("is written");

    // Acknowledged by the server, and not in its backup.
    let third = site.store.rollback_to(versions[0], "ada", "");
    versions.push(third.expect("rolls back").id);
    engine.handle().wake();
    wait_for(&events, "the third version", |event| {
        *event == SyncEvent::VersionsOnServer(vec![versions[2]])
    });
    site.runtime.block_on(server.shutdown());
    std::fs::remove_dir_all(&data).expect("the disk is lost");
    let wanted = fovea_server::BackupToCheck {
        from: backups,
        state: None,
        passphrase_file,
    };
    let silent = fovea_server::Progress::silent();
    let restored = fovea_server::restore(wanted, &data, silent);
    site.runtime.block_on(restored).expect("restores");
    let server = site.start_server(Some(address));
    let deadline = Instant::now() + PATIENCE;
    while site.versions_on_server(&url) != versions {
        assert!(Instant::now() < deadline, "the version never came back");
        engine.handle().wake();
        std::thread::yield_now();
    }
    while site.store.save_state(tile_id).expect("state") != SaveState::OnServer {
        assert!(Instant::now() < deadline, "the client was never told");
        std::thread::yield_now();
    }
    drop(engine);
    site.runtime.block_on(server.shutdown());
}

/// Signs in at `url` and keeps the pair where a token may be as well.
fn keep_sign_in(site: &Site, url: &str) -> TokenFile {
    let ask = fovea_protocol::LoginRequest {
        name: "ada".into(),
        password: "correct horse battery".into(),
    };
    let request = reqwest::Client::new()
        .post(format!("{url}/v1/auth/login"))
        .json(&ask);
    let pair = site.runtime.block_on(async {
        let answer = request.send().await.expect("answers");
        answer.json::<LoginResponse>().await.expect("a pair")
    });
    let file = TokenFile(site.token_path());
    file.keep(&pair).expect("keeps");
    file
}

#[test]
fn a_sign_in_goes_on_by_itself_and_its_next_pair_is_on_disk() {
    let mut site = Site::new();
    let password = Some("correct horse battery");
    create_user(&site.server_data(), "ada", Role::Labeler, password).expect("an account");
    let now_us = Arc::new(AtomicI64::new(1_763_900_000_000_000));
    let clock = Arc::clone(&now_us);
    let config = Config {
        clock: fovea_server::Clock::from_fn(move || clock.load(Ordering::SeqCst)),
        ..Config::on_free_port(site.server_data())
    };
    let server = site
        .runtime
        .block_on(Server::start(config))
        .expect("starts");
    let file = keep_sign_in(&site, &server.url());
    let first = file.kept().expect("kept");
    let (_, versions) = site.work();
    // The token is over: requests at the same time get the next one with one refresh.
    now_us.fetch_add(16 * 60_000_000, Ordering::SeqCst);
    let transport = site.transport(&server.url());
    let hellos = async { tokio::join!(transport.hello(), transport.hello(), transport.hello()) };
    let (a, b, c) = site.runtime.block_on(hellos);
    assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
    let second = file.kept().expect("kept");
    assert_ne!(second, first);
    // So does the engine, while it sends what is queued.
    now_us.fetch_add(16 * 60_000_000, Ordering::SeqCst);
    let (engine, events) = site.start_engine(&server.url());
    wait_for(&events, "an empty outbox", all_sent);
    drop(engine);
    assert_ne!(file.kept().expect("kept"), second);
    assert_eq!(site.versions_on_server(&server.url()), versions);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_label_that_a_reviewer_sends_back_is_here_with_the_reviewers_words_until_it_is_mended() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let (tile_id, versions) = site.work();
    let (engine, events) = site.start_engine(&server.url());
    wait_for(&events, "an empty outbox", all_sent);
    let eve = create_user(&site.server_data(), "eve", Role::Reviewer, None).expect("an account");
    let review = json!({ "verdict": "reject", "comment": "the fluid is wider" });
    let decide = |label: VersionId, what: &str, body| {
        let url = format!("{}/v1/labels/{label}/{what}", server.url());
        let request = reqwest::Client::new().post(url).bearer_auth(&eve);
        let answer = site.runtime.block_on(request.json(&body).send());
        assert!(answer.expect("answers").status().is_success(), "{what}");
    };
    decide(versions[1], "reviews", review);
    let is_told = |event: &SyncEvent| *event == SyncEvent::Received(1);
    wait_for(&events, "the review", is_told);
    let returned = site.store.returned_labels("ada").expect("lists");
    assert_eq!(returned.len(), 1);
    assert_eq!(returned[0].tile_id, tile_id);
    assert_eq!(returned[0].review.reviewer, "eve");
    assert_eq!(returned[0].review.comment, "the fluid is wider");
    site.store
        .rollback_to(versions[0], "ada", "")
        .expect("mends it");
    assert!(site.store.returned_labels("ada").expect("lists").is_empty());
    // What is approved is known here as well.
    decide(versions[0], "approve", json!({ "expected_approved": null }));
    wait_for(&events, "the approval", is_told);
    let approval = site.store.open_tile(tile_id).expect("opens").approval;
    let approval = approval.expect("an approval");
    assert_eq!(approval.version_id, versions[0]);
    assert_eq!(approval.approver, "eve");
    drop(engine);
    site.runtime.block_on(server.shutdown());
}
