//! The one door in: a path or bytes to a [`Volume`].

mod folder;
mod heidelberg;
mod raster;
mod sniff;
mod tiff;

pub use heidelberg::LAYER_NAMES as HEIDELBERG_LAYER_NAMES;

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::page::{Page, display, same_size};
use crate::png_gray::decode_page;
use crate::{Bscan, Budget, ReadError, SourceFormat, Volume};
use sniff::{Kind, sniff};

/// Reads a file, or a folder of pictures as one volume. Nothing is half read: an error means no volume.
pub fn read_path(path: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    let metadata = fs::metadata(path).map_err(|reason| ReadError::Unreadable {
        name: path.display().to_string(),
        reason,
    })?;
    match metadata.is_dir() {
        true => folder::read(path, budget),
        false => read_bytes(&read_file(path, budget)?, budget),
    }
}

/// Reads the content of one file; the format is told by the content alone.
///
/// 16-bit values lose as many low bits as the largest value of the file allows; floats in 0..=1 or 0..=255 are
/// taken as such and others stretched over the range they use. [`Volume::warnings`] says when that happened.
pub fn read_bytes(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let format = match sniff(bytes)? {
        Kind::HeidelbergVol => return heidelberg::read(bytes, budget),
        Kind::Png => SourceFormat::Png,
        Kind::Tiff => SourceFormat::Tiff,
        Kind::Bmp => SourceFormat::Bmp,
        Kind::Jpeg => SourceFormat::Jpeg,
    };
    let pages = pages_of(sniff(bytes)?, bytes, budget)?;
    same_size(pages.iter().map(|page| page.size), |index| {
        format!("Page {}", index + 1)
    })?;
    let displayed = display(pages);
    let bscans = displayed
        .pictures
        .into_iter()
        .map(|(size, pixels)| Bscan::new(size, pixels))
        .collect();
    let mut volume = Volume::of_bscans(bscans, format);
    volume.warnings.extend(displayed.warning);
    if format == SourceFormat::Jpeg {
        volume.warnings.push(
            "JPEG is lossy: measurements on this scan are less certain than on the original."
                .to_owned(),
        );
    }
    Ok(volume)
}

/// The pictures of a file that holds pictures.
fn pages_of(kind: Kind, bytes: &[u8], budget: &Budget) -> Result<Vec<Page>, ReadError> {
    match kind {
        Kind::Png => Ok(vec![decode_page(bytes, budget)?]),
        Kind::Tiff => tiff::decode(bytes, budget),
        Kind::Bmp => Ok(vec![raster::decode_bmp(bytes, budget)?]),
        Kind::Jpeg => Ok(vec![raster::decode_jpeg(bytes, budget)?]),
        Kind::HeidelbergVol => Ok(Vec::new()),
    }
}

/// Reads a regular file of at most the budget's size.
fn read_file(path: &Path, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let unreadable = |reason| ReadError::Unreadable {
        name: path.display().to_string(),
        reason,
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    budget.file(metadata.len())?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // A pipe or a growing file has no length to trust.
    file.take(budget.max_file_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    budget.file(bytes.len() as u64)?;
    Ok(bytes)
}
