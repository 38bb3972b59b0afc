//! A server of its own for each test.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fovea_server::{Clock, Config, Handle, Role, Server, create_user};
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
        let folder = home::data_folder();
        let now_us = Arc::new(AtomicI64::new(1_763_900_000_000_000));
        let clock = Clock::from_fn({
            let now_us = Arc::clone(&now_us);
            move || now_us.load(Ordering::SeqCst)
        });
        let config = Config {
            clock,
            ..Config::on_free_port(folder.path())
        };
        let handle = Server::start(config).await.expect("the server starts");
        Self {
            folder,
            handle,
            now_us,
        }
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

    pub(crate) fn advance_minutes(&self, minutes: i64) {
        self.now_us
            .fetch_add(minutes * 60_000_000, Ordering::SeqCst);
    }

    /// Runs `sql` behind the server's back.
    pub(crate) fn intrude(&self, sql: &str) -> Result<String, String> {
        home::intrude(self.data(), sql)
    }
}
