//! A server of its own for each test.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fovea_server::{Clock, Config, Handle, Parts, Role, Server, create_user};
use tempfile::TempDir;

use crate::client::Client;
use crate::home;

/// A running server, its data and its clock.
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) handle: Handle,
    now_us: Arc<AtomicI64>,
}

impl Site {
    /// A server with no accounts and a clock that stands still.
    pub(crate) async fn start() -> Self {
        Self::start_with("").await
    }

    /// As [`Self::start`], with `settings` at the end of `server.toml`.
    pub(crate) async fn start_with(settings: &str) -> Self {
        Self::start_as(Parts::ALL, settings).await
    }

    /// As [`Self::start_with`], with these parts beside the API.
    pub(crate) async fn start_as(parts: Parts, settings: &str) -> Self {
        let folder = home::data_folder();
        let file = folder.path().join("server.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, before + settings).expect("writes");
        let now_us = Arc::new(AtomicI64::new(1_763_900_000_000_000));
        let config = Config {
            clock: clock(&now_us),
            parts,
            ..Config::on_free_port(folder.path())
        };
        let handle = Server::start(config).await.expect("the server starts");
        Self {
            folder,
            handle,
            now_us,
        }
    }

    /// Stops the server; the data and the clock stay.
    pub(crate) async fn stop(self) -> (TempDir, Clock) {
        let clock = self.clock();
        self.handle.shutdown().await;
        (self.folder, clock)
    }

    /// The same data, under a server that was stopped and started again.
    pub(crate) async fn restarted(self, config: Config) -> Self {
        self.handle.shutdown().await;
        let handle = Server::start(config).await.expect("the server starts");
        Self { handle, ..self }
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    /// A client of an account with this role.
    pub(crate) fn client(&self, name: &str, role: Role) -> Client {
        let token = create_user(self.data(), name, role, None).expect("the account is made");
        Client::new(&self.handle.url(), Some(token))
    }

    /// A client of a labeler.
    pub(crate) fn labeler(&self) -> Client {
        self.client("ada", Role::Labeler)
    }

    /// The clock of the server.
    pub(crate) fn clock(&self) -> Clock {
        clock(&self.now_us)
    }

    pub(crate) fn now_us(&self) -> i64 {
        self.now_us.load(Ordering::SeqCst)
    }

    pub(crate) fn advance_minutes(&self, minutes: i64) {
        self.now_us
            .fetch_add(minutes * 60_000_000, Ordering::SeqCst);
    }

    /// Lets the clock jump, forwards or back.
    pub(crate) fn advance_seconds(&self, seconds: i64) {
        self.now_us.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Runs `sql` behind the server's back.
    pub(crate) fn intrude(&self, sql: &str) -> Result<String, String> {
        home::intrude(self.data(), sql)
    }
}

fn clock(now_us: &Arc<AtomicI64>) -> Clock {
    let now_us = Arc::clone(now_us);
    Clock::from_fn(move || now_us.load(Ordering::SeqCst))
}
