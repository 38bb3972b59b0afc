//! How labels say which frames of which scan they are of.

use dicom_core::{PrimitiveValue, Tag};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::ExportUids;
use super::build::{Build, built};
use super::code::{SEGMENTATION, SOURCE_IMAGE};

/// Item of the Derivation Image Sequence (PS3.3 section C.7.6.16.2.6): the scan, or one frame of it counted from 1, on
/// the very pixels of which the labels lie.
pub(crate) fn derivation_image(uids: &ExportUids, frame: Option<u32>) -> InMemDicomObject {
    let mut source = scan_reference(uids);
    if let Some(frame) = frame {
        source.value(tags::REFERENCED_FRAME_NUMBER, frame.to_string());
        source.value(tags::SPATIAL_LOCATIONS_PRESERVED, "YES");
    }
    source.item(
        tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE,
        SOURCE_IMAGE.item(),
    );
    built(|item| {
        item.item(tags::SOURCE_IMAGE_SEQUENCE, source);
        item.item(tags::DERIVATION_CODE_SEQUENCE, SEGMENTATION.item());
    })
}

/// The Common Instance Reference Module (PS3.3 section C.12.2).
pub(crate) fn put_common_reference(set: &mut InMemDicomObject, uids: &ExportUids) {
    let series = built(|item| {
        item.value(tags::SERIES_INSTANCE_UID, uids.scan_series.as_str());
        item.item(tags::REFERENCED_INSTANCE_SEQUENCE, scan_reference(uids));
    });
    set.item(tags::REFERENCED_SERIES_SEQUENCE, series);
}

fn scan_reference(uids: &ExportUids) -> InMemDicomObject {
    built(|item| {
        item.value(
            tags::REFERENCED_SOP_CLASS_UID,
            uids::OPHTHALMIC_TOMOGRAPHY_IMAGE_STORAGE,
        );
        item.value(tags::REFERENCED_SOP_INSTANCE_UID, uids.scan.as_str());
    })
}

/// The Multi-frame Dimension Module (PS3.3 section C.7.6.17) of `[attribute, functional group, name]` in order.
pub(crate) fn put_dimensions(
    set: &mut InMemDicomObject,
    organization_uid: &str,
    dimensions: &[(Tag, Tag, &str)],
) {
    let organization = built(|item| item.value(tags::DIMENSION_ORGANIZATION_UID, organization_uid));
    set.item(tags::DIMENSION_ORGANIZATION_SEQUENCE, organization);
    let index = |(attribute, group, name): &(Tag, Tag, &str)| {
        built(|item| {
            item.value(tags::DIMENSION_ORGANIZATION_UID, organization_uid);
            item.value(
                tags::DIMENSION_INDEX_POINTER,
                PrimitiveValue::from(*attribute),
            );
            item.value(tags::FUNCTIONAL_GROUP_POINTER, PrimitiveValue::from(*group));
            item.value(tags::DIMENSION_DESCRIPTION_LABEL, *name);
        })
    };
    let indices = dimensions.iter().map(index).collect();
    set.items(tags::DIMENSION_INDEX_SEQUENCE, indices);
}

/// Item of the Segment Identification Sequence (PS3.3 section C.8.20.3.1).
pub(crate) fn segment_identification(number: u16) -> InMemDicomObject {
    built(|item| {
        item.value(
            tags::REFERENCED_SEGMENT_NUMBER,
            PrimitiveValue::from(number),
        );
    })
}
