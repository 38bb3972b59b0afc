//! DICOM data sets: opening them within a budget. The readers, the writers and the intake share this.

mod attribute;
pub(crate) mod lookup;

use std::io::Cursor;

use dicom_object::{DefaultDicomObject, OpenFileOptions};

use crate::{Budget, ReadError};

pub(crate) use attribute::name_of;

pub(crate) const FORMAT: &str = "DICOM";

/// Parses a DICOM file with its meta group.
pub fn open_dicom(bytes: &[u8], budget: &Budget) -> Result<DefaultDicomObject, ReadError> {
    budget.file(bytes.len() as u64)?;
    OpenFileOptions::new()
        .from_reader(Cursor::new(bytes))
        .map_err(|_| ReadError::damaged(FORMAT, 0, "it is no data set"))
}
