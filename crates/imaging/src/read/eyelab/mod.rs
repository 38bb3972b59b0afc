//! eyelab's `.eye` as a scan.

use fovea_geometry::SizePx;

use super::heidelberg;
use crate::eyelab::{EyeFile, FORMAT, META, Meta, SLO, SLO_META, VOLUME, layer_lines};
use crate::npy::Npy;
use crate::{Bscan, Budget, Frame, GrayImage, ReadError, Samples, SourceFormat, Volume};

/// Reads the whole file. B-scans keep the order that they have in it. Reflectivities of a Heidelberg `.vol` are shown
/// by the rule of that format.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let mut file = EyeFile::open(bytes, budget)?;
    let meta: Meta = file.json(META)?;
    let content = file.array(VOLUME)?;
    let array = Npy::parse(FORMAT, VOLUME, &content, budget)?;
    let (count, size) = bscans_of(&array, budget)?;
    let samples = (0..count as usize).map(|bscan| array.samples(bscan * size.len(), size.len()));
    let mut volume = if meta.is_reflectivity() {
        let bscans = samples.map(|samples| Bscan::new(size, reflectivity(samples)));
        Volume::of_bscans(bscans.collect(), SourceFormat::Eyelab)
    } else {
        let frames = samples.map(|samples| Frame::gray(size, samples));
        Volume::of_frames(frames.collect(), SourceFormat::Eyelab)
    };
    volume.spacing_um = meta.spacing_um();
    volume.laterality = meta.laterality();
    for (index, bscan) in volume.bscans.iter_mut().enumerate() {
        bscan.position = meta.position(index);
        bscan.quality = meta.quality(index);
    }
    volume.layer_lines = layer_lines(&mut file, count, size)?;
    if let Some(content) = file.optional_array(SLO)? {
        let slo: Meta = file.json(SLO_META)?;
        volume.slo = Some(slo_of(&content, budget)?);
        volume.slo_spacing_um = slo.picture_um();
    }
    Ok(volume)
}

/// Number and size of the B-scans in an array of B-scans × depth × A-scans.
pub(crate) fn bscans_of(array: &Npy<'_>, budget: &Budget) -> Result<(u32, SizePx), ReadError> {
    let [count, height, width] = array.shape[..] else {
        let what = "it does not have three dimensions";
        return Err(ReadError::field(FORMAT, VOLUME, what));
    };
    let size = budget.size("A B-scan of the .eye file", width, height)?;
    budget.frames("The .eye file", count)?;
    match count {
        0 => Err(ReadError::field(FORMAT, VOLUME, "it holds no B-scan")),
        // Within the budget of frames, which is 32 bits wide.
        _ => Ok((count as u32, size)),
    }
}

fn reflectivity(samples: Samples) -> Vec<u8> {
    match samples {
        Samples::U8(pixels) => pixels,
        Samples::U16(values) => values.iter().map(|value| (value >> 8) as u8).collect(),
        Samples::F32(values) => values.into_iter().map(heidelberg::gray).collect(),
    }
}

fn slo_of(content: &[u8], budget: &Budget) -> Result<GrayImage, ReadError> {
    let array = Npy::parse(FORMAT, SLO, content, budget)?;
    let [height, width] = array.shape[..] else {
        let what = "it does not have two dimensions";
        return Err(ReadError::field(FORMAT, SLO, what));
    };
    let size = budget.size("The fundus picture of the .eye file", width, height)?;
    let samples = array.samples(0, size.len());
    let mut shown = Volume::of_frames(vec![Frame::gray(size, samples)], SourceFormat::Eyelab);
    // One frame in is one picture out.
    let pixels = shown
        .bscans
        .pop()
        .map(|bscan| bscan.pixels)
        .unwrap_or_default();
    Ok(GrayImage { size, pixels })
}
