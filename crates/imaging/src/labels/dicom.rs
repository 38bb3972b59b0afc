//! DICOM labels: which kind of object a file holds.

use dicom_dictionary_std::{tags, uids};

use super::{ForeignLabels, LabelContext, dicom_seg, height_map};
use crate::dicom::lookup::text_of;
use crate::{Budget, ReadError, Wanted, open_dicom};

/// Reads a Segmentation, Label Map Segmentation or Height Map Segmentation.
pub(super) fn read(
    bytes: &[u8],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let file = open_dicom(bytes, budget)?;
    match text_of(&file, tags::SOP_CLASS_UID).as_deref() {
        Some(uids::SEGMENTATION_STORAGE | uids::LABEL_MAP_SEGMENTATION_STORAGE) => {
            dicom_seg::read(&file, context, wanted, budget)
        }
        Some(uids::HEIGHT_MAP_SEGMENTATION_STORAGE) => height_map::read(&file, context, budget),
        _ => Err(ReadError::Unsupported {
            format: "DICOM",
            feature: "another SOP class than those of segmentations and height maps".to_owned(),
            advice: "choose the file of the labels, not that of the scan",
        }),
    }
}
