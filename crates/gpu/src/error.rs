//! What can go wrong before there is a device.

/// Why no graphics device could be opened.
#[derive(Debug, thiserror::Error)]
pub enum GpuError {
    /// No backend offered an adapter that fits.
    #[error(
        "No usable graphics adapter was found ({tried}): install or update the graphics driver, \
         or Mesa's software driver (package mesa-vulkan-drivers on Debian and Ubuntu)."
    )]
    NoAdapter {
        /// The backends that were tried, each with the reason it gave.
        tried: String,
    },
    /// The adapter was found but would not open.
    #[error(
        "The graphics adapter {adapter} refused to open a device: update its driver. ({source})"
    )]
    NoDevice {
        /// Name of the adapter.
        adapter: String,
        /// What wgpu said.
        source: wgpu::RequestDeviceError,
    },
    /// The UI renderer could not be set up for this device.
    #[error(
        "The user interface cannot be drawn with this graphics adapter: update its driver. ({0})"
    )]
    Ui(#[from] egui_wgpu::WgpuError),
}
