//! The one door in: a path or bytes to a [`Volume`].

pub(crate) mod beside;
mod dicom;
mod e2e;
mod eyelab;
mod folder;
pub(crate) mod grid;
mod heidelberg;
mod heyex_xml;
mod inflate;
mod jpeg_frame;
pub(crate) mod matlab;
pub(crate) mod meta_image;
pub(crate) mod nifti;
mod notes;
mod origins;
mod raster;
pub(crate) mod sniff;
mod tiff;
mod topcon;

pub(crate) use eyelab::bscans_of as eyelab_bscans;
pub(crate) use folder::name_of;
pub use heidelberg::LAYER_NAMES as HEIDELBERG_LAYER_NAMES;
pub(crate) use origins::{Origins, origins_of};

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::frame::{Frame, same_size};
use crate::guard::guarded;
use crate::png_gray::decode_frame;
use crate::{Budget, ReadError, SourceFormat, Volume};
use beside::Beside;
use notes::Notes;
use sniff::{HEAD_BYTES, Kind, sniff};

const LOSSY: &str =
    "JPEG is lossy: measurements on this scan are less certain than on the original.";

const ROUNDED: &str =
    "Some whole numbers above 16,777,216 were rounded to the 24 bits that are kept of them.";

/// Reads a file, or a folder of pictures as one volume. Nothing is half read: an error means no volume.
pub fn read_path(path: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    guarded(|| path_at(path, budget, Depth::OfDisplay))
        .flatten()
        .map(Volume::without_depth)
}

/// As [`read_path`], with the values of the file kept in [`crate::Bscan::deep`] where 8 bits cannot hold them.
pub fn read_path_deep(path: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    guarded(|| path_at(path, budget, Depth::OfFile)).flatten()
}

fn path_at(path: &Path, budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let metadata = fs::metadata(path).map_err(|reason| ReadError::Unreadable {
        name: path.display().to_string(),
        reason,
    })?;
    if metadata.is_dir() {
        return folder::read(path, budget);
    }
    // Large, and told by its first bytes.
    if metadata.is_file() && matches!(sniff(&head_of(path)?), Ok(Kind::HeidelbergVol)) {
        return heidelberg::read_file(path, budget, depth);
    }
    let bytes = read_file(path, budget)?;
    read_with(&bytes, &Beside::file(path), budget, depth)
}

/// Reads the content of one file; the format is told by the content alone. Formats that need a second file beside
/// the first are refused.
///
/// 16-bit values lose as many low bits as the largest value of the file allows; floats in 0..=1 or 0..=255 are
/// taken as such and others stretched over the range they use. [`Volume::warnings`] says when that happened.
pub fn read_bytes(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    guarded(|| read_with(bytes, &Beside::NOTHING, budget, Depth::OfDisplay))
        .flatten()
        .map(Volume::without_depth)
}

/// As [`read_bytes`], with the values of the file kept in [`crate::Bscan::deep`] where 8 bits cannot hold them.
pub fn read_bytes_deep(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    guarded(|| read_with(bytes, &Beside::NOTHING, budget, Depth::OfFile)).flatten()
}

/// Which values are wanted. Readers that would have to allocate for the deeper ones ask; the others leave it to
/// [`Volume::without_depth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// 8-bit display values alone.
    OfDisplay,
    /// The values of the file beside them.
    OfFile,
}

fn read_with(
    bytes: &[u8],
    beside: &Beside<'_>,
    budget: &Budget,
    depth: Depth,
) -> Result<Volume, ReadError> {
    match sniff(bytes)? {
        Kind::HeidelbergVol => heidelberg::read(bytes, budget, depth),
        Kind::HeyexXml => heyex_xml::read(bytes, beside, budget),
        Kind::HeidelbergE2e => e2e::read(bytes, budget, depth),
        Kind::Topcon => topcon::read(bytes, budget),
        Kind::Dicom => dicom::read(bytes, budget),
        Kind::Nifti => nifti::read(bytes, beside, budget),
        Kind::MetaImage => meta_image::read(bytes, beside, budget),
        Kind::Matlab => matlab::read(bytes, budget),
        Kind::Eyelab => eyelab::read(bytes, budget),
        Kind::Png => pictures(Kind::Png, SourceFormat::Png, bytes, budget),
        Kind::Tiff => pictures(Kind::Tiff, SourceFormat::Tiff, bytes, budget),
        Kind::Bmp => pictures(Kind::Bmp, SourceFormat::Bmp, bytes, budget),
        Kind::Jpeg => pictures(Kind::Jpeg, SourceFormat::Jpeg, bytes, budget),
    }
}

/// The frames of a picture file as the B-scans of one volume.
fn pictures(
    kind: Kind,
    format: SourceFormat,
    bytes: &[u8],
    budget: &Budget,
) -> Result<Volume, ReadError> {
    let (frames, notes) = frames_of(kind, bytes, budget)?;
    same_size(frames.iter().map(|frame| frame.size), |index| {
        format!("Page {}", index + 1)
    })?;
    let mut volume = Volume::of_frames(frames, format);
    notes.apply(&mut volume);
    Ok(volume)
}

/// The pictures of a file that holds pictures and nothing else, and what it says beside them; none for other kinds.
fn frames_of(kind: Kind, bytes: &[u8], budget: &Budget) -> Result<(Vec<Frame>, Notes), ReadError> {
    // Of several files the one that fails is named, so each is guarded for itself.
    guarded(|| {
        let mut notes = Notes::of(kind, bytes);
        let frames = match kind {
            Kind::Png => vec![decode_frame(bytes, budget)?],
            Kind::Tiff => {
                let pages = tiff::decode(bytes, budget)?;
                notes.is_rounded = pages.is_rounded;
                pages.frames
            }
            Kind::Bmp => vec![raster::decode_bmp(bytes, budget)?],
            Kind::Jpeg => vec![raster::decode_jpeg(bytes, budget)?],
            _ => Vec::new(),
        };
        Ok((frames, notes))
    })
    .flatten()
}

/// The first bytes of a file, as many as [`sniff`] looks at.
fn head_of(path: &Path) -> Result<Vec<u8>, ReadError> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    match read {
        Ok(_) => Ok(head),
        Err(reason) => Err(ReadError::Unreadable {
            name: path.display().to_string(),
            reason,
        }),
    }
}

/// Reads a regular file of at most the budget's size.
pub(crate) fn read_file(path: &Path, budget: &Budget) -> Result<Vec<u8>, ReadError> {
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
