//! The egui renderer on the shared device.

use crate::{GpuContext, GpuError};
use egui_wgpu::{RenderState, RendererOptions, WgpuConfiguration, WgpuSetup, WgpuSetupExisting};

impl GpuContext {
    /// An egui renderer on this device: for a window's `surface`, or for a picture when there is none.
    ///
    /// Its target format is the one egui prefers, which is not sRGB-encoded by the hardware.
    ///
    /// # Errors
    /// [`GpuError::Ui`] if the surface has no format at all.
    pub fn render_state(
        &self,
        surface: Option<&wgpu::Surface<'static>>,
        options: RendererOptions,
    ) -> Result<RenderState, GpuError> {
        let existing = WgpuSetupExisting {
            instance: self.instance.clone(),
            adapter: self.adapter.clone(),
            device: self.device.clone(),
            queue: self.queue.clone(),
        };
        let configuration = WgpuConfiguration {
            wgpu_setup: WgpuSetup::Existing(existing),
            ..Default::default()
        };
        let state = RenderState::create(&configuration, &self.instance, surface, options);
        Ok(pollster::block_on(state)?)
    }
}
