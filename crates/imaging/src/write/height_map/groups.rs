//! Functional groups of a height map: which scan it is of, which surface a frame is, and what a height is in mm.

use dicom_core::{PrimitiveValue, Tag};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::Volume;
use crate::dicom::ExportUids;
use crate::dicom::build::{Build, built};
use crate::dicom::code::code;
use crate::dicom::planes::{Plane, are_parallel, pixel_measures, planes};
use crate::dicom::references::{derivation_image, segment_identification};

/// One frame per surface.
pub(super) const DIMENSIONS: [(Tag, Tag, &str); 1] = [(
    tags::REFERENCED_SEGMENT_NUMBER,
    tags::SEGMENT_IDENTIFICATION_SEQUENCE,
    "Surface",
)];

pub(super) fn put_functional_groups(
    set: &mut InMemDicomObject,
    volume: &Volume,
    uids: &ExportUids,
    surfaces: u16,
) {
    let plane = volume.spacing_um.and(map_plane(volume));
    let shared = built(|group| {
        // Without frame numbers: every frame of the scan, in its order, is a row.
        group.item(
            tags::DERIVATION_IMAGE_SEQUENCE,
            derivation_image(uids, None),
        );
        if let Some(spacing) = volume.spacing_um {
            let measures = pixel_measures([spacing.z, spacing.x], spacing.y);
            group.item(tags::PIXEL_MEASURES_SEQUENCE, measures);
            group.item(
                tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE,
                heights_in_mm(volume.bscan_size().height, spacing.y / 1e3),
            );
        }
        if let Some(plane) = plane {
            group.item(tags::PLANE_ORIENTATION_SEQUENCE, plane.orientation_item());
            group.item(tags::PLANE_POSITION_SEQUENCE, plane.position_item());
        }
    });
    set.item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, shared);
    let per_frame = |number: u16| {
        built(|group| {
            let content = built(|item| {
                item.value(
                    tags::DIMENSION_INDEX_VALUES,
                    PrimitiveValue::from(u32::from(number)),
                );
            });
            group.item(tags::FRAME_CONTENT_SEQUENCE, content);
            group.item(
                tags::SEGMENT_IDENTIFICATION_SEQUENCE,
                segment_identification(number),
            );
        })
    };
    let groups = (1..=surfaces).map(per_frame).collect();
    set.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups);
}

/// The plane from which heights are counted: along the B-scans, then from one to the next.
fn map_plane(volume: &Volume) -> Option<Plane> {
    let planes = planes(volume).filter(|planes| are_parallel(planes))?;
    let (first, second) = (planes.first()?, planes.get(1)?);
    let step = [0, 1, 2].map(|axis| second.position_mm[axis] - first.position_mm[axis]);
    let length = step.iter().map(|mm| mm * mm).sum::<f64>().sqrt();
    let [a, b, c, ..] = first.orientation;
    let [d, e, f] = step.map(|mm| mm / length);
    (length > 0.0).then_some(Plane {
        position_mm: first.position_mm,
        orientation: [a, b, c, d, e, f],
    })
}

/// Item of the Real World Value Mapping Sequence (C.7.6.16.2.11).
fn heights_in_mm(depth_px: u32, pixel_mm: f64) -> InMemDicomObject {
    built(|item| {
        for (tag, value) in [
            (tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, 0.0),
            (
                tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED,
                f64::from(depth_px),
            ),
            (tags::REAL_WORLD_VALUE_INTERCEPT, 0.0),
            (tags::REAL_WORLD_VALUE_SLOPE, pixel_mm),
        ] {
            item.value(tag, PrimitiveValue::from(value));
        }
        item.value(tags::LUT_EXPLANATION, "Distance from the top of the B-scan");
        item.value(tags::LUT_LABEL, "HEIGHT_MM");
        item.item(
            tags::MEASUREMENT_UNITS_CODE_SEQUENCE,
            code("mm", "UCUM", "millimeter").item(),
        );
    })
}
