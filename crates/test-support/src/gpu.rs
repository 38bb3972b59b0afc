//! The adapter that tests draw with.

use fovea_gpu::{AdapterPreference, GpuContext};
use std::sync::OnceLock;

/// The software rasteriser's device, opened once per test process, so that pixels are the same on every machine.
///
/// # Panics
/// On a machine without any Vulkan driver. Skipping instead would let a test that drew nothing pass.
pub fn test_gpu() -> &'static GpuContext {
    static GPU: OnceLock<GpuContext> = OnceLock::new();
    GPU.get_or_init(|| {
        GpuContext::headless(AdapterPreference::Software).unwrap_or_else(|error| {
            panic!("tests need a graphics adapter; on Debian install the package mesa-vulkan-drivers. {error}")
        })
    })
}
