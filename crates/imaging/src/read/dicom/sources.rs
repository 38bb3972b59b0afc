//! The objects and planes of B-scans, without their pixels.

use std::path::PathBuf;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::series::put_in_order;
use crate::dicom::lookup::{number_of, text_of};
use crate::dicom::planes::plane_of;
use crate::read::{name_of, read_file};
use crate::{BscanSource, Budget, ReadError, open_dicom};

/// Those of the frames of one file.
pub(crate) fn sources(bytes: &[u8], budget: &Budget) -> Result<Vec<BscanSource>, ReadError> {
    frames_of(&open(bytes, budget)?, budget)
}

/// Those of the files of a series, in the order of [`super::read_series`].
pub(crate) fn series_sources(
    files: &[PathBuf],
    budget: &Budget,
) -> Result<Vec<BscanSource>, ReadError> {
    let mut slices = Vec::with_capacity(files.len());
    for path in files {
        let read = || open(&read_file(path, budget)?, budget);
        slices.push(read().map_err(|error| error.in_file(name_of(path)))?);
    }
    put_in_order(&mut slices, |slice| slice);
    let mut sources = Vec::with_capacity(slices.len());
    for slice in &slices {
        sources.extend(frames_of(slice, budget)?);
        budget.frames("The DICOM series", sources.len() as u64)?;
    }
    Ok(sources)
}

fn open(bytes: &[u8], budget: &Budget) -> Result<InMemDicomObject, ReadError> {
    let mut set = open_dicom(bytes, budget)?.into_inner();
    set.remove_element(tags::PIXEL_DATA);
    Ok(set)
}

fn frames_of(set: &InMemDicomObject, budget: &Budget) -> Result<Vec<BscanSource>, ReadError> {
    let count = number_of(set, tags::NUMBER_OF_FRAMES).unwrap_or(1);
    budget.frames("The DICOM file (Number of Frames)", count)?;
    let sop_instance_uid = text_of(set, tags::SOP_INSTANCE_UID);
    let source = |frame| BscanSource {
        sop_instance_uid: sop_instance_uid.clone(),
        plane: plane_of(set, frame),
    };
    Ok((0..count as usize).map(source).collect())
}
