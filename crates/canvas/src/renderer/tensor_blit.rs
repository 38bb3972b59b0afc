//! Tensors in storage buffers to the layers' textures.

use super::Uniform;
use crate::content::Overlay;
use crate::pipelines::{Recipe, buffer, layout, uniform};
use crate::staging::Staging;
use crate::{CanvasContent, TensorBuffer};
use fovea_gpu::wgpu;

/// Which layer a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TensorKind {
    Classes,
    Uncertainty,
}

/// `BlitParams` of tensor_blit.wgsl: first element, elements per row, width, height.
type BlitParams = [u32; 4];

/// The copying pipelines, one per element type.
#[derive(Debug)]
pub(super) struct TensorBlit {
    layout: wgpu::BindGroupLayout,
    classes: (wgpu::RenderPipeline, Uniform<BlitParams>),
    uncertainty: (wgpu::RenderPipeline, Uniform<BlitParams>),
}

/// Tensors that wait for their copy; their layers count as being on the adapter from now on.
pub(super) fn take_waiting(content: &mut CanvasContent) -> Vec<(TensorKind, TensorBuffer)> {
    let overlays = [
        (TensorKind::Classes, &mut content.mask),
        (TensorKind::Uncertainty, &mut content.uncertainty),
    ];
    let mut waiting = Vec::new();
    for (kind, overlay) in overlays {
        if matches!(overlay, Overlay::Tensor(_))
            && let Overlay::Tensor(tensor) = std::mem::replace(overlay, Overlay::OnAdapter)
        {
            waiting.push((kind, tensor));
        }
    }
    waiting
}

impl TensorBlit {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        let storage = buffer(
            1,
            wgpu::BufferBindingType::Storage { read_only: true },
            None,
        );
        let layout = layout(
            device,
            "tensor blit",
            &[uniform(0, size_of::<BlitParams>()), storage],
        );
        let build = |fragment, format: wgpu::TextureFormat| {
            let recipe = Recipe {
                program: fovea_shaders::TENSOR_BLIT,
                layout: &layout,
                entry_points: ("vs_fullscreen", fragment),
                buffers: &[],
                target: format.into(),
                constants: &[],
            };
            recipe.build(device)
        };
        Self {
            classes: (
                build("fs_classes", wgpu::TextureFormat::R8Uint),
                Uniform::new(device, "class tensor"),
            ),
            uncertainty: (
                build("fs_unit", wgpu::TextureFormat::R8Unorm),
                Uniform::new(device, "uncertainty tensor"),
            ),
            layout,
        }
    }

    /// Records the copy of `tensor` into the whole of `target`.
    pub(super) fn copy(
        &mut self,
        device: &wgpu::Device,
        staging: &mut Staging,
        encoder: &mut wgpu::CommandEncoder,
        kind: TensorKind,
        tensor: &TensorBuffer,
        target: &wgpu::Texture,
    ) {
        let (pipeline, params) = match kind {
            TensorKind::Classes => &mut self.classes,
            TensorKind::Uncertainty => &mut self.uncertainty,
        };
        // A binding begins at a multiple of the device's alignment; the rest of the offset goes to the shader.
        let alignment = u64::from(device.limits().min_storage_buffer_offset_alignment);
        let bound_offset = tensor.offset_bytes / alignment * alignment;
        let first = ((tensor.offset_bytes - bound_offset) / 4) as u32;
        let elements = u64::from(tensor.row_stride) * u64::from(target.height() - 1)
            + u64::from(target.width());
        let bound_bytes = (u64::from(first) + elements) * 4;
        params.write(
            staging,
            encoder,
            [first, tensor.row_stride, target.width(), target.height()],
        );
        let elements = wgpu::BufferBinding {
            buffer: &tensor.buffer,
            offset: bound_offset,
            size: wgpu::BufferSize::new(bound_bytes),
        };
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("tensor blit"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: params.buffer.as_entire_binding(),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::Buffer(elements),
                },
            ],
        });
        draw(encoder, pipeline, &group, target);
    }
}

fn draw(
    encoder: &mut wgpu::CommandEncoder,
    pipeline: &wgpu::RenderPipeline,
    group: &wgpu::BindGroup,
    target: &wgpu::Texture,
) {
    let view = target.create_view(&wgpu::TextureViewDescriptor::default());
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("tensor blit"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &view,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                store: wgpu::StoreOp::Store,
            },
            depth_slice: None,
        })],
        ..Default::default()
    });
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, group, &[]);
    pass.draw(0..3, 0..1);
}
