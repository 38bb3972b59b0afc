//! NIfTI and MetaImage of a small phantom.

use fovea_annotation::LabelSchema;
use fovea_imaging::{
    Labelled, NiftiPacking, Samples, Volume, encode_meta_image_masks, encode_meta_image_volume,
    encode_nifti_masks, encode_nifti_volume,
};
use fovea_phantom::PhantomVolume;

use super::{Outcome, seed};

pub(super) fn write(phantom: &PhantomVolume) -> Outcome<()> {
    let volume = &phantom.volume;
    let deep = with_16_bits(volume.clone());
    seed(
        "nifti",
        "plain",
        &encode_nifti_volume(volume, NiftiPacking::Plain)?,
    )?;
    seed(
        "nifti",
        "gzip",
        &encode_nifti_volume(&deep, NiftiPacking::Gzip)?,
    )?;
    seed(
        "nifti",
        "deep",
        &encode_nifti_volume(&deep, NiftiPacking::Plain)?,
    )?;
    seed("meta_image", "packed", &encode_meta_image_volume(volume)?)?;
    seed("meta_image", "deep", &encode_meta_image_volume(&deep)?)?;
    seed("meta_image", "raw", &raw(volume))?;
    let masks: Vec<_> = phantom.masks.iter().cloned().map(Some).collect();
    let labelled = Labelled {
        volume,
        masks: &masks,
        schema: &LabelSchema::oct_layers(),
    };
    seed(
        "nifti",
        "masks",
        &encode_nifti_masks(&labelled, NiftiPacking::Plain)?,
    )?;
    seed("meta_image", "masks", &encode_meta_image_masks(&labelled)?)
}

fn with_16_bits(mut volume: Volume) -> Volume {
    for bscan in &mut volume.bscans {
        let values = bscan.pixels.iter().map(|value| u16::from(*value) * 257);
        bscan.deep = Some(Samples::U16(values.collect()));
    }
    volume
}

/// As other tools write it: not packed, and with more lines.
fn raw(volume: &Volume) -> Vec<u8> {
    let size = volume.bscan_size();
    let mut bytes = format!(
        "ObjectType = Image\nNDims = 3\nComment = none\nBinaryData = True\nBinaryDataByteOrderMSB = True\n\
         TransformMatrix = 0 1 0 1 0 0 0 0 1\nAnatomicalOrientation = RAI\nElementSize = 0.01 0.004 0.1\n\
         DimSize = {} {} {}\nHeaderSize = -1\nElementType = MET_CHAR\nElementDataFile = LOCAL\n",
        size.width,
        size.height,
        volume.bscans.len()
    )
    .into_bytes();
    volume
        .bscans
        .iter()
        .for_each(|bscan| bytes.extend_from_slice(&bscan.pixels));
    bytes
}
