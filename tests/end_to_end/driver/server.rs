//! The real server program, and the questions that a test asks it over HTTP.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fovea_annotation::{ContentHash, Mask, TileId, VersionId, mask_from_payload};
use fovea_protocol::{
    AuditPage, CaseRecord, CasesPage, QueuePage, ReviewCreate, Verdict, VersionGraph,
};

use super::process::Process;
use super::wait;

/// What every account here signs in with.
pub(crate) const PASSWORD: &str = "a password for one test";

/// A server that can be stopped and started again on the same data and the same address.
pub(crate) struct Server {
    data: PathBuf,
    logs: PathBuf,
    labeler: PathBuf,
    admin: PathBuf,
    address: Option<String>,
    running: Option<Process>,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
}

impl Server {
    /// Makes the data folder, a labeler for the program, and an administrator for the test's questions.
    pub(crate) fn install(dir: &Path) -> Self {
        let data = dir.join("server");
        std::fs::create_dir_all(&data).expect("the folder is writable");
        std::fs::write(dir.join("password"), format!("{PASSWORD}\n"))
            .expect("the folder is writable");
        let labeler = create_user(&data, "labeler", dir);
        let admin = create_user(&data, "admin", dir);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        Self {
            data,
            logs: dir.into(),
            labeler,
            admin,
            address: None,
            running: None,
            runtime,
            http: reqwest::Client::new(),
        }
    }

    /// Starts it and waits until it is ready. The first start takes a free port, a later one the same again.
    pub(crate) fn start(&mut self) {
        let port_file = self.logs.join("server.address");
        let _ = std::fs::remove_file(&port_file);
        let mut command = Command::new(program());
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .arg("--port-file")
            .arg(&port_file);
        command.args(["--listen", self.address.as_deref().unwrap_or("127.0.0.1:0")]);
        let mut process = Process::start("fovea-server", command, &self.logs);
        let address = wait::until("the server", Duration::from_secs(60), || {
            assert!(
                process.ended().is_none(),
                "the server ended: {}",
                process.last_words()
            );
            std::fs::read_to_string(&port_file)
                .ok()
                .map(|text| text.trim().to_string())
        });
        self.address = Some(address);
        self.running = Some(process);
    }

    /// `kill -9`; started again it is the same server.
    pub(crate) fn kill(&mut self) {
        self.running.take().expect("the server is running").kill();
    }

    /// The port that clients find it at.
    pub(crate) fn port(&self) -> u16 {
        let address = self.address.as_deref().expect("the server has an address");
        let port = address
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        port.expect("an address ends with a port")
    }

    /// Takes an address for later without serving on it yet.
    pub(crate) fn reserve_address(&mut self) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        self.address = Some(
            listener
                .local_addr()
                .expect("the listener has an address")
                .to_string(),
        );
    }

    /// Where clients find it.
    pub(crate) fn url(&self) -> String {
        format!(
            "http://{}",
            self.address.as_deref().expect("the server has an address")
        )
    }

    /// The file with the labeler's token.
    pub(crate) fn token_file(&self) -> &Path {
        &self.labeler
    }

    /// All cases.
    pub(crate) fn cases(&self) -> Vec<CaseRecord> {
        self.get::<CasesPage>("/v1/cases").cases
    }

    /// One case with its tiles.
    pub(crate) fn case(&self, id: &fovea_annotation::CaseId) -> CaseRecord {
        self.get(&format!("/v1/cases/{id}"))
    }

    /// Every version of a tile, oldest first.
    pub(crate) fn versions(&self, tile: &TileId) -> VersionGraph {
        let mut graph: VersionGraph = self.get(&format!("/v1/tiles/{tile}/versions"));
        graph.versions.sort_by_key(|record| record.version.number);
        graph
    }

    /// The mask behind a payload.
    pub(crate) fn mask(&self, payload: &ContentHash) -> Mask {
        let bytes = self.bytes(&format!("/v1/blobs/{payload}"));
        assert_eq!(
            ContentHash::of(&bytes),
            *payload,
            "the server serves what it was asked for"
        );
        mask_from_payload(&bytes).expect("the payload reads")
    }

    /// The administrator sends a label back, with these words.
    pub(crate) fn send_back(&self, label: &VersionId, words: &str) {
        let token = std::fs::read_to_string(&self.admin).expect("the token was written");
        let review = ReviewCreate {
            verdict: Verdict::Reject,
            comment: words.to_owned(),
        };
        let request = self
            .http
            .post(format!("{}/v1/labels/{label}/reviews", self.url()))
            .bearer_auth(token.trim())
            .json(&review);
        let answer = self.runtime.block_on(request.send()).expect("answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// The audit log from its beginning.
    pub(crate) fn audit(&self) -> AuditPage {
        self.get("/v1/audit")
    }

    /// The labeler's work queue above a threshold.
    pub(crate) fn queue(&self, threshold: f32) -> QueuePage {
        let path = format!("/v1/active-learning/queue?uncertainty_threshold={threshold}");
        read(&path, &self.bytes_for(&self.labeler, &path))
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        read(path, &self.bytes(path))
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        self.bytes_for(&self.admin, path)
    }

    fn bytes_for(&self, token: &Path, path: &str) -> Vec<u8> {
        let token = std::fs::read_to_string(token).expect("the token was written");
        let request = self
            .http
            .get(format!("{}{path}", self.url()))
            .bearer_auth(token.trim());
        self.runtime.block_on(async {
            let answer = request
                .send()
                .await
                .unwrap_or_else(|e| panic!("{path}: {e}"));
            let status = answer.status();
            let body = answer
                .bytes()
                .await
                .unwrap_or_else(|e| panic!("{path}: {e}"));
            assert!(
                status.is_success(),
                "{path}: {status} {}",
                String::from_utf8_lossy(&body)
            );
            body.to_vec()
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &str, body: &[u8]) -> T {
    serde_json::from_slice(body).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Makes an account named after its role; gives the file with its token.
fn create_user(data: &Path, role: &str, dir: &Path) -> PathBuf {
    let token = dir.join(format!("{role}.token"));
    let created = Command::new(program())
        .args(["create-user", "--name", role, "--role", role, "--data"])
        .arg(data)
        .arg("--token-file")
        .arg(&token)
        .arg("--password-file")
        .arg(dir.join("password"))
        .output()
        .expect("fovea-server starts");
    assert!(
        created.status.success(),
        "create-user: {}",
        String::from_utf8_lossy(&created.stderr)
    );
    token
}

/// The server's binary lies beside the desktop's; `./x test` builds both.
fn program() -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_fovea")).with_file_name("fovea-server");
    assert!(
        path.exists(),
        "{} is not built; ./x test builds it",
        path.display()
    );
    path
}
