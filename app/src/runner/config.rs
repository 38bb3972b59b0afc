//! What the runner is given.

use std::sync::Arc;

use fovea_gpu::GpuContext;
use fovea_inference::ModelSource;
use fovea_local_store::{Store, StoreError};
use fovea_sync::Credentials;

/// Everything the runner needs from its host.
pub struct RunnerConfig {
    /// The open local store.
    pub store: Store,
    /// Address of the server, such as `http://127.0.0.1:7171`; where none is given, that of the last sign-in. Without one
    /// everything stays on this machine.
    pub server: Option<String>,
    /// Who is signed in there.
    pub credentials: Arc<dyn Credentials>,
    /// The weights.
    pub model: ModelSource,
    /// The shared graphics device; `None` when there is no window or no adapter.
    pub gpu: Option<GpuContext>,
    /// What the computer calls its user: versions are saved under this name until somebody signs in.
    pub computer_user: String,
    /// Called after each event, from any thread: wakes the window.
    pub request_repaint: Arc<dyn Fn() + Send + Sync>,
}

/// Why the runner does not start.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// The local store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no thread.
    #[error("The system gives no further thread ({0}); close other programs and start again")]
    Thread(#[from] std::io::Error),
}
