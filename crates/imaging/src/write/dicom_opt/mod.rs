//! Volumes as DICOM Ophthalmic Tomography: PS3.3 section A.52, one frame per B-scan.
//!
//! Column `x` of row `y` is A-scan `x` at depth `y`. Values are those of the source where they are unsigned with up to 16
//! bits, else the 8-bit display values. Nothing but pixels, geometry, the side of the eye and the kind of device goes out.

mod groups;
mod modules;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use crate::dicom::build::{Build, to_file};
use crate::dicom::references::put_dimensions;
use crate::dicom::{DicomExport, ExportUids, Instance, common_modules};
use crate::{Samples, Volume, WriteError};

/// The bytes of a DICOM file of the scan, in explicit VR little endian.
///
/// Refused is a volume without B-scans or without a pixel size, which the object cannot do without.
pub fn encode_dicom_opt(volume: &Volume, export: &DicomExport) -> Result<Vec<u8>, WriteError> {
    let uids = ExportUids::of(volume, export);
    let instance = Instance {
        class_uid: uids::OPHTHALMIC_TOMOGRAPHY_IMAGE_STORAGE,
        uid: &uids.scan,
        series_uid: &uids.scan_series,
        series_number: 1,
        modality: "OPT",
    };
    let mut set = common_modules(export, &uids, &instance);
    modules::put(&mut set, volume, export, &uids);
    let organization = uids.other("scan dimensions", &[]);
    put_dimensions(&mut set, &organization, &groups::DIMENSIONS);
    groups::put(&mut set, volume)?;
    put_pixels(&mut set, volume);
    to_file(set)
}

/// Image Pixel (C.7.6.3).
fn put_pixels(set: &mut InMemDicomObject, volume: &Volume) {
    let size = volume.bscan_size();
    let deep = deep_frames(volume);
    let bits: u16 = if deep.is_some() { 16 } else { 8 };
    set.value(tags::NUMBER_OF_FRAMES, volume.bscans.len().to_string());
    set.value(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    // Sides of a picture that was read are within 16 bits.
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, size.height as u16),
        (tags::COLUMNS, size.width as u16),
        (tags::BITS_ALLOCATED, bits),
        (tags::BITS_STORED, bits),
        (tags::HIGH_BIT, bits - 1),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        set.value(tag, PrimitiveValue::from(value));
    }
    match deep {
        Some(values) => {
            set.value_as(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(values.into()));
        }
        None => {
            let mut bytes: Vec<u8> = Vec::with_capacity(size.len() * volume.bscans.len() + 1);
            for bscan in &volume.bscans {
                bytes.extend_from_slice(&bscan.pixels);
            }
            if bytes.len() % 2 == 1 {
                bytes.push(0);
            }
            set.value_as(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(bytes.into()));
        }
    }
}

/// The values of all frames, where every B-scan has unsigned ones deeper than 8 bits.
fn deep_frames(volume: &Volume) -> Option<Vec<u16>> {
    let mut values = Vec::with_capacity(volume.bscan_size().len() * volume.bscans.len());
    for bscan in &volume.bscans {
        match &bscan.deep {
            Some(Samples::U16(deep)) => values.extend_from_slice(deep),
            _ => return None,
        }
    }
    Some(values)
}
