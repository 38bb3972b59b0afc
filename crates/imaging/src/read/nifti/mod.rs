//! NIfTI-1 and NIfTI-2, single files, pairs and gzip.

use super::beside::Beside;
use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(
    _bytes: &[u8],
    _beside: &Beside<'_>,
    _budget: &Budget,
) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "a NIfTI file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
