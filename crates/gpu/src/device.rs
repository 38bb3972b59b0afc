//! How the device is asked for.

/// Backends in the order in which they are tried; each is opened only when the one before had no adapter.
///
/// `WGPU_BACKEND` (wgpu's own variable) narrows the choice for diagnosis.
pub(crate) fn wanted_backends() -> Vec<wgpu::Backends> {
    if let Some(chosen) = wgpu::Backends::from_env() {
        return vec![chosen];
    }
    if cfg!(target_os = "windows") {
        vec![wgpu::Backends::DX12, wgpu::Backends::VULKAN]
    } else if cfg!(target_os = "macos") {
        vec![wgpu::Backends::METAL]
    } else {
        vec![wgpu::Backends::VULKAN, wgpu::Backends::GL]
    }
}

/// Asks for everything the adapter has.
///
/// burn's kernel generator looks at what the *adapter* offers, not at what the device enabled: with anything less
/// its first kernel uses a capability that the device then refuses. Mappable primary buffers stay off, because on
/// discrete cards they would put every tensor into host-visible memory.
pub(crate) fn descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    wgpu::DeviceDescriptor {
        label: Some("fovea"),
        required_features: adapter
            .features()
            .difference(wgpu::Features::MAPPABLE_PRIMARY_BUFFERS),
        required_limits: adapter.limits(),
        // SAFETY: experimental features may have undefined behaviour when they are used; this product and burn use
        // none that the adapter does not report, and enabling one does not use it.
        experimental_features: unsafe { wgpu::ExperimentalFeatures::enabled() },
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        trace: wgpu::Trace::Off,
    }
}
