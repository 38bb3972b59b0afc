//! Segmenting one B-scan: tiles through the network, their cores joined.

use std::time::Instant;

use burn::tensor::{Int, Tensor, TensorData};
use fovea_annotation::{LabelSchema, Mask, UncertaintyMap, score_tile};
use fovea_geometry::SizePx;
use fovea_imaging::GrayImage;

use super::tiling::{Tile, TileShape, fitting, tiles};
use super::{DevicePictures, SegmentError, Segmentation, device_pictures, maps};
use crate::{ComputeDevice, Model};

/// Largest side of a tile. Most B-scans are smaller and run whole; every scan of a volume runs in one tile shape.
pub const TILE_SIDE_PX_MAX: usize = 1024;

/// Largest B-scan, in pixels.
const PIXELS_MAX: usize = 1 << 26;

/// What the tiles of a scan add up to.
struct Joined {
    classes: Vec<u8>,
    entropy: Vec<f32>,
    on_device: Option<DevicePictures>,
}

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
        let score = score_tile(&mask, &uncertainty, &schema);
        Ok(Segmentation {
            mask,
            uncertainty,
            score,
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

fn device_error(error: impl std::fmt::Debug) -> SegmentError {
    let text = format!("{error:?}");
    SegmentError::Device {
        what: text
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(160)
            .collect(),
    }
}

/// Collects tile results: in memory, or as tensors that stay on the device.
enum Sink {
    Memory {
        classes: Vec<u8>,
        entropy: Vec<f32>,
    },
    Device {
        classes: Vec<Tensor<4, Int>>,
        entropy: Vec<Tensor<4>>,
    },
}

impl Sink {
    fn memory(size: SizePx) -> Self {
        Self::Memory {
            classes: vec![0; size.len()],
            entropy: vec![0.0; size.len()],
        }
    }

    fn device() -> Self {
        Self::Device {
            classes: Vec::new(),
            entropy: Vec::new(),
        }
    }

    /// Takes the part of a tile that counts and lies in the picture.
    fn take(
        &mut self,
        logits: Tensor<4>,
        tile: &Tile,
        size: SizePx,
        temperature: f32,
    ) -> Result<(), SegmentError> {
        let [_, class_count, _, _] = logits.dims();
        let rows = (tile.core_y.0, tile.core_y.1.min(size.height as usize));
        let columns = (tile.core_x.0, tile.core_x.1.min(size.width as usize));
        let inside = [
            0..1,
            0..class_count,
            rows.0 - tile.y..rows.1 - tile.y,
            columns.0 - tile.x..columns.1 - tile.x,
        ];
        let core = logits.slice(inside);
        match self {
            Self::Memory { classes, entropy } => {
                let data = core.try_into_data().map_err(device_error)?;
                let logits = data.try_into_vec::<f32>().map_err(device_error)?;
                let (tile_classes, tile_entropy) =
                    maps::in_memory(&logits, class_count, temperature);
                let width = columns.1 - columns.0;
                for (index, row) in (rows.0..rows.1).enumerate() {
                    let to = row * size.width as usize + columns.0;
                    classes[to..to + width]
                        .copy_from_slice(&tile_classes[index * width..][..width]);
                    entropy[to..to + width]
                        .copy_from_slice(&tile_entropy[index * width..][..width]);
                }
            }
            Self::Device { classes, entropy } => {
                let (tile_classes, tile_entropy) = maps::on_device(core, temperature);
                classes.push(tile_classes);
                entropy.push(tile_entropy);
            }
        }
        Ok(())
    }

    fn finish(self, tiles: &[Tile], size: SizePx) -> Result<Joined, SegmentError> {
        match self {
            Self::Memory { classes, entropy } => Ok(Joined {
                classes,
                entropy,
                on_device: None,
            }),
            Self::Device { classes, entropy } => {
                let columns = tiles
                    .iter()
                    .take_while(|tile| tile.core_y == tiles[0].core_y)
                    .count();
                let classes = mosaic(
                    classes,
                    columns,
                    |row| Tensor::cat(row, 3),
                    |rows| Tensor::cat(rows, 2),
                );
                let entropy = mosaic(
                    entropy,
                    columns,
                    |row| Tensor::cat(row, 3),
                    |rows| Tensor::cat(rows, 2),
                );
                let on_device = device_pictures::pictures(classes.clone(), entropy.clone(), size)
                    .map_err(device_error)?;
                let classes = classes.try_into_data().map_err(device_error)?;
                let entropy = entropy.try_into_data().map_err(device_error)?;
                Ok(Joined {
                    classes: classes.iter::<i32>().map(|class| class as u8).collect(),
                    entropy: entropy.try_into_vec::<f32>().map_err(device_error)?,
                    on_device: Some(on_device),
                })
            }
        }
    }
}

/// Joins tiles row by row.
fn mosaic<T>(
    tiles: Vec<T>,
    columns: usize,
    across: impl Fn(Vec<T>) -> T,
    down: impl Fn(Vec<T>) -> T,
) -> T {
    let mut rows = Vec::new();
    let mut tiles = tiles.into_iter().peekable();
    while tiles.peek().is_some() {
        rows.push(across(tiles.by_ref().take(columns).collect()));
    }
    down(rows)
}
