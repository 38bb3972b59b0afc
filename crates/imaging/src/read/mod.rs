//! The one door in: a path or bytes to a [`Volume`].

use std::fs;
use std::path::Path;

use crate::{Budget, ReadError, SourceFormat, Volume, decode_png_gray8};

/// Reads a file, or a folder of pictures as one volume. Nothing is half read: an error means no volume.
pub fn read_path(path: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    let unreadable = |reason| ReadError::Unreadable { name: path.display().to_string(), reason };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    budget.file(metadata.len())?;
    read_bytes(&fs::read(path).map_err(unreadable)?, budget)
}

/// Reads the content of one file; the format is told by the content alone.
pub fn read_bytes(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    let image = decode_png_gray8(bytes, budget)?;
    Ok(Volume::of_bscans(vec![image.into()], SourceFormat::Png))
}
