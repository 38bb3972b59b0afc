//! Seeds for DICOM files: one for each way to store pixels.

use fovea_geometry::SizePx;
use fovea_phantom::{DicomPixels, GRADIENT_J2C, PhantomVolume, dicom_tomogram};

use crate::{Outcome, seed};

pub(crate) fn write(phantom: &PhantomVolume) -> Outcome<()> {
    let bscan = &phantom.volume.bscans[0];
    let (size, pixels) = (bscan.size, &bscan.pixels);
    let native = DicomPixels::Native(pixels);
    seed("dicom", "explicit", &dicom_tomogram("1.2.840.10008.1.2.1", size, 1, native))?;
    // PackBits of literal runs behind the header of one byte plane.
    let mut plane = vec![0; 64];
    (plane[0], plane[4]) = (1, 64);
    for run in pixels.chunks(128) {
        plane.push(run.len() as u8 - 1);
        plane.extend_from_slice(run);
    }
    let rle = DicomPixels::Fragments(&[&plane]);
    seed("dicom", "rle", &dicom_tomogram("1.2.840.10008.1.2.5", size, 1, rle))?;
    let (head, tail) = GRADIENT_J2C.split_at(GRADIENT_J2C.len() / 4 * 2);
    let gradient = SizePx::new(16, 12);
    let pieces = DicomPixels::Fragments(&[head, tail, GRADIENT_J2C]);
    seed("dicom", "jpeg_2000", &dicom_tomogram("1.2.840.10008.1.2.4.90", gradient, 2, pieces))
}
