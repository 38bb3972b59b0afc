//! Puts what egui drew onto the window's surface.

use egui::epaint::textures::TexturesDelta;
use fovea_gpu::egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor};
use fovea_gpu::wgpu::{self, CurrentSurfaceTexture};
use fovea_gpu::{GpuContext, GpuError};
use raw_window_handle::{RawDisplayHandle, RawWindowHandle};

/// Frames that may wait between UI and screen: one, because a brush must follow the hand.
const FRAME_LATENCY_MAX: u32 = 1;

/// The native window that the surface belongs to. It outlives every [`Painter`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct NativeTarget {
    /// Connection to the window system.
    pub(crate) display: RawDisplayHandle,
    /// The window.
    pub(crate) window: RawWindowHandle,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Painted {
    /// It is on its way to the screen.
    Yes,
    /// The surface had to be set up anew: paint again.
    Again,
    /// Nobody can see the window; the next input asks again.
    Hidden,
}

/// One picture to paint.
pub(crate) struct Picture {
    /// Textures that egui changed.
    pub(crate) textures: TexturesDelta,
    /// Triangles and callbacks.
    pub(crate) jobs: Vec<egui::ClippedPrimitive>,
    /// Device pixels per UI point.
    pub(crate) pixels_per_point: f32,
    /// Size of the drawing area in device pixels.
    pub(crate) size_px: [u32; 2],
}

/// The surface of the window and the egui renderer on the shared device.
pub(crate) struct Painter {
    gpu: GpuContext,
    surface: wgpu::Surface<'static>,
    state: RenderState,
    target: NativeTarget,
    configured_px: Option<[u32; 2]>,
    suboptimal_px: Option<[u32; 2]>,
}

impl Painter {
    /// Opens the one graphics device for this window, with its surface and the UI renderer.
    ///
    /// # Safety
    /// The window and display connection in `target` must stay alive until the painter is dropped.
    pub(crate) unsafe fn open(target: NativeTarget) -> Result<Self, GpuError> {
        // SAFETY: the caller keeps window and connection alive.
        let (gpu, surface) = unsafe { GpuContext::for_window(target.display, target.window)? };
        let state = gpu.render_state(Some(&surface), RendererOptions::default())?;
        Ok(Self {
            gpu,
            surface,
            state,
            target,
            configured_px: None,
            suboptimal_px: None,
        })
    }

    /// The device that this window paints with.
    pub(crate) fn gpu(&self) -> &GpuContext {
        &self.gpu
    }

    /// The UI renderer, for whoever installs its own pipelines.
    pub(crate) fn render_state(&self) -> &RenderState {
        &self.state
    }

    /// Largest texture side in pixels.
    pub(crate) fn texture_side_px_max(&self) -> usize {
        self.gpu.device.limits().max_texture_dimension_2d as usize
    }

    /// Paints one picture. Texture changes reach the renderer even if nothing can be shown.
    pub(crate) fn paint(&mut self, picture: Picture) -> Painted {
        let Picture {
            mut textures,
            jobs,
            pixels_per_point,
            size_px,
        } = picture;
        self.upload(&mut textures);
        let painted = self.show(&jobs, pixels_per_point, size_px);
        let mut renderer = self.state.renderer.write();
        for id in textures.free.drain() {
            renderer.free_texture(&id);
        }
        painted
    }

    fn upload(&self, textures: &mut TexturesDelta) {
        let mut renderer = self.state.renderer.write();
        for (id, deltas) in textures.set.drain() {
            for delta in deltas {
                renderer.update_texture(&self.gpu.device, &self.gpu.queue, id, &delta);
            }
        }
    }

    fn show(
        &mut self,
        jobs: &[egui::ClippedPrimitive],
        pixels_per_point: f32,
        size_px: [u32; 2],
    ) -> Painted {
        if self.configured_px != Some(size_px) {
            self.configure(size_px);
        }
        let (frame, is_suboptimal) = match self.surface.get_current_texture() {
            CurrentSurfaceTexture::Success(frame) => (frame, false),
            CurrentSurfaceTexture::Suboptimal(frame) => (frame, true),
            CurrentSurfaceTexture::Timeout | CurrentSurfaceTexture::Occluded => {
                return Painted::Hidden;
            }
            CurrentSurfaceTexture::Outdated | CurrentSurfaceTexture::Validation => {
                self.configured_px = None;
                return Painted::Again;
            }
            CurrentSurfaceTexture::Lost => return self.recreate_surface(),
        };
        self.draw(
            &frame,
            jobs,
            &ScreenDescriptor {
                size_in_pixels: size_px,
                pixels_per_point,
            },
        );
        self.gpu.queue.present(frame);
        // Some drivers call every frame suboptimal; once per size is enough to react to a real change.
        if is_suboptimal && self.suboptimal_px != Some(size_px) {
            self.suboptimal_px = Some(size_px);
            self.configured_px = None;
            return Painted::Again;
        }
        Painted::Yes
    }

    fn draw(
        &self,
        frame: &wgpu::SurfaceTexture,
        jobs: &[egui::ClippedPrimitive],
        screen: &ScreenDescriptor,
    ) {
        let mut encoder = self
            .gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut renderer = self.state.renderer.write();
        let mut commands = renderer.update_buffers(
            &self.gpu.device,
            &self.gpu.queue,
            &mut encoder,
            jobs,
            screen,
        );
        let view = frame
            .texture
            .create_view(&wgpu::TextureViewDescriptor::default());
        let mut pass = begin_pass(&mut encoder, &view).forget_lifetime();
        renderer.render(&mut pass, jobs, screen);
        drop(pass);
        commands.push(encoder.finish());
        self.gpu.queue.submit(commands);
    }

    fn configure(&mut self, size_px: [u32; 2]) {
        let side_px_max = self.gpu.device.limits().max_texture_dimension_2d;
        let capabilities = self.surface.get_capabilities(&self.gpu.adapter);
        let configuration = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format: self.state.target_format,
            color_space: wgpu::SurfaceColorSpace::Auto,
            width: size_px[0].clamp(1, side_px_max),
            height: size_px[1].clamp(1, side_px_max),
            present_mode: wgpu::PresentMode::AutoVsync,
            desired_maximum_frame_latency: FRAME_LATENCY_MAX,
            alpha_mode: capabilities
                .alpha_modes
                .first()
                .copied()
                .unwrap_or_default(),
            view_formats: Vec::new(),
        };
        self.surface.configure(&self.gpu.device, &configuration);
        self.configured_px = Some(size_px);
    }

    fn recreate_surface(&mut self) -> Painted {
        let target = wgpu::SurfaceTargetUnsafe::RawHandle {
            raw_display_handle: Some(self.target.display),
            raw_window_handle: self.target.window,
        };
        self.configured_px = None;
        // SAFETY: the promise given to `open` still holds.
        match unsafe { self.gpu.instance.create_surface_unsafe(target) } {
            Ok(surface) => {
                self.surface = surface;
                Painted::Again
            }
            Err(error) => {
                tracing::error!(%error, "the window's surface was lost and cannot be made again");
                Painted::Hidden
            }
        }
    }
}

fn begin_pass<'encoder>(
    encoder: &'encoder mut wgpu::CommandEncoder,
    view: &wgpu::TextureView,
) -> wgpu::RenderPass<'encoder> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("window"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            resolve_target: None,
            depth_slice: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}
