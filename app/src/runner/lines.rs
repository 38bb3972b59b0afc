//! The engines that talk to the server, replaced together when another server is set up, and the way to them.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fovea_local_store::Store;
use fovea_sync::{
    Ask, Calls, CallsHandle, Credentials, HttpTransport, SyncEngine, SyncHandle, UploadEngine,
    UploadHandle,
};

use super::config::RunnerError;
use super::reporter::Reporter;
use super::work::StoreWork;
use super::{calls_link, sync_link, upload_link};

/// What the engines are started with.
pub(super) struct Parts {
    /// For connections of their own.
    pub(super) store: Store,
    /// Who is signed in.
    pub(super) credentials: Arc<dyn Credentials>,
    pub(super) work: SyncSender<StoreWork>,
    pub(super) reporter: Reporter,
}

/// The engines. Dropping them stops them.
pub(super) struct Engines {
    /// Address of the server that they talk to; empty without one.
    pub(super) url: String,
    sync: Option<SyncEngine>,
    uploads: UploadEngine,
    calls: Option<Calls>,
}

impl Engines {
    /// Starts them for the server at `url` and makes `lines` lead to them; without one scans wait, and nothing else is
    /// done. What is asked on the lines meanwhile waits, or an answer to what an engine says first would reach nobody.
    pub(super) fn start(
        url: Option<&str>,
        parts: &Parts,
        lines: &Lines,
    ) -> Result<Self, RunnerError> {
        let credentials = || Arc::clone(&parts.credentials);
        // One for all three: they share its connections.
        let transport = match url.map(|url| HttpTransport::new(url, credentials())) {
            Some(Ok(transport)) => Some(transport),
            Some(Err(error)) => {
                parts.reporter.fail(error);
                None
            }
            None => None,
        };
        let mut handles = lines.lock();
        let sync = transport
            .clone()
            .map(|transport| sync_link::start(transport, parts));
        let engines = Self {
            url: url.unwrap_or_default().to_owned(),
            sync: sync.transpose()?,
            uploads: upload_link::start(transport.clone(), parts)?,
            calls: calls_link::start(url.unwrap_or_default(), transport, parts)?,
        };
        *handles = Handles {
            sync: engines.sync.as_ref().map(SyncEngine::handle),
            uploads: Some(engines.uploads.handle()),
            calls: engines.calls.as_ref().map(Calls::handle),
        };
        Ok(engines)
    }
}

/// The way to the engines that run now, from any thread; waits while they start.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Mutex<Handles>>);

#[derive(Default)]
struct Handles {
    sync: Option<SyncHandle>,
    uploads: Option<UploadHandle>,
    calls: Option<CallsHandle>,
}

impl Lines {
    /// From now on nobody is there.
    pub(super) fn lead_nowhere(&self) {
        *self.lock() = Handles::default();
    }

    /// Wakes the sync engine; false where there is none.
    pub(super) fn wake_sync(&self) -> bool {
        let sync = self.lock().sync.clone();
        sync.inspect(SyncHandle::wake).is_some()
    }

    /// Asks the server for its queue; false when it cannot be asked.
    pub(super) fn fetch_queue(&self, threshold: f32) -> bool {
        let sync = self.lock().sync.clone();
        sync.is_some_and(|sync| sync.fetch_queue(threshold))
    }

    /// The way to the upload engine.
    pub(super) fn uploads(&self) -> Option<UploadHandle> {
        self.lock().uploads.clone()
    }

    /// Says that a scan was added, or that the server may answer now.
    pub(super) fn look_at_uploads(&self) {
        if let Some(uploads) = self.uploads() {
            uploads.look();
        }
    }

    /// Asks the server; `None` where there is none, false when too much is asked at once.
    pub(super) fn ask(&self, ask: Ask) -> Option<bool> {
        let calls = self.lock().calls.clone();
        calls.map(|calls| calls.ask(ask))
    }

    fn lock(&self) -> MutexGuard<'_, Handles> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
