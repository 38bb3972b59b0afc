//! Tiles that are packed with LZW.
//!
//! The decoder unpacks a tile at the right edge row by row, and its LZW reader then takes a row that it had already in its
//! register for the end of the file. Unpacked whole and cut to size afterwards, each tile is read right.

use std::num::NonZeroUsize;

use fovea_geometry::SizePx;
use tiff::decoder::{BufferLayoutPreference, ChunkType, DecodingResult, Limits};
use tiff::{TiffError, TiffResult};

use super::TiffReader;

/// How a page is made of tiles.
pub(super) struct Tiles {
    size: SizePx,
    tile: SizePx,
    pixel_bytes: u64,
}

impl Tiles {
    /// Of the current page; none where it has no tiles. `pixel_bytes` are those of a pixel once it is unpacked.
    pub(super) fn of(decoder: &TiffReader<'_>, size: SizePx, pixel_bytes: u64) -> Option<Self> {
        let (width, height) = decoder.chunk_dimensions();
        (decoder.get_chunk_type() == ChunkType::Tile).then_some(Self {
            size,
            tile: SizePx::new(width, height),
            pixel_bytes,
        })
    }

    fn row_bytes(&self) -> u64 {
        u64::from(self.tile.width) * self.pixel_bytes
    }

    /// What the largest tile takes once it is unpacked; rows below the page are not.
    pub(super) fn bytes(&self) -> Option<u64> {
        let rows = self.tile.height.min(self.size.height);
        self.row_bytes().checked_mul(rows.into())
    }

    /// The page, whose colours lie in one plane.
    pub(super) fn read(
        &self,
        decoder: &mut TiffReader<'_>,
        limits: &Limits,
    ) -> TiffResult<DecodingResult> {
        let layout = decoder.image_buffer_layout()?;
        let row_bytes = layout.row_stride.map_or(0, NonZeroUsize::get);
        let pixel_bytes = self.pixel_bytes as usize;
        if row_bytes != self.size.width as usize * pixel_bytes {
            return decoder.read_image();
        }
        let tile_row_bytes =
            usize::try_from(self.row_bytes()).map_err(|_| TiffError::LimitsExceeded)?;
        let mut page = empty(&layout, limits)?;
        let mut tile = DecodingResult::U8(Vec::new());
        let across = self.size.width.div_ceil(self.tile.width);
        for index in 0..across * self.size.height.div_ceil(self.tile.height) {
            decoder.read_chunk_to_buffer(&mut tile, index, tile_row_bytes)?;
            let (width, height) = decoder.chunk_data_dimensions(index);
            let kept_bytes = width as usize * pixel_bytes;
            let left_bytes = (index % across * self.tile.width) as usize * pixel_bytes;
            let top = (index / across * self.tile.height) as usize;
            let tile = tile.as_buffer(0);
            let mut page = page.as_buffer(0);
            let rows = tile.as_bytes().chunks(tile_row_bytes);
            let into = page.as_bytes_mut().chunks_mut(row_bytes).skip(top);
            for (row, into) in rows.zip(into).take(height as usize) {
                into[left_bytes..left_bytes + kept_bytes].copy_from_slice(&row[..kept_bytes]);
            }
        }
        Ok(page)
    }
}

fn empty(layout: &BufferLayoutPreference, limits: &Limits) -> TiffResult<DecodingResult> {
    let mut page = DecodingResult::U8(Vec::new());
    page.resize_to(layout, limits)?;
    Ok(page)
}
