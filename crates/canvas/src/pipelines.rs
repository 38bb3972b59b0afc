//! The drawing pipelines and their bind group layouts.

use crate::lines::Segment;
use crate::uniforms::{ComposeParams, OverlayParams};
use fovea_gpu::wgpu;
use fovea_shaders::Program;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// Everything that depends on the device and the target's format only.
#[derive(Debug)]
pub(crate) struct Pipelines {
    pub(crate) compose: ComposePipelines,
    pub(crate) lines: wgpu::RenderPipeline,
    pub(crate) cursor: wgpu::RenderPipeline,
    pub(crate) overlay_layout: wgpu::BindGroupLayout,
}

impl Pipelines {
    pub(crate) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let overlay = uniform(0, size_of::<OverlayParams>());
        let overlay_layout = layout(device, "canvas overlay", &[overlay]);
        let attributes =
            wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4, 3 => Float32];
        let segments = Some(wgpu::VertexBufferLayout {
            array_stride: size_of::<Segment>() as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &attributes,
        });
        let lines = Recipe {
            program: fovea_shaders::LINES,
            layout: &overlay_layout,
            entry_points: ("vs_lines", "fs_lines"),
            buffers: &[segments],
            target: blended(target),
            constants: &[],
        };
        let cursor = Recipe {
            program: fovea_shaders::CURSOR,
            entry_points: ("vs_cursor", "fs_cursor"),
            buffers: &[],
            ..lines.clone()
        };
        Self {
            compose: ComposePipelines::new(device, target),
            lines: lines.build(device),
            cursor: cursor.build(device),
            overlay_layout,
        }
    }
}

/// The composing pipelines, one per combination of what is shown, each made when it is first needed.
#[derive(Debug)]
pub(crate) struct ComposePipelines {
    pub(crate) layout: wgpu::BindGroupLayout,
    target: wgpu::TextureFormat,
    by_flags: BTreeMap<u32, wgpu::RenderPipeline>,
}

impl ComposePipelines {
    fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let gray = wgpu::TextureSampleType::Float { filterable: false };
        let index = wgpu::TextureSampleType::Uint;
        let entries = [
            uniform(0, size_of::<ComposeParams>()),
            texture(1, gray),
            texture(2, index),
            texture(3, gray),
            texture(4, index),
        ];
        Self {
            layout: layout(device, "canvas compose", &entries),
            target,
            by_flags: BTreeMap::new(),
        }
    }

    /// Makes the pipeline for `flags` unless it is there.
    pub(crate) fn ensure(&mut self, device: &wgpu::Device, flags: u32) {
        let recipe = Recipe {
            program: fovea_shaders::COMPOSE,
            layout: &self.layout,
            entry_points: ("vs_fullscreen", "fs_compose"),
            buffers: &[],
            target: blended(self.target),
            constants: &[("FLAGS", f64::from(flags))],
        };
        self.by_flags
            .entry(flags)
            .or_insert_with(|| recipe.build(device));
    }

    /// The pipeline for `flags`, if it was made.
    pub(crate) fn get(&self, flags: u32) -> Option<&wgpu::RenderPipeline> {
        self.by_flags.get(&flags)
    }
}

/// What a pipeline that draws triangles into one target is made of.
#[derive(Clone, Debug)]
pub(crate) struct Recipe<'a> {
    pub(crate) program: Program,
    pub(crate) layout: &'a wgpu::BindGroupLayout,
    /// Vertex, fragment.
    pub(crate) entry_points: (&'a str, &'a str),
    pub(crate) buffers: &'a [Option<wgpu::VertexBufferLayout<'a>>],
    pub(crate) target: wgpu::ColorTargetState,
    pub(crate) constants: &'a [(&'a str, f64)],
}

impl Recipe<'_> {
    pub(crate) fn build(&self, device: &wgpu::Device) -> wgpu::RenderPipeline {
        let label = Some(self.program.name);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label,
            source: wgpu::ShaderSource::Wgsl(self.program.source.into()),
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(self.layout)],
            immediate_size: 0,
        });
        let compilation_options = wgpu::PipelineCompilationOptions {
            constants: self.constants,
            ..Default::default()
        };
        device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label,
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some(self.entry_points.0),
                compilation_options: compilation_options.clone(),
                buffers: self.buffers,
            },
            primitive: wgpu::PrimitiveState::default(),
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(self.entry_points.1),
                compilation_options,
                targets: &[Some(self.target.clone())],
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}

/// Premultiplied, as the UI around the canvas is blended.
fn blended(format: wgpu::TextureFormat) -> wgpu::ColorTargetState {
    wgpu::ColorTargetState {
        format,
        blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
        write_mask: wgpu::ColorWrites::ALL,
    }
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
