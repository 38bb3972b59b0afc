//! Content and frame to draw calls.

mod line_buffer;
mod tensor_blit;
mod textures;

use crate::pipelines::Pipelines;
use crate::staging::Staging;
use crate::uniforms::{ComposeParams, OverlayParams, compose_flags};
use crate::{CanvasContent, CanvasFrame, TensorBuffer};
use fovea_gpu::wgpu;
use line_buffer::LineBuffer;
use tensor_blit::{TensorBlit, TensorKind};
use textures::LayerTextures;

/// Draws one [`CanvasContent`] into targets of one format.
///
/// Bound to the device it was made with: after a lost device make a new one and call
/// [`CanvasContent::mark_all_changed`].
#[derive(Debug)]
pub struct CanvasRenderer {
    pipelines: Pipelines,
    target_is_srgb: bool,
    staging: Staging,
    textures: LayerTextures,
    tensor_blit: Option<TensorBlit>,
    lines: LineBuffer,
    compose: Uniform<ComposeParams>,
    overlay: Uniform<OverlayParams>,
    compose_group: wgpu::BindGroup,
    overlay_group: wgpu::BindGroup,
    drawn: Drawn,
}

/// What [`CanvasRenderer::paint`] draws.
#[derive(Clone, Copy, Debug, Default)]
struct Drawn {
    /// What of the picture and its overlays, as the composing pipelines are told apart.
    compose_flags: Option<u32>,
    has_lines: bool,
    has_cursor: bool,
}

impl CanvasRenderer {
    /// A renderer for render passes with one colour target of `target` and neither depth nor multisampling, such as
    /// egui's.
    pub fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let pipelines = Pipelines::new(device, target);
        let textures = LayerTextures::new(device);
        let compose = Uniform::new(device, "canvas compose");
        let overlay = Uniform::new(device, "canvas overlay");
        Self {
            target_is_srgb: target.is_srgb(),
            staging: Staging::new(device),
            tensor_blit: None,
            lines: LineBuffer::new(device),
            compose_group: compose_group(device, &pipelines, &compose.buffer, &textures),
            overlay_group: overlay_group(device, &pipelines, &overlay.buffer),
            pipelines,
            textures,
            compose,
            overlay,
            drawn: Drawn::default(),
        }
    }

    /// Uploads what changed since the last call and takes this frame's settings. Submits to `queue` when, and only
    /// when, something changed. Returns the number of bytes uploaded: it grows with what changed, not with the picture.
    pub fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        content: &mut CanvasContent,
        frame: &CanvasFrame,
    ) -> u64 {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("canvas uploads"),
        });
        let compose = ComposeParams::new(content, frame);
        let overlay = OverlayParams::new(frame, self.target_is_srgb);
        let uploads = self
            .textures
            .upload(device, &mut self.staging, &mut encoder, content);
        if uploads.is_reallocated {
            self.compose_group = compose_group(
                device,
                &self.pipelines,
                &self.compose.buffer,
                &self.textures,
            );
        }
        let in_flight = self.blit_tensors(device, &mut encoder, content);
        let is_changed = [
            uploads.is_changed,
            !in_flight.is_empty(),
            self.lines
                .upload(device, &mut self.staging, &mut encoder, content),
            self.compose.write(&mut self.staging, &mut encoder, compose),
            self.overlay.write(&mut self.staging, &mut encoder, overlay),
        ];
        let mut uploaded_bytes = 0;
        if is_changed.contains(&true) {
            uploaded_bytes = self.staging.finish(&encoder);
            queue.submit([encoder.finish()]);
        }
        // Only now may inference use their memory for something else: the queue keeps the order.
        drop(in_flight);
        let compose_flags = content
            .size()
            .map(|_| compose_flags(content, frame, self.target_is_srgb));
        if let Some(flags) = compose_flags {
            self.pipelines.compose.ensure(device, flags);
        }
        self.drawn = Drawn {
            compose_flags,
            has_lines: frame.lines.is_visible && self.lines.count() > 0,
            has_cursor: frame.cursor.is_some(),
        };
        uploaded_bytes
    }

    /// Draws what [`Self::prepare`] was given, in the viewport that `pass` has, which must be the frame's.
    pub fn paint(&self, pass: &mut wgpu::RenderPass<'static>) {
        let compose = self
            .drawn
            .compose_flags
            .and_then(|flags| self.pipelines.compose.get(flags));
        if let Some(compose) = compose {
            pass.set_pipeline(compose);
            pass.set_bind_group(0, &self.compose_group, &[]);
            pass.draw(0..3, 0..1);
        }
        if self.drawn.has_lines {
            pass.set_pipeline(&self.pipelines.lines);
            pass.set_bind_group(0, &self.overlay_group, &[]);
            self.lines.draw(pass);
        }
        if self.drawn.has_cursor {
            pass.set_pipeline(&self.pipelines.cursor);
            pass.set_bind_group(0, &self.overlay_group, &[]);
            pass.draw(0..6, 0..1);
        }
    }

    /// Records the copies of waiting tensors into the textures, and returns the tensors.
    fn blit_tensors(
        &mut self,
        device: &wgpu::Device,
        encoder: &mut wgpu::CommandEncoder,
        content: &mut CanvasContent,
    ) -> Vec<(TensorKind, TensorBuffer)> {
        let waiting = tensor_blit::take_waiting(content);
        if !waiting.is_empty() {
            // Made on first need: adapters without storage buffers in fragment shaders never get here.
            let blit = self
                .tensor_blit
                .get_or_insert_with(|| TensorBlit::new(device));
            for (kind, tensor) in &waiting {
                blit.copy(
                    device,
                    &mut self.staging,
                    encoder,
                    *kind,
                    tensor,
                    self.textures.target_of(*kind),
                );
            }
        }
        waiting
    }
}

/// A uniform buffer that is written only when its value changes.
#[derive(Debug)]
struct Uniform<T> {
    buffer: wgpu::Buffer,
    written: Option<T>,
}

impl<T: bytemuck::Pod + PartialEq> Uniform<T> {
    fn new(device: &wgpu::Device, label: &'static str) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: size_of::<T>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self {
            buffer,
            written: None,
        }
    }

    /// True when the value was new.
    fn write(
        &mut self,
        staging: &mut Staging,
        encoder: &mut wgpu::CommandEncoder,
        value: T,
    ) -> bool {
        let is_new = self.written.as_ref() != Some(&value);
        if is_new {
            staging.write_buffer(encoder, &self.buffer, bytemuck::bytes_of(&value));
            self.written = Some(value);
        }
        is_new
    }
}

fn compose_group(
    device: &wgpu::Device,
    pipelines: &Pipelines,
    params: &wgpu::Buffer,
    textures: &LayerTextures,
) -> wgpu::BindGroup {
    let views = textures.views();
    let params = wgpu::BindGroupEntry {
        binding: 0,
        resource: params.as_entire_binding(),
    };
    let views = (1..)
        .zip(views)
        .map(|(binding, view)| wgpu::BindGroupEntry {
            binding,
            resource: wgpu::BindingResource::TextureView(view),
        });
    let entries: Vec<_> = std::iter::once(params).chain(views).collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("canvas compose"),
        layout: &pipelines.compose.layout,
        entries: &entries,
    })
}

fn overlay_group(
    device: &wgpu::Device,
    pipelines: &Pipelines,
    params: &wgpu::Buffer,
) -> wgpu::BindGroup {
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("canvas overlay"),
        layout: &pipelines.overlay_layout,
        entries: &[wgpu::BindGroupEntry {
            binding: 0,
            resource: params.as_entire_binding(),
        }],
    })
}
