//! Joining the cores of tiles, in memory or on the device.

use burn::tensor::{Int, Tensor};
use fovea_geometry::SizePx;

use super::tiling::Tile;
use super::{DevicePictures, SegmentError, device_pictures, maps};

/// What the tiles of a scan add up to.
pub(super) struct Joined {
    pub(super) classes: Vec<u8>,
    pub(super) entropy: Vec<f32>,
    pub(super) on_device: Option<DevicePictures>,
}

/// Collects tile results: in memory, or as tensors that stay on the device.
pub(super) enum Sink {
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
    pub(super) fn memory(size: SizePx) -> Self {
        Self::Memory {
            classes: vec![0; size.len()],
            entropy: vec![0.0; size.len()],
        }
    }

    pub(super) fn device() -> Self {
        Self::Device {
            classes: Vec::new(),
            entropy: Vec::new(),
        }
    }

    /// Takes the part of a tile that counts and lies in the picture.
    pub(super) fn take(
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

    pub(super) fn finish(self, tiles: &[Tile], size: SizePx) -> Result<Joined, SegmentError> {
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
