//! Functional groups of a segmentation (PS3.3 section A.51.5): what each frame is of, and where it lies.

use dicom_core::{PrimitiveValue, Tag};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::frames::SegFrame;
use crate::Volume;
use crate::dicom::ExportUids;
use crate::dicom::build::{Build, built};
use crate::dicom::planes::{are_parallel, pixel_measures, planes};
use crate::dicom::references::{derivation_image, segment_identification};

/// Frames are ordered by segment, then by place in the one stack of B-scans.
pub(super) const DIMENSIONS: [(Tag, Tag, &str); 3] = [
    (
        tags::REFERENCED_SEGMENT_NUMBER,
        tags::SEGMENT_IDENTIFICATION_SEQUENCE,
        "Segment",
    ),
    (tags::STACK_ID, tags::FRAME_CONTENT_SEQUENCE, "Scan"),
    (
        tags::IN_STACK_POSITION_NUMBER,
        tags::FRAME_CONTENT_SEQUENCE,
        "B-scan",
    ),
];

pub(super) fn put_functional_groups(
    set: &mut InMemDicomObject,
    volume: &Volume,
    uids: &ExportUids,
    frames: &[SegFrame],
) {
    // Planes without pixel sizes place nothing.
    let planes = volume.spacing_um.and(planes(volume));
    if planes.is_none() {
        // Required where no plane says it; a B-scan on a curve has none.
        set.empty(&[tags::PATIENT_ORIENTATION]);
    }
    let shared = built(|group| {
        let Some((spacing, planes)) = volume.spacing_um.zip(planes.as_ref()) else {
            return;
        };
        let measures = pixel_measures([spacing.y, spacing.x], spacing.z);
        group.item(tags::PIXEL_MEASURES_SEQUENCE, measures);
        if let Some(plane) = planes.first().filter(|_| are_parallel(planes)) {
            group.item(tags::PLANE_ORIENTATION_SEQUENCE, plane.orientation_item());
        }
    });
    set.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, shared);
    let per_frame = |frame: &SegFrame| {
        built(|group| {
            group.item(tags::FRAME_CONTENT_SEQUENCE, frame_content(frame));
            group.item(
                tags::SEGMENT_IDENTIFICATION_SEQUENCE,
                segment_identification(frame.segment),
            );
            group.item(
                tags::DERIVATION_IMAGE_SEQUENCE,
                derivation_image(uids, Some(frame.bscan_index + 1)),
            );
            let Some(planes) = &planes else { return };
            let Some(plane) = planes.get(frame.bscan_index as usize) else {
                return;
            };
            group.item(tags::PLANE_POSITION_SEQUENCE, plane.position_item());
            if !are_parallel(planes) {
                group.item(tags::PLANE_ORIENTATION_SEQUENCE, plane.orientation_item());
            }
        })
    };
    let groups = frames.iter().map(per_frame).collect();
    set.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups);
}

fn frame_content(frame: &SegFrame) -> InMemDicomObject {
    let position = frame.bscan_index + 1;
    built(|item| {
        item.value(tags::STACK_ID, "1");
        item.value(
            tags::IN_STACK_POSITION_NUMBER,
            PrimitiveValue::from(position),
        );
        let values = [u32::from(frame.segment), 1, position];
        item.value(
            tags::DIMENSION_INDEX_VALUES,
            PrimitiveValue::U32(values.as_slice().into()),
        );
    })
}
