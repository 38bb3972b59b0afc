//! Functional groups of a tomogram (PS3.3 section A.52.4.3): pixel size, place and anatomy of each B-scan.

use dicom_core::{PrimitiveValue, Tag};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::dicom::build::{Build, built};
use crate::dicom::planes::{Plane, are_parallel, pixel_measures, planes, stacked_planes};
use crate::dicom::put_retina;
use crate::{Laterality, Volume, WriteError};

/// B-scans are one stack, in order.
pub(super) const DIMENSIONS: [(Tag, Tag, &str); 2] = [
    (tags::STACK_ID, tags::FRAME_CONTENT_SEQUENCE, "Scan"),
    (
        tags::IN_STACK_POSITION_NUMBER,
        tags::FRAME_CONTENT_SEQUENCE,
        "B-scan",
    ),
];

pub(super) fn put(set: &mut InMemDicomObject, volume: &Volume) -> Result<(), WriteError> {
    let spacing = volume
        .spacing_um
        .filter(|_| !volume.bscans.is_empty())
        .ok_or_else(|| WriteError::NotRepresentable {
            format: "DICOM OPT",
            what: "a scan whose pixel size is not known".to_owned(),
        })?;
    // Every frame must have a place. Where the source says none, as for a circle, B-scans stand one behind the other.
    let planes = planes(volume).unwrap_or_else(|| stacked_planes(volume.bscans.len(), spacing.z));
    let is_parallel = are_parallel(&planes);
    let shared = built(|group| {
        let measures = pixel_measures([spacing.y, spacing.x], spacing.z);
        group.item(tags::PIXEL_MEASURES_SEQUENCE, measures);
        group.item(tags::FRAME_ANATOMY_SEQUENCE, anatomy(volume.laterality));
        if let Some(plane) = planes.first().filter(|_| is_parallel) {
            group.item(tags::PLANE_ORIENTATION_SEQUENCE, plane.orientation_item());
        }
    });
    set.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, shared);
    let groups = (1..)
        .zip(&planes)
        .map(|(position, plane)| frame_group(position, plane, is_parallel));
    set.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups.collect());
    Ok(())
}

fn frame_group(position: u32, plane: &Plane, is_parallel: bool) -> InMemDicomObject {
    built(|group| {
        let content = built(|item| {
            item.value(tags::STACK_ID, "1");
            item.value(
                tags::IN_STACK_POSITION_NUMBER,
                PrimitiveValue::from(position),
            );
            item.value(
                tags::DIMENSION_INDEX_VALUES,
                PrimitiveValue::U32([1, position].as_slice().into()),
            );
        });
        group.item(tags::FRAME_CONTENT_SEQUENCE, content);
        group.item(tags::PLANE_POSITION_SEQUENCE, plane.position_item());
        if !is_parallel {
            group.item(tags::PLANE_ORIENTATION_SEQUENCE, plane.orientation_item());
        }
    })
}

/// Frame Anatomy (C.7.6.16.2.8).
fn anatomy(laterality: Laterality) -> InMemDicomObject {
    built(|item| {
        item.value(
            tags::FRAME_LATERALITY,
            match laterality {
                Laterality::Right => "R",
                Laterality::Left => "L",
                Laterality::Unknown => "B",
            },
        );
        put_retina(item, laterality);
    })
}
