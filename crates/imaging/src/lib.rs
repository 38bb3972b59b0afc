//! Bytes to OCT volumes and labels, and back.
//!
//! [`read_path`] is the one door in: it sniffs by content, holds every size against a [`Budget`] before it
//! allocates, and either returns a whole [`Volume`] or a [`ReadError`] of one sentence. Parsers are total: no
//! input makes them panic, and a panic of a decoder that others wrote is a [`ReadError`] too. Personal data in vendor
//! headers is never read into these types.
//!
//! | folder | holds |
//! |---|---|
//! | `read` | one module per format of scans |
//! | `labels` | masks and layer lines that other tools wrote, and the mapping of their classes |
//! | `write` | what goes out |
//! | `dicom` | what reading and writing DICOM share |

mod archive;
mod budget;
mod bytes;
mod case_id;
mod colour;
mod dicom;
mod error;
mod eyelab;
mod frame;
mod guard;
mod jpeg2000;
mod json;
mod labels;
mod layer_lines;
mod natural;
mod npy;
mod png_gray;
mod png_index;
mod project;
mod read;
mod rle;
mod source;
mod speckle_png;
mod volume;
mod write;

pub use budget::Budget;
pub use case_id::case_id_of;
pub use dicom::{DicomExport, Plane, SegmentAlgorithm, native_pixel_bits, open_dicom};
pub use error::{CHOOSE_A_SCAN, ReadError, WriteError};
pub use frame::{Frame, Samples};
pub use guard::{guarded, is_guarded};
pub use labels::{
    BscanSource, ForeignBscan, ForeignClass, ForeignLabels, LabelContext, LabelFormat, LeftOut,
    MappedClass, MappedMask, MapsTo, SchemaMapping, Wanted, read_labels_bytes, read_labels_path,
};
pub use layer_lines::{
    DrawnLayers, LAYER_BOUNDARIES, LayerBoundary, LayerLine, LayerLines, SchemaBoundary,
    schema_boundaries,
};
pub use png_gray::{decode_png_gray8, encode_png_gray8};
pub use png_index::{decode_png_index, encode_png_index};
pub use project::{
    Project, ProjectCase, ProjectReader, ProjectTile, ProjectWriter, is_project, write_project,
};
pub use read::{HEIDELBERG_LAYER_NAMES, read_bytes, read_bytes_deep, read_path, read_path_deep};
pub use source::{Laterality, ScanPattern, SourceFormat};
pub use volume::{Bscan, BscanPosition, GrayImage, Volume};
pub use write::{
    ClassArea, EtdrsGrid, EtdrsRow, ExportedBscan, GridCentre, Labelled, Manifest, NiftiPacking,
    PlacedCentre, RETINA, Sidecar, Staged, ThicknessMap, boundaries_of, coco_json,
    encode_dicom_fundus, encode_dicom_height_map, encode_dicom_opt, encode_dicom_seg,
    encode_meta_image_masks, encode_meta_image_volume, encode_nifti_masks, encode_nifti_volume,
    encode_png_deep, encode_tiff_volume, etdrs_grid, export_coco, export_folder, eyelab_bytes,
    layer_lines_csv, refuse_existing, thickness_csv, thickness_maps,
};
