//! MetaImage out: one `.mha` with header and voxels.
//!
//! Axes and directions are those of [`super::nifti`]: ITK's identity direction.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Labelled;
use super::depth::Depth;
use super::nifti::append_masks;
use crate::{Volume, WriteError};

/// The samples of `volume` at the depth of their source (8 or 16-bit unsigned, or 32-bit float), zlib-packed, with spacing
/// in mm. Nothing else of the volume goes in. The same input gives the same bytes.
pub fn encode_meta_image_volume(volume: &Volume) -> Result<Vec<u8>, WriteError> {
    let depth = Depth::of(volume)?;
    let element_type = match depth {
        Depth::U8 => "MET_UCHAR",
        Depth::U16 => "MET_USHORT",
        Depth::F32 => "MET_FLOAT",
    };
    let mut voxels = Vec::new();
    depth.append(volume, &mut voxels);
    file(volume, element_type, &voxels)
}

/// The masks as one 8-bit volume of class indices with the geometry of the scan. A B-scan without a label is all 0.
pub fn encode_meta_image_masks(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    let mut voxels = Vec::new();
    append_masks(labelled, &mut voxels)?;
    file(labelled.volume, "MET_UCHAR", &voxels)
}

fn file(volume: &Volume, element_type: &str, voxels: &[u8]) -> Result<Vec<u8>, WriteError> {
    let packed = packed(voxels)?;
    let size = volume.bscan_size();
    let spacing = volume.spacing_um.map_or_else(String::new, |um| {
        let [x, y, z] = [um.x, um.y, um.z].map(|um| um * 1e-3);
        format!("ElementSpacing = {x} {y} {z}\n")
    });
    let header = format!(
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = True\n\
         CompressedDataSize = {}\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nCenterOfRotation = 0 0 0\n\
         AnatomicalOrientation = RAI\n{spacing}DimSize = {} {} {}\nElementType = {element_type}\n\
         ElementDataFile = LOCAL\n",
        packed.len(),
        size.width,
        size.height,
        volume.bscans.len(),
    );
    Ok([header.into_bytes(), packed].concat())
}

fn packed(voxels: &[u8]) -> Result<Vec<u8>, WriteError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(4));
    let written = encoder.write_all(voxels).and_then(|()| encoder.finish());
    written.map_err(|reason| WriteError::Unwritable {
        name: "the packed voxels".to_owned(),
        reason,
    })
}
