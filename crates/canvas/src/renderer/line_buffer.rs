//! The polylines' vertex buffer.

use crate::CanvasContent;
use crate::lines::{Segment, segments};
use crate::staging::Staging;
use fovea_gpu::wgpu;

/// Room for eleven layer borders of 512 columns before it has to grow.
const CAPACITY_START: usize = 8192;

/// Segments on the adapter; written again only when the content's lines changed.
#[derive(Debug)]
pub(super) struct LineBuffer {
    buffer: wgpu::Buffer,
    capacity: usize,
    count: u32,
    revision: Option<u64>,
}

impl LineBuffer {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        Self {
            buffer: create(device, CAPACITY_START),
            capacity: CAPACITY_START,
            count: 0,
            revision: None,
        }
    }

    /// Segments to draw.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// True when the lines had changed.
    pub(super) fn upload(
        &mut self,
        device: &wgpu::Device,
        staging: &mut Staging,
        encoder: &mut wgpu::CommandEncoder,
        content: &CanvasContent,
    ) -> bool {
        if self.revision == Some(content.lines_revision) {
            return false;
        }
        let segments = segments(&content.lines);
        if segments.len() > self.capacity {
            self.capacity = segments.len().next_power_of_two();
            self.buffer = create(device, self.capacity);
        }
        staging.write_buffer(encoder, &self.buffer, bytemuck::cast_slice(&segments));
        self.count = segments.len() as u32;
        self.revision = Some(content.lines_revision);
        true
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'static>) {
        pass.set_vertex_buffer(0, self.buffer.slice(..));
        pass.draw(0..6, 0..self.count);
    }
}

fn create(device: &wgpu::Device, capacity: usize) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("canvas lines"),
        size: (capacity * size_of::<Segment>()) as u64,
        usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
