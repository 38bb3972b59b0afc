//! Uploads through buffers that are used again and again.

use fovea_geometry::{RectPx, SizePx};
use fovea_gpu::wgpu;
use wgpu::util::StagingBelt;

/// Room for the changes of an ordinary frame and for one B-scan.
const CHUNK_BYTES: u64 = 1 << 20;

/// Rows in a buffer that is copied to a texture begin at multiples of this.
const ROW_ALIGNMENT: u32 = wgpu::COPY_BYTES_PER_ROW_ALIGNMENT;

/// Mapped buffers that are written, copied from, and come back after the copy is done.
#[derive(Debug)]
pub(crate) struct Staging {
    belt: StagingBelt,
    /// Bytes written since the last `finish`.
    bytes: u64,
}

impl Staging {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        Self {
            belt: StagingBelt::new(device.clone(), CHUNK_BYTES),
            bytes: 0,
        }
    }

    /// Writes `bytes` (a multiple of 4 of them) to the start of `target`.
    pub(crate) fn write_buffer(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        target: &wgpu::Buffer,
        bytes: &[u8],
    ) {
        let Some(size) = wgpu::BufferSize::new(bytes.len() as u64) else {
            return;
        };
        self.bytes += size.get();
        self.belt
            .write_buffer(encoder, target, 0, size)
            .copy_from_slice(bytes);
    }

    /// Copies `rect` of a one-byte-per-pixel picture into the same place of `texture`. Only the part's rows are read.
    pub(crate) fn write_rect(
        &mut self,
        encoder: &mut wgpu::CommandEncoder,
        texture: &wgpu::Texture,
        size: SizePx,
        rect: RectPx,
        pixels: &[u8],
    ) {
        let bytes_per_row = rect.width().next_multiple_of(ROW_ALIGNMENT);
        let total = u64::from(bytes_per_row) * u64::from(rect.height());
        let (Some(total), Some(alignment)) = (
            wgpu::BufferSize::new(total),
            wgpu::BufferSize::new(u64::from(ROW_ALIGNMENT)),
        ) else {
            return;
        };
        self.bytes += total.get();
        let slice = self.belt.allocate(total, alignment);
        // Mapping fails on a lost device only; the whole picture is uploaded again to the device after it.
        let Ok(mut mapped) = slice.get_mapped_range_mut() else {
            return;
        };
        for row in 0..rect.height() {
            let from = size.index(rect.x0, rect.y0 + row);
            let to = row as usize * bytes_per_row as usize;
            let width = rect.width() as usize;
            mapped
                .slice(to..to + width)
                .copy_from_slice(&pixels[from..from + width]);
        }
        drop(mapped);
        let source = wgpu::TexelCopyBufferInfo {
            buffer: slice.buffer(),
            layout: wgpu::TexelCopyBufferLayout {
                offset: slice.offset(),
                bytes_per_row: Some(bytes_per_row),
                rows_per_image: None,
            },
        };
        let destination = wgpu::TexelCopyTextureInfo {
            origin: wgpu::Origin3d {
                x: rect.x0,
                y: rect.y0,
                z: 0,
            },
            ..texture.as_image_copy()
        };
        let extent = wgpu::Extent3d {
            width: rect.width(),
            height: rect.height(),
            depth_or_array_layers: 1,
        };
        encoder.copy_buffer_to_texture(source, destination, extent);
    }

    /// Ends the writing before the submission of `encoder`; the buffers come back once it is done. Returns the number
    /// of bytes written, rows padded.
    pub(crate) fn finish(&mut self, encoder: &wgpu::CommandEncoder) -> u64 {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes > 0 {
            self.belt.finish_and_recall_on_submit(encoder);
        }
        bytes
    }
}
