//! A client's store beside a server of its own, and scans to send there.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use fovea_annotation::CaseId;
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{Bscan, SourceFormat, Volume, case_id_of, encode_meta_image_volume};
use fovea_local_store::{NewUpload, Store, StoreKey, SystemClock};
use fovea_protocol::Change;
use fovea_server::{Config, Handle, Role, Server, create_user};
use fovea_sync::{
    HttpTransport, Passage, Random, TokenFile, Transport, UploadEngine, UploadParts, UploadView,
};
use tokio::runtime::Runtime;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The shortest waits that there are.
struct NoJitter;

impl Random for NoJitter {
    fn unit(&mut self) -> f64 {
        0.0
    }
}

pub(crate) struct Site {
    folder: tempfile::TempDir,
    pub(crate) runtime: Runtime,
    pub(crate) store: Store,
    pub(crate) token: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let path = folder.path().join("client/store.db");
        let store = Store::open(&path, &StoreKey::from_bytes([1; 32])).expect("opens");
        let data = folder.path().join("server");
        let token = create_user(&data, "ada", Role::Researcher, None).expect("an account");
        let site = Self {
            folder,
            runtime,
            store,
            token,
        };
        site.sign_in(&site.token);
        site
    }

    pub(crate) fn server_data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    pub(crate) fn token_path(&self) -> PathBuf {
        self.folder.path().join("token")
    }

    pub(crate) fn sign_in(&self, token: &str) {
        std::fs::write(self.token_path(), token).expect("writes");
    }

    pub(crate) fn start_server(&self, listen: Option<SocketAddr>) -> Handle {
        let mut config = Config::on_free_port(self.server_data());
        config.listen = listen.unwrap_or(config.listen);
        self.runtime
            .block_on(Server::start(config))
            .expect("starts")
    }

    pub(crate) fn transport(&self, url: &str) -> HttpTransport {
        HttpTransport::new(url, Arc::new(TokenFile(self.token_path()))).expect("an address")
    }

    pub(crate) fn start_engine(&self, url: Option<&str>) -> Sending {
        let (sender, lists) = sync_channel(4_096);
        let parts = UploadParts {
            store: self.store.sibling().expect("opens"),
            transport: url.map(|url| self.transport(url)),
            clock: Arc::new(SystemClock),
            random: Box::new(NoJitter),
            sink: move |list| drop(sender.send(list)),
        };
        Sending {
            engine: UploadEngine::start(parts).expect("starts"),
            lists,
            last: Vec::new(),
        }
    }

    /// Puts a scan of noise in line; `seed` makes it another scan.
    pub(crate) fn add(&mut self, seed: u32, bscan_count: u32) -> CaseId {
        let (bytes, case_id) = scan(seed, bscan_count);
        let new = NewUpload {
            name: &format!("scan {seed}"),
            case_id,
            device_id: "oct-2",
            consent: "no_person",
            laterality: "right",
            bytes: &bytes,
        };
        self.store.add_upload(&new).expect("stores");
        case_id
    }

    /// Cases that the server has registered, in order.
    pub(crate) fn cases(&self, url: &str) -> Vec<CaseId> {
        let page = self
            .runtime
            .block_on(self.transport(url).changes(0, 0))
            .expect("answers");
        let case = |change: &Change| match change {
            Change::CaseRegistered(meta) => Some(meta.case_id),
            _ => None,
        };
        page.changes
            .iter()
            .filter_map(|entry| case(&entry.change))
            .collect()
    }
}

/// The engine with what it says.
pub(crate) struct Sending {
    pub(crate) engine: UploadEngine,
    lists: Receiver<Vec<UploadView>>,
    pub(crate) last: Vec<UploadView>,
}

impl Sending {
    /// Takes lists in until `wanted` holds.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&[UploadView]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.last) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(list) = self.lists.recv_timeout(left) else {
                panic!("never saw {what}: {:?}", self.last)
            };
            self.last = list;
        }
    }

    pub(crate) fn until_done(&mut self, count: usize) {
        self.until("everything done", |list| {
            let is_done = |view: &UploadView| matches!(view.passage, Passage::Done { .. });
            list.iter().filter(|view| is_done(view)).count() == count
        });
    }
}

/// A scan that says nothing to a firewall, with the id that the server must find.
pub(crate) fn scan(seed: u32, bscan_count: u32) -> (Vec<u8>, CaseId) {
    let size = SizePx::new(400, 400);
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    // Faint noise, in which nothing stands out.
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        120 + (state >> 30) as u8
    };
    let bscans = (0..bscan_count)
        .map(|_| Bscan::new(size, (0..size.len()).map(|_| noise()).collect()))
        .collect();
    let volume = Volume {
        spacing_um: SpacingUm::new(10.0, 4.0, 120.0),
        laterality: fovea_imaging::Laterality::Right,
        ..Volume::of_bscans(bscans, SourceFormat::MetaImage)
    };
    let bytes = encode_meta_image_volume(&volume).expect("encodes");
    (bytes, case_id_of(&volume))
}
