//! DICOM data sets: opening them within a budget, and putting them together. The readers, the writers and the intake
//! share this.
//!
//! Data sets are parsed here and not by `dicom-object`, which allocates what a length declares, recurses as deep as the
//! file says and inflates without a limit. What comes out is its type, so everything else of that crate works on it.

mod attribute;
pub(crate) mod build;
mod cielab;
pub(crate) mod code;
mod cursor;
mod data_set;
mod element;
mod escapes;
mod export;
pub(crate) mod lookup;
mod meta;
mod open;
mod pixel_bits;
pub(crate) mod planes;
pub(crate) mod references;
pub(crate) mod segment;
pub(crate) mod surfaces;
mod uid;
mod value;

pub use open::open_dicom;
pub use pixel_bits::native_pixel_bits;

pub(crate) use attribute::name_of;
pub use export::DicomExport;
pub(crate) use export::{ExportUids, Instance, common_modules, put_retina, put_series_laterality};
pub(crate) use open::is_without_preamble;
pub use planes::Plane;
pub use segment::SegmentAlgorithm;

pub(crate) const FORMAT: &str = "DICOM";
