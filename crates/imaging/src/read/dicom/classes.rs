//! Which SOP classes are scans, which are other images, and which are no images at all.

use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::FORMAT;
use crate::ReadError;
use crate::dicom::lookup::text_of;

/// What an image shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// B-scans.
    Tomogram,
    /// The fundus, seen along depth.
    EnFace,
    /// Anything else with pixels.
    Other,
}

const EN_FACE: [&str; 6] = [
    uids::OPHTHALMIC_PHOTOGRAPHY8_BIT_IMAGE_STORAGE,
    uids::OPHTHALMIC_PHOTOGRAPHY16_BIT_IMAGE_STORAGE,
    uids::WIDE_FIELD_OPHTHALMIC_PHOTOGRAPHY_STEREOGRAPHIC_PROJECTION_IMAGE_STORAGE,
    uids::WIDE_FIELD_OPHTHALMIC_PHOTOGRAPHY3_D_COORDINATES_IMAGE_STORAGE,
    uids::OPHTHALMIC_OPTICAL_COHERENCE_TOMOGRAPHY_EN_FACE_IMAGE_STORAGE,
    uids::OPHTHALMIC_THICKNESS_MAP_STORAGE,
];

/// Objects that lie beside scans in an archive, and what they are called.
const NO_SCANS: [(&str, &str); 16] = [
    (
        uids::BASIC_TEXT_SR_STORAGE,
        "a structured report (Basic Text SR)",
    ),
    (
        uids::ENHANCED_SR_STORAGE,
        "a structured report (Enhanced SR)",
    ),
    (
        uids::COMPREHENSIVE_SR_STORAGE,
        "a structured report (Comprehensive SR)",
    ),
    (
        uids::COMPREHENSIVE3_DSR_STORAGE,
        "a structured report (Comprehensive 3D SR)",
    ),
    (
        uids::MACULAR_GRID_THICKNESS_AND_VOLUME_REPORT_STORAGE,
        "a report (Macular Grid Thickness and Volume)",
    ),
    (
        uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE,
        "a selection of key images",
    ),
    (uids::ENCAPSULATED_PDF_STORAGE, "a PDF report"),
    (uids::RAW_DATA_STORAGE, "the raw data of a device"),
    (uids::RT_PLAN_STORAGE, "a radiotherapy plan"),
    (uids::RT_DOSE_STORAGE, "a radiotherapy dose"),
    (uids::RT_STRUCTURE_SET_STORAGE, "radiotherapy structures"),
    (
        uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE,
        "a presentation state",
    ),
    (
        uids::SEGMENTATION_STORAGE,
        "a segmentation, which is imported as labels",
    ),
    (
        HEIGHT_MAP_SEGMENTATION,
        "a height map, which is imported as labels",
    ),
    (
        uids::OPHTHALMIC_AXIAL_MEASUREMENTS_STORAGE,
        "measurements of an eye",
    ),
    (
        uids::OPHTHALMIC_VISUAL_FIELD_STATIC_PERIMETRY_MEASUREMENTS_STORAGE,
        "a visual field",
    ),
];

/// Height Map Segmentation Storage.
const HEIGHT_MAP_SEGMENTATION: &str = "1.2.840.10008.5.1.4.1.1.66.8";

/// What the object shows; an object without pixels is refused by the name of its class.
pub(super) fn kind_of(set: &InMemDicomObject) -> Result<Kind, ReadError> {
    let class = text_of(set, tags::SOP_CLASS_UID).unwrap_or_default();
    let has_pixels = set.get(tags::PIXEL_DATA).is_some();
    let is_label = class == uids::SEGMENTATION_STORAGE || class == HEIGHT_MAP_SEGMENTATION;
    if is_label || !has_pixels {
        return Err(no_scan(&class));
    }
    Ok(match class.as_str() {
        uids::OPHTHALMIC_TOMOGRAPHY_IMAGE_STORAGE => Kind::Tomogram,
        class if EN_FACE.contains(&class) => Kind::EnFace,
        _ => Kind::Other,
    })
}

fn no_scan(class: &str) -> ReadError {
    let known = NO_SCANS.iter().find(|(uid, _)| *uid == class);
    let feature = match known {
        Some((_, name)) => format!("no scan but {name}"),
        None => "no pixels".to_owned(),
    };
    ReadError::Unsupported {
        format: FORMAT,
        feature,
        advice: "choose the image that belongs to it",
    }
}
