//! DICOM: Ophthalmic Tomography, en-face and other gray images.

use crate::{Budget, ReadError, Volume};

/// Reads the whole file.
pub(crate) fn read(_bytes: &[u8], _budget: &Budget) -> Result<Volume, ReadError> {
    Err(ReadError::Foreign {
        format: "a DICOM file",
        advice: "export the scan from the device as PNG, TIFF or Heidelberg .vol and import that",
    })
}
