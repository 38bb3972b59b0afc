//! Pictures that lie behind each other under one directory, as ImageJ writes stacks beyond 4 GiB.
//!
//! Only the first of them can be found by its directory, so such files are refused: none is dropped unseen.

use tiff::tags::Tag;

use super::directories::Directory;
use super::{FORMAT, TiffReader};
use crate::ReadError;

/// Refuses directories that stand for several pictures each.
pub(super) fn refuse_depth(directories: &[Directory]) -> Result<(), ReadError> {
    let mut depths = directories.iter().filter_map(|page| page.depth);
    match depths.find(|depth| *depth > 1) {
        None => Ok(()),
        Some(depth) => Err(refused(depth, 1)),
    }
}

/// Refuses more pictures than directories, where the file is long enough to hold them.
pub(super) fn refuse_hidden(
    decoder: &mut TiffReader<'_>,
    directories: u64,
    length: u64,
) -> Result<(), ReadError> {
    let Some(stated) = stated_images(decoder).filter(|stated| *stated > directories) else {
        return Ok(());
    };
    let bits = decoder.find_tag_unsigned_vec::<u64>(Tag::BitsPerSample);
    let bits = bits.ok().flatten().unwrap_or_default();
    let bits = bits.first().copied().unwrap_or(1);
    let image_bytes = samples(decoder).saturating_mul(bits) / 8;
    match stated.saturating_mul(image_bytes) <= length {
        true => Err(refused(stated, directories)),
        false => Ok(()),
    }
}

fn refused(images: u64, directories: u64) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature: format!(
            "{images} images behind each other of which {directories} can be found by a directory"
        ),
        advice: "save it from ImageJ as an image sequence, or write one directory for each image",
    }
}

/// Samples of the current page.
fn samples(decoder: &mut TiffReader<'_>) -> u64 {
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let channels = decoder.find_tag_unsigned::<u64>(Tag::SamplesPerPixel);
    let channels = channels.ok().flatten().unwrap_or(1);
    (u64::from(width) * u64::from(height)).saturating_mul(channels)
}

/// Pictures in the file by the description of its first page: as ImageJ counts them, or as the shape that tifffile notes of
/// an array which it wrote under one directory.
pub(crate) fn stated_images(decoder: &mut TiffReader<'_>) -> Option<u64> {
    let description = decoder.get_tag_ascii_string(Tag::ImageDescription).ok()?;
    if description.starts_with("ImageJ=") {
        let count = |line: &str| line.trim().strip_prefix("images=")?.parse().ok();
        return description.lines().find_map(count);
    }
    if !description.starts_with("{\"shape\"") {
        return None;
    }
    let noted: serde_json::Value =
        serde_json::from_str(description.trim_end_matches(['\0', ' '])).ok()?;
    if noted.get("truncated")?.as_bool() != Some(true) {
        return None;
    }
    let sides = noted.get("shape")?.as_array()?.iter();
    let all = sides
        .map(|side| side.as_u64())
        .try_fold(1u64, |all, side| all.checked_mul(side?))?;
    all.checked_div(samples(decoder))
}
