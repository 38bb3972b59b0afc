//! Layer lines and voxel maps of a `.eye` file.

use fovea_geometry::SizePx;
use serde::Deserialize;

use super::{EyeFile, FORMAT, LINES, LINES_META};
use crate::npy::Npy;
use crate::{LayerLine, LayerLines, ReadError};

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// The lines of each of `bscans` B-scans of this size; empty where the file has none.
pub(crate) fn layer_lines(
    file: &mut EyeFile<'_>,
    bscans: u32,
    size: SizePx,
) -> Result<Vec<LayerLines>, ReadError> {
    let Some(content) = file.optional_array(LINES)? else {
        return Ok(Vec::new());
    };
    let names: Vec<Named> = file.json(LINES_META)?;
    let heights = Npy::parse(FORMAT, LINES, &content, &file.budget)?;
    let expected = [names.len() as u64, bscans.into(), size.width.into()];
    if heights.shape != expected || names.len() > 255 {
        return Err(other_shape(LINES));
    }
    let (bscans, width) = (bscans as usize, size.width as usize);
    let mut names: Vec<String> = names
        .into_iter()
        .map(|named| named.name.unwrap_or_default())
        .collect();
    unique(&mut names, "layer");
    let line = |bscan: usize, at: usize, name: &String| {
        let y_px = heights.floats((at * bscans + bscan) * width, width);
        let inside = |y: f32| {
            if (0.0..=size.height as f32).contains(&y) {
                y
            } else {
                f32::NAN
            }
        };
        LayerLine {
            name: name.clone(),
            y_px: y_px.into_iter().map(inside).collect(),
        }
    };
    let lines = |bscan| LayerLines {
        lines: names
            .iter()
            .enumerate()
            .map(|(at, name)| line(bscan, at, name))
            .collect(),
    };
    Ok((0..bscans).map(lines).collect())
}

/// Gives names to what has none, and numbers to what has the same.
pub(crate) fn unique(names: &mut [String], kind: &str) {
    for at in 0..names.len() {
        if names[at].trim().is_empty() || names[..at].contains(&names[at]) {
            names[at] = format!(
                "{} {}",
                if names[at].is_empty() {
                    kind
                } else {
                    &names[at]
                },
                at + 1
            );
        }
    }
}

fn other_shape(name: &str) -> ReadError {
    ReadError::field(FORMAT, name, "it is not of the shape of the volume")
}

/// A voxel map of the whole volume.
pub(crate) struct VoxelMap {
    pub(crate) name: String,
    /// One entry per voxel, B-scan by B-scan.
    pub(crate) is_set: Vec<bool>,
}

#[derive(Deserialize)]
struct PackedMeta {
    annotation_meta: Named,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum MapMeta {
    Packed(PackedMeta),
    Plain(Named),
}

/// Calls `visit` with each voxel map in the order of the file.
pub(crate) fn voxel_maps(
    file: &mut EyeFile<'_>,
    bscans: u32,
    size: SizePx,
    mut visit: impl FnMut(VoxelMap) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let voxels = size.len() * bscans as usize;
    for number in 0.. {
        let stem = format!("annotations/voxels/voxel_map_{number}");
        let (packed, plain) = (format!("{stem}.bin"), format!("{stem}.npy"));
        let is_set = if let Some(content) = file.optional_array(&packed)? {
            if content.len() != voxels.div_ceil(8) {
                return Err(other_shape(&packed));
            }
            let bits = content
                .iter()
                .flat_map(|byte| (0..8).map(move |bit| byte << bit & 0x80 != 0));
            bits.take(voxels).collect()
        } else if let Some(content) = file.optional_array(&plain)? {
            let array = Npy::parse(FORMAT, &plain, &content, &file.budget)?;
            let expected = [bscans, size.height, size.width].map(u64::from);
            if array.shape != expected {
                return Err(other_shape(&plain));
            }
            array
                .floats(0, voxels)
                .into_iter()
                .map(|value| value > 0.0)
                .collect()
        } else {
            break;
        };
        let meta: MapMeta = file.json(&format!("{stem}_meta.json"))?;
        let name = match meta {
            MapMeta::Packed(meta) => meta.annotation_meta.name,
            MapMeta::Plain(meta) => meta.name,
        };
        visit(VoxelMap {
            name: name.unwrap_or_default(),
            is_set,
        })?;
    }
    Ok(())
}

/// Masks of the fundus picture.
pub(crate) fn fundus_map_count(file: &EyeFile<'_>) -> usize {
    file.count("localizer/annotations/pixel/", "_meta.json")
}
