//! What the sync engine and the inference worker say of themselves, as the status bar shows it.

/// Whether the server answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// No server is configured: everything stays on this machine.
    #[default]
    NotConfigured,
    /// Not tried yet.
    Connecting,
    /// The last exchange went well.
    Online,
    /// The last exchange failed.
    Offline {
        /// What is wrong and what to do, or what the program does by itself.
        sentence: String,
    },
}

/// The sync engine's view of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Whether the server answers.
    pub connection: Connection,
    /// Operations waiting to be sent.
    pub pending_count: u32,
    /// Operations that the server refused for good: in the parking lot, visible and exportable.
    pub parked_count: u32,
}

/// Which device runs the model, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InferenceReport {
    /// "CPU" or the name of the GPU.
    pub device: String,
    /// Why this device: "llvmpipe is a software renderer".
    pub reason: String,
    /// Name and version of the model.
    pub model: String,
    /// First digits of the weights' digest.
    pub model_digest: String,
    /// The adapter that draws the window, with its driver.
    pub display_adapter: String,
    /// Time per tile of the warm-up, in ms.
    pub tile_ms: Option<f32>,
}
