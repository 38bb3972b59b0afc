//! A render pass into a picture.

use fovea_geometry::SizePx;
use fovea_gpu::{GpuContext, wgpu};
use std::time::Duration;

/// A software rasteriser on a busy machine takes seconds; more means that the device hangs.
const WAIT_MAX: Duration = Duration::from_secs(60);

const BYTES_PER_PIXEL: u32 = 4;

/// Draws into a transparent target of `size` and returns its bytes, four per pixel, row by row, as they are stored.
pub fn render_to_rgba(
    gpu: &GpuContext,
    format: wgpu::TextureFormat,
    size: SizePx,
    draw: impl FnOnce(&mut wgpu::RenderPass<'static>),
) -> Vec<u8> {
    let extent = wgpu::Extent3d {
        width: size.width,
        height: size.height,
        depth_or_array_layers: 1,
    };
    let target = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("test target"),
        size: extent,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = target.create_view(&wgpu::TextureViewDescriptor::default());
    let bytes_per_row =
        (size.width * BYTES_PER_PIXEL).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let readback = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("test read-back"),
        size: u64::from(bytes_per_row) * u64::from(size.height),
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let attachment = wgpu::RenderPassColorAttachment {
        view: &view,
        resolve_target: None,
        ops: wgpu::Operations {
            load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
            store: wgpu::StoreOp::Store,
        },
        depth_slice: None,
    };
    let descriptor = wgpu::RenderPassDescriptor {
        color_attachments: &[Some(attachment)],
        ..Default::default()
    };
    let mut pass = encoder.begin_render_pass(&descriptor).forget_lifetime();
    draw(&mut pass);
    drop(pass);
    let layout = wgpu::TexelCopyBufferLayout {
        offset: 0,
        bytes_per_row: Some(bytes_per_row),
        rows_per_image: None,
    };
    encoder.copy_texture_to_buffer(
        target.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &readback,
            layout,
        },
        extent,
    );
    gpu.queue.submit([encoder.finish()]);
    read(
        gpu,
        &readback,
        bytes_per_row as usize,
        (size.width * BYTES_PER_PIXEL) as usize,
    )
}

/// Waits for the buffer's content and drops the padding of its rows.
fn read(
    gpu: &GpuContext,
    buffer: &wgpu::Buffer,
    bytes_per_row: usize,
    bytes_used: usize,
) -> Vec<u8> {
    buffer.slice(..).map_async(wgpu::MapMode::Read, |result| {
        result.expect("a fresh read-back buffer maps")
    });
    gpu.device
        .poll(wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(WAIT_MAX),
        })
        .expect("the device finishes the test's frame in time");
    let mapped = buffer
        .slice(..)
        .get_mapped_range()
        .expect("the buffer was mapped just now");
    mapped
        .chunks_exact(bytes_per_row)
        .flat_map(|row| &row[..bytes_used])
        .copied()
        .collect()
}
