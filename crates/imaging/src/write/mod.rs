//! Volumes and labels to bytes that other tools read.

mod coco;
mod depth;
mod dicom_fundus;
mod dicom_opt;
mod dicom_seg;
mod etdrs;
mod eyelab;
mod folder;
mod grid_places;
mod height_map;
mod layer_csv;
mod meta_image;
mod nifti;
mod pictures;
mod sidecar;
mod staged;
mod thickness;

pub use coco::{coco_json, export_coco};
pub use dicom_fundus::encode_dicom_fundus;
pub use dicom_opt::encode_dicom_opt;
pub use dicom_seg::encode_dicom_seg;
pub use etdrs::{EtdrsGrid, EtdrsRow, etdrs_grid};
pub use eyelab::eyelab_bytes;
pub use folder::{ExportedBscan, Manifest, export_folder};
pub use grid_places::{GridCentre, PlacedCentre};
pub use height_map::encode_dicom_height_map;
pub use layer_csv::{boundaries_of, layer_lines_csv};
pub use meta_image::{encode_meta_image_masks, encode_meta_image_volume};
pub use nifti::{NiftiPacking, encode_nifti_masks, encode_nifti_volume};
pub use pictures::{encode_png_deep, encode_tiff_volume};
pub use sidecar::{ClassArea, Sidecar};
pub(crate) use staged::unwritable;
pub use staged::{Staged, refuse_existing};
pub use thickness::{RETINA, ThicknessMap, thickness_csv, thickness_maps};

use fovea_annotation::{ClassKind, LabelSchema, Mask};
use fovea_geometry::SizePx;

use crate::{Volume, WriteError};

/// A volume with the labels that go out beside it.
#[derive(Clone, Copy)]
pub struct Labelled<'a> {
    /// The scan.
    pub volume: &'a Volume,
    /// One entry per B-scan, `None` for one without a label; missing entries at the end count as `None`.
    pub masks: &'a [Option<Mask>],
    /// Meaning of the class indices.
    pub schema: &'a LabelSchema,
}

/// Refuses a mask that is not of the size of its B-scan.
fn same_size(size: SizePx, mask: &Mask) -> Result<(), WriteError> {
    match mask.size() == size {
        true => Ok(()),
        false => Err(WriteError::WrongLength {
            width: size.width,
            height: size.height,
            pixels: mask.classes().len(),
        }),
    }
}

fn kind_name(kind: ClassKind) -> &'static str {
    match kind {
        ClassKind::Background => "background",
        ClassKind::Pathology => "pathology",
        ClassKind::Layer => "layer",
    }
}
