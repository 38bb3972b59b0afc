//! Segmenting one B-scan: tiles through the network, their cores joined.

use std::time::Instant;

use burn::tensor::{Tensor, TensorData};
use fovea_annotation::{LabelSchema, Mask, TileFigures, UncertaintyMap, score_figures};
use fovea_imaging::GrayImage;

use super::join::{Joined, Sink};
use super::tiling::{Tile, TileShape, fitting, tiles};
use super::{SegmentError, Segmentation};
use crate::{ComputeDevice, Model};

/// Largest side of a tile. Most B-scans are smaller and run whole; every scan of a volume runs in one tile shape.
pub const TILE_SIDE_PX_MAX: usize = 1024;

/// Largest B-scan, in pixels.
const PIXELS_MAX: usize = 1 << 26;

impl Model {
    /// Segments one B-scan. `progress` is told tiles done and tiles in all; `is_cancelled` is asked before each tile.
    ///
    /// # Errors
    /// [`SegmentError`]; nothing of a failed scan is returned.
    pub fn segment(
        &self,
        image: &GrayImage,
        progress: &mut dyn FnMut(usize, usize),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Segmentation, SegmentError> {
        let side = TILE_SIDE_PX_MAX;
        self.segment_in_tiles(
            image,
            TileShape {
                height_px: side,
                width_px: side,
            },
            progress,
            is_cancelled,
        )
    }

    /// As [`Self::segment`], with tiles of at most `largest`: the result does not depend on it.
    ///
    /// # Errors
    /// As [`Self::segment`].
    pub fn segment_in_tiles(
        &self,
        image: &GrayImage,
        largest: TileShape,
        progress: &mut dyn FnMut(usize, usize),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Segmentation, SegmentError> {
        let started = Instant::now();
        check(image)?;
        let schema = LabelSchema::oct_layers();
        let joined = self.join_tiles(image, largest, progress, is_cancelled)?;
        let wrong_length = |_| SegmentError::WrongLength;
        let mask = Mask::new(image.size, joined.classes).map_err(wrong_length)?;
        let uncertainty =
            UncertaintyMap::from_unit(image.size, &joined.entropy).map_err(wrong_length)?;
        let figures = TileFigures::measure(&mask, &uncertainty, &schema);
        Ok(Segmentation {
            mask,
            uncertainty,
            score: score_figures(&figures),
            figures,
            model_digest: self.digest(),
            elapsed_ms: started.elapsed().as_secs_f32() * 1e3,
            on_device: joined.on_device,
        })
    }

    fn join_tiles(
        &self,
        image: &GrayImage,
        largest: TileShape,
        progress: &mut dyn FnMut(usize, usize),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Joined, SegmentError> {
        let architecture = &self.card().architecture;
        let (stride, halo) = (architecture.stride_px(), architecture.halo_px());
        let padded = TileShape {
            height_px: (image.size.height as usize).next_multiple_of(stride),
            width_px: (image.size.width as usize).next_multiple_of(stride),
        };
        let shape = fitting(padded, largest);
        let tiles = tiles(padded, shape, halo, stride);
        let mut sink = if self.compute_device().is_gpu() {
            Sink::device()
        } else {
            Sink::memory(image.size)
        };
        progress(0, tiles.len());
        for (index, tile) in tiles.iter().enumerate() {
            if is_cancelled() {
                return Err(SegmentError::Cancelled);
            }
            let input = Tensor::<4>::from_data(self.input(image, tile, shape), &self.device);
            let logits = self.network.forward(input);
            sink.take(logits, tile, image.size, self.card().temperature)?;
            progress(index + 1, tiles.len());
        }
        sink.finish(&tiles, image.size)
    }

    /// The tile's pixels on the network's scale; the picture's last row and column repeat beyond it.
    fn input(&self, image: &GrayImage, tile: &Tile, shape: TileShape) -> TensorData {
        let (width, height) = (image.size.width as usize, image.size.height as usize);
        let scale = self.card().input;
        let mut values = Vec::with_capacity(shape.height_px * shape.width_px);
        for row in tile.y..tile.y + shape.height_px {
            let line = &image.pixels[row.min(height - 1) * width..][..width];
            values.extend(
                (tile.x..tile.x + shape.width_px)
                    .map(|column| scale.of_pixel(line[column.min(width - 1)])),
            );
        }
        TensorData::new(values, [1, 1, shape.height_px, shape.width_px])
    }

    /// Where the model runs.
    pub fn compute_device(&self) -> ComputeDevice {
        ComputeDevice::of(&self.device)
    }
}

fn check(image: &GrayImage) -> Result<(), SegmentError> {
    if image.size.is_empty() {
        return Err(SegmentError::Empty);
    }
    if image.size.len() > PIXELS_MAX {
        return Err(SegmentError::TooLarge {
            width: image.size.width,
            height: image.size.height,
        });
    }
    if image.pixels.len() != image.size.len() {
        return Err(SegmentError::WrongLength);
    }
    Ok(())
}
