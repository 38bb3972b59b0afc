//! Opening the one device.

use crate::{AdapterReport, DeviceHealth, GpuError, device};
use wgpu::rwh;

/// The device that UI, canvas and inference share. Clones refer to the same device.
#[derive(Clone, Debug)]
pub struct GpuContext {
    /// Where the adapter came from; surfaces are made with it.
    pub instance: wgpu::Instance,
    /// The chosen adapter.
    pub adapter: wgpu::Adapter,
    /// The one device.
    pub device: wgpu::Device,
    /// The one queue: everything submitted is ordered.
    pub queue: wgpu::Queue,
    /// What the adapter says about itself.
    pub info: wgpu::AdapterInfo,
    /// Whether the device was lost.
    pub health: DeviceHealth,
}

/// Which adapter to take when no window decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdapterPreference {
    /// The fastest that is there.
    Fastest,
    /// The software rasteriser if there is one: the same pixels on every machine, for tests.
    Software,
}

impl GpuContext {
    /// Opens a device that draws to no window: tests and the command line.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] on a machine without a graphics driver, [`GpuError::NoDevice`] if the driver refuses.
    pub fn headless(preference: AdapterPreference) -> Result<Self, GpuError> {
        pollster::block_on(async {
            let mut tried = Vec::new();
            for backends in device::wanted_backends() {
                let instance = wgpu::Instance::new(instance_descriptor(backends, None));
                match request_adapter(&instance, preference, None).await {
                    Ok(adapter) => return Self::open(instance, adapter).await,
                    Err(reason) => tried.push(format!("{backends:?}: {reason}")),
                }
            }
            Err(GpuError::NoAdapter {
                tried: tried.join("; "),
            })
        })
    }

    /// Opens a device that can present to a window, and the surface of that window.
    ///
    /// # Errors
    /// As [`Self::headless`]; an adapter that cannot present to this window counts as none.
    ///
    /// # Safety
    /// The window and the display connection behind the handles must outlive the returned surface and context.
    pub unsafe fn for_window(
        display: rwh::RawDisplayHandle,
        window: rwh::RawWindowHandle,
    ) -> Result<(Self, wgpu::Surface<'static>), GpuError> {
        let mut tried = Vec::new();
        for backends in device::wanted_backends() {
            let instance = wgpu::Instance::new(instance_descriptor(
                backends,
                Some(ConnectedDisplay(display)),
            ));
            let target = wgpu::SurfaceTargetUnsafe::RawHandle {
                raw_display_handle: Some(display),
                raw_window_handle: window,
            };
            // SAFETY: the caller keeps window and display alive for as long as the surface.
            let surface = match unsafe { instance.create_surface_unsafe(target) } {
                Ok(surface) => surface,
                Err(reason) => {
                    tried.push(format!("{backends:?}: {reason}"));
                    continue;
                }
            };
            match pollster::block_on(request_adapter(
                &instance,
                AdapterPreference::Fastest,
                Some(&surface),
            )) {
                Ok(adapter) => {
                    return Ok((pollster::block_on(Self::open(instance, adapter))?, surface));
                }
                Err(reason) => tried.push(format!("{backends:?}: {reason}")),
            }
        }
        Err(GpuError::NoAdapter {
            tried: tried.join("; "),
        })
    }

    /// What to tell the user about the adapter, and where inference should run.
    pub fn report(&self) -> AdapterReport {
        AdapterReport::of_adapter(&self.adapter)
    }

    async fn open(instance: wgpu::Instance, adapter: wgpu::Adapter) -> Result<Self, GpuError> {
        let info = adapter.get_info();
        let (device, queue) = adapter
            .request_device(&device::descriptor(&adapter))
            .await
            .map_err(|source| GpuError::NoDevice {
                adapter: info.name.clone(),
                source,
            })?;
        let health = DeviceHealth::default();
        health.watch(&device);
        tracing::info!(adapter = %info.name, backend = ?info.backend, driver = %info.driver_info, "graphics device open");
        Ok(Self {
            instance,
            adapter,
            device,
            queue,
            info,
            health,
        })
    }
}

fn instance_descriptor(
    backends: wgpu::Backends,
    display: Option<ConnectedDisplay>,
) -> wgpu::InstanceDescriptor {
    wgpu::InstanceDescriptor {
        backends,
        flags: wgpu::InstanceFlags::from_build_config().with_env(),
        display: display.map(|display| Box::new(display) as _),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    }
}

/// The adapter, or the reason why there is none.
async fn request_adapter(
    instance: &wgpu::Instance,
    preference: AdapterPreference,
    compatible_surface: Option<&wgpu::Surface<'static>>,
) -> Result<wgpu::Adapter, String> {
    let options = |force_fallback_adapter| wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        force_fallback_adapter,
        compatible_surface,
        apply_limit_buckets: false,
    };
    if preference == AdapterPreference::Software
        && let Ok(adapter) = instance.request_adapter(&options(true)).await
    {
        return Ok(adapter);
    }
    instance
        .request_adapter(&options(false))
        .await
        .map_err(|reason| reason.to_string())
}

/// A display connection that the caller of [`GpuContext::for_window`] keeps alive.
#[derive(Clone, Copy, Debug)]
struct ConnectedDisplay(rwh::RawDisplayHandle);

// SAFETY: wgpu only passes the pointer on to the window system's own functions, and the caller of `for_window`
// promises that the connection outlives the instance.
unsafe impl Send for ConnectedDisplay {}
// SAFETY: as above; the handle is never written through.
unsafe impl Sync for ConnectedDisplay {}

impl rwh::HasDisplayHandle for ConnectedDisplay {
    fn display_handle(&self) -> Result<rwh::DisplayHandle<'_>, rwh::HandleError> {
        // SAFETY: the caller of `for_window` keeps the connection open.
        Ok(unsafe { rwh::DisplayHandle::borrow_raw(self.0) })
    }
}
