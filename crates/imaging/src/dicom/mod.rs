//! DICOM data sets: opening them within a budget, and putting them together. The readers, the writers and the intake
//! share this.

mod attribute;
pub(crate) mod build;
mod cielab;
pub(crate) mod code;
mod export;
pub(crate) mod lookup;
pub(crate) mod planes;
pub(crate) mod references;
pub(crate) mod segment;
pub(crate) mod surfaces;
mod uid;

use std::io::Cursor;

use dicom_object::{DefaultDicomObject, OpenFileOptions};

use crate::{Budget, ReadError};

pub(crate) use attribute::name_of;
pub use export::DicomExport;
pub(crate) use export::{ExportUids, Instance, common_modules, put_retina, put_series_laterality};
pub use segment::SegmentAlgorithm;

pub(crate) const FORMAT: &str = "DICOM";

/// Parses a DICOM file with its meta group.
pub fn open_dicom(bytes: &[u8], budget: &Budget) -> Result<DefaultDicomObject, ReadError> {
    budget.file(bytes.len() as u64)?;
    OpenFileOptions::new()
        .from_reader(Cursor::new(bytes))
        .map_err(|_| ReadError::damaged(FORMAT, 0, "it is no data set"))
}
