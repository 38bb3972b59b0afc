//! Matlab version 5 `.mat` with a scan in it.

use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(_bytes: &[u8], _budget: &Budget) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "a Matlab file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
