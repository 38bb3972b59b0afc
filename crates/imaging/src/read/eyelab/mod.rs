//! eyelab's `.eye`: a zip archive of arrays and JSON.

use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(_bytes: &[u8], _budget: &Budget) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "an eyelab .eye file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
