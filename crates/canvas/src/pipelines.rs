//! The drawing pipelines and their bind group layouts.

use crate::lines::Segment;
use crate::uniforms::{ComposeParams, OverlayParams};
use fovea_gpu::wgpu;
use fovea_shaders::Program;
use std::num::NonZeroU64;

/// Premultiplied, as the UI around the canvas is blended.
const BLEND: wgpu::BlendState = wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING;

/// Everything that depends on the device and the target's format only.
#[derive(Debug)]
pub(crate) struct Pipelines {
    pub(crate) compose: wgpu::RenderPipeline,
    pub(crate) compose_layout: wgpu::BindGroupLayout,
    pub(crate) lines: wgpu::RenderPipeline,
    pub(crate) cursor: wgpu::RenderPipeline,
    pub(crate) overlay_layout: wgpu::BindGroupLayout,
}

impl Pipelines {
    pub(crate) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let compose_layout = layout(
            device,
            "canvas compose",
            &[
                uniform(0, size_of::<ComposeParams>()),
                texture(1, wgpu::TextureSampleType::Float { filterable: false }),
                texture(2, wgpu::TextureSampleType::Uint),
                texture(3, wgpu::TextureSampleType::Float { filterable: false }),
                texture(4, wgpu::TextureSampleType::Uint),
            ],
        );
        let overlay_layout = layout(
            device,
            "canvas overlay",
            &[uniform(0, size_of::<OverlayParams>())],
        );
        let blended = wgpu::ColorTargetState {
            format: target,
            blend: Some(BLEND),
            write_mask: wgpu::ColorWrites::ALL,
        };
        let build = |program, layout, entry_points, buffers: &[_]| {
            pipeline(
                device,
                program,
                layout,
                entry_points,
                buffers,
                blended.clone(),
            )
        };
        let attributes =
            wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4, 3 => Float32];
        let segments = wgpu::VertexBufferLayout {
            array_stride: size_of::<Segment>() as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &attributes,
        };
        Self {
            compose: build(
                fovea_shaders::COMPOSE,
                &compose_layout,
                ("vs_fullscreen", "fs_compose"),
                &[],
            ),
            lines: build(
                fovea_shaders::LINES,
                &overlay_layout,
                ("vs_lines", "fs_lines"),
                &[Some(segments)],
            ),
            cursor: build(
                fovea_shaders::CURSOR,
                &overlay_layout,
                ("vs_cursor", "fs_cursor"),
                &[],
            ),
            compose_layout,
            overlay_layout,
        }
    }
}

/// A pipeline that draws triangles into one target.
pub(crate) fn pipeline(
    device: &wgpu::Device,
    program: Program,
    bind_group_layout: &wgpu::BindGroupLayout,
    (vertex, fragment): (&str, &str),
    buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
    target: wgpu::ColorTargetState,
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(program.name),
        source: wgpu::ShaderSource::Wgsl(program.source.into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(program.name),
        bind_group_layouts: &[Some(bind_group_layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(program.name),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(vertex),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers,
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(fragment),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(target)],
        }),
        multiview_mask: None,
        cache: None,
    })
}

pub(crate) fn layout(
    device: &wgpu::Device,
    label: &'static str,
    entries: &[wgpu::BindGroupLayoutEntry],
) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some(label),
        entries,
    })
}

pub(crate) fn uniform(binding: u32, size_bytes: usize) -> wgpu::BindGroupLayoutEntry {
    buffer(
        binding,
        wgpu::BufferBindingType::Uniform,
        NonZeroU64::new(size_bytes as u64),
    )
}

pub(crate) fn buffer(
    binding: u32,
    ty: wgpu::BufferBindingType,
    min_binding_size: Option<NonZeroU64>,
) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: false,
            min_binding_size,
        },
        count: None,
    }
}

fn texture(binding: u32, sample_type: wgpu::TextureSampleType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture {
            sample_type,
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        },
        count: None,
    }
}
