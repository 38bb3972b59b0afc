//! A folder with one file per B-scan, as archives keep the slices of a series.

use std::path::PathBuf;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::{Decoded, describe};
use crate::dicom::lookup::{number_of, text_of};
use crate::frame::{Frame, same_size};
use crate::read::read_file;
use crate::{Budget, ReadError, SourceFormat, Volume};

/// Reads the files of one series as one volume, ordered by Instance Number. Files of several series, or with several
/// frames each, are refused: which of them is meant is for a person to say.
pub(crate) fn read_series(files: &[PathBuf], budget: &Budget) -> Result<Volume, ReadError> {
    let mut left = *budget;
    let mut slices = Vec::with_capacity(files.len());
    for path in files {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let read = || Decoded::read(&read_file(path, &left)?, &left);
        let decoded = read().map_err(|error| error.in_file(&name))?;
        let bytes = decoded.frames.iter().map(Frame::decoded_bytes).sum();
        left.max_decoded_bytes = left.max_decoded_bytes.saturating_sub(bytes);
        slices.push((name, decoded));
    }
    if let [(_, _)] = &slices[..] {
        return volume(slices);
    }
    let mut series: Vec<_> = slices
        .iter()
        .map(|(_, slice)| text_of(&slice.image.set, tags::SERIES_INSTANCE_UID))
        .collect();
    series.sort();
    series.dedup();
    if series.len() > 1 {
        return Err(refused(format!("DICOM files of {} series", series.len())));
    }
    if slices.iter().any(|(_, slice)| slice.frames.len() != 1) {
        return Err(refused(
            "DICOM files that are volumes of their own".to_owned(),
        ));
    }
    put_in_order(&mut slices, |(_, slice)| &slice.image.set);
    let number = |slice: &Decoded| number_of(&slice.image.set, tags::INSTANCE_NUMBER);
    let is_numbered = slices
        .windows(2)
        .all(|pair| number(&pair[0].1) < number(&pair[1].1));
    let mut volume = volume(slices)?;
    if !is_numbered {
        volume.warnings.push(
            "The files do not each have a number of their own; those without lie in the order of their names."
                .to_owned(),
        );
    }
    Ok(volume)
}

/// The order in which the slices of a series are its B-scans; `slices` come in natural order of their names.
pub(super) fn put_in_order<T>(slices: &mut [T], set_of: impl Fn(&T) -> &InMemDicomObject) {
    slices.sort_by_key(|slice| number_of(set_of(slice), tags::INSTANCE_NUMBER));
}

fn volume(slices: Vec<(String, Decoded)>) -> Result<Volume, ReadError> {
    let (mut names, mut frames, mut images) = (Vec::new(), Vec::new(), Vec::new());
    for (name, slice) in slices {
        names.resize(names.len() + slice.frames.len(), name);
        frames.extend(slice.frames);
        images.push(slice.image);
    }
    same_size(frames.iter().map(|frame| frame.size), |index| {
        names[index].clone()
    })?;
    let mut volume = Volume::of_frames(frames, SourceFormat::Dicom);
    describe(&mut volume, &images);
    Ok(volume)
}

fn refused(feature: String) -> ReadError {
    ReadError::Unsupported {
        format: "folder",
        feature,
        advice: "choose one file, or a folder that holds one series",
    }
}
