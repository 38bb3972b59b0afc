//! HEYEX XML export: one XML file with one picture per B-scan beside it.

use super::beside::Beside;
use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(
    _bytes: &[u8],
    _beside: &Beside<'_>,
    _budget: &Budget,
) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "a HEYEX XML file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
