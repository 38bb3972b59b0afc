//! NIfTI-1 out: volumes at their depth, and masks of class indices.
//!
//! The array is columns (A-scans), rows (depth, the vitreous first), B-scans; `qform` and `sform` both say that these run
//! left, posterior and superior, which viewers draw upright. The frame is that of the picture, not of the patient:
//! for a vertical scan, or one acquired from the top down, the letters are nominal.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use fovea_annotation::Mask;
use fovea_geometry::{SizePx, SpacingUm};

use super::depth::Depth;
use super::{Labelled, same_size};
use crate::{Volume, WriteError};

const FORMAT: &str = "NIfTI-1";

/// Whether a NIfTI file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NiftiPacking {
    /// `.nii`.
    Plain,
    /// `.nii.gz`.
    Gzip,
}

/// The samples of `volume` at the depth of their source (8 or 16-bit unsigned, or 32-bit float), with spacing in mm.
/// Nothing else of the volume goes in: neither the eye nor the device. The same input gives the same bytes.
pub fn encode_nifti_volume(volume: &Volume, packing: NiftiPacking) -> Result<Vec<u8>, WriteError> {
    let depth = Depth::of(volume)?;
    let datatype = match depth {
        Depth::U8 => 2,
        Depth::U16 => 512,
        Depth::F32 => 16,
    };
    let mut bytes = header(volume, datatype, depth.bytes(), 0)?;
    depth.append(volume, &mut bytes);
    packed(bytes, packing)
}

/// The masks as one 8-bit volume of class indices with the geometry of the scan (`NIFTI_INTENT_LABEL`). A B-scan without a
/// label is all 0: the format cannot tell it from one on which nothing was found.
pub fn encode_nifti_masks(
    labelled: &Labelled<'_>,
    packing: NiftiPacking,
) -> Result<Vec<u8>, WriteError> {
    const INTENT_LABEL: i16 = 1002;
    let volume = labelled.volume;
    let mut bytes = header(volume, 2, 1, INTENT_LABEL)?;
    append_masks(labelled, &mut bytes)?;
    packed(bytes, packing)
}

/// Class indices B-scan by B-scan, 0 where there is no label.
pub(super) fn append_masks(labelled: &Labelled<'_>, bytes: &mut Vec<u8>) -> Result<(), WriteError> {
    let size = labelled.volume.bscan_size();
    for index in 0..labelled.volume.bscans.len() {
        let mask: Option<&Mask> = labelled.masks.get(index).and_then(Option::as_ref);
        match mask {
            None => bytes.resize(bytes.len() + size.len(), 0),
            Some(mask) => {
                same_size(size, mask)?;
                bytes.extend_from_slice(mask.classes());
            }
        }
    }
    Ok(())
}

/// The 348 bytes of the header and the four that say that no extension follows (`nifti1.h`).
fn header(
    volume: &Volume,
    datatype: i16,
    sample_bytes: usize,
    intent: i16,
) -> Result<Vec<u8>, WriteError> {
    let dim = dims(volume.bscan_size(), volume.bscans.len())?;
    let unit_mm = 2;
    let (spacing_mm, unit) = match volume.spacing_um {
        Some(SpacingUm { x, y, z }) => ([x, y, z].map(|um| (um * 1e-3) as f32), unit_mm),
        None => ([1.0; 3], 0),
    };
    let [dx, dy, dz] = spacing_mm;
    let mut bytes = Vec::new();
    put(&mut bytes, 0, &348i32.to_le_bytes());
    // A field that long-gone software wants; readers pass over it.
    put(&mut bytes, 38, b"r");
    let shorts = |bytes: &mut Vec<u8>, at: usize, values: &[i16]| {
        values
            .iter()
            .enumerate()
            .for_each(|(i, v)| put(bytes, at + 2 * i, &v.to_le_bytes()));
    };
    let floats = |bytes: &mut Vec<u8>, at: usize, values: &[f32]| {
        values
            .iter()
            .enumerate()
            .for_each(|(i, v)| put(bytes, at + 4 * i, &v.to_le_bytes()));
    };
    shorts(&mut bytes, 40, &dim);
    shorts(&mut bytes, 68, &[intent, datatype, 8 * sample_bytes as i16]);
    // The first entry is the handedness of the quaternion.
    floats(&mut bytes, 76, &[1.0, dx, dy, dz, 1.0, 1.0, 1.0, 1.0]);
    floats(&mut bytes, 108, &[352.0, 1.0, 0.0]);
    put(&mut bytes, 123, &[unit]);
    let scanner = 1;
    shorts(&mut bytes, 252, &[scanner, scanner]);
    // Half a turn about the third axis.
    floats(&mut bytes, 256, &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    floats(
        &mut bytes,
        280,
        &[-dx, 0.0, 0.0, 0.0, 0.0, -dy, 0.0, 0.0, 0.0, 0.0, dz, 0.0],
    );
    put(&mut bytes, 344, b"n+1\0\0\0\0\0");
    Ok(bytes)
}

fn put(bytes: &mut Vec<u8>, at: usize, field: &[u8]) {
    bytes.resize(bytes.len().max(at + field.len()), 0);
    bytes[at..at + field.len()].copy_from_slice(field);
}

fn dims(size: SizePx, bscans: usize) -> Result<[i16; 8], WriteError> {
    let side = |length: usize| {
        i16::try_from(length).map_err(|_| WriteError::NotRepresentable {
            format: FORMAT,
            what: format!("{length} voxels along one axis"),
        })
    };
    let (width, height) = (side(size.width as usize)?, side(size.height as usize)?);
    Ok([3, width, height, side(bscans)?, 1, 1, 1, 1])
}

fn packed(bytes: Vec<u8>, packing: NiftiPacking) -> Result<Vec<u8>, WriteError> {
    if packing == NiftiPacking::Plain {
        return Ok(bytes);
    }
    // No name and no time: both would tell of the patient's visit, and the same scan should give the same bytes.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::new(4));
    let written = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    written.map_err(|reason| WriteError::Unwritable {
        name: "the gzip archive".to_owned(),
        reason,
    })
}
