//! Topcon `.fda` and `.fds`: named chunks. Experimental: the maker has not published it.

use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(_bytes: &[u8], _budget: &Budget) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "a Topcon .fda or .fds file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
