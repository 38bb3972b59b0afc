//! Which B-scan each frame is of.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::FORMAT;
use crate::dicom::lookup::{decimals_of, item_of, items_of, numbers_of};
use crate::{LabelContext, ReadError};

/// B-scans of all frames, and the sentence to go with an uncertain rule.
pub(super) struct Placed {
    pub(super) bscans: Vec<u32>,
    pub(super) warning: Option<String>,
}

/// The functional group `tag` of a frame, its own before the shared one.
pub(in crate::labels) fn group_of(
    set: &InMemDicomObject,
    frame: usize,
    tag: Tag,
) -> Option<&InMemDicomObject> {
    let own = items_of(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).get(frame);
    let shared = item_of(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    own.and_then(|group| item_of(group, tag))
        .or_else(|| shared.and_then(|group| item_of(group, tag)))
}

/// Frames of the scan that a frame says it was made from, counted from 1; empty where it names none.
pub(in crate::labels) fn source_frames(set: &InMemDicomObject, frame: usize) -> Vec<u64> {
    let source = group_of(set, frame, tags::DERIVATION_IMAGE_SEQUENCE)
        .and_then(|derivation| item_of(derivation, tags::SOURCE_IMAGE_SEQUENCE));
    source.map_or_else(Vec::new, |source| {
        numbers_of(source, tags::REFERENCED_FRAME_NUMBER)
    })
}

/// By the first rule that says something of all frames: the frame of the scan that each was made from, its number in
/// the dimension of place, the order of plane positions, the order of frames. `groups` holds the class of each frame.
pub(super) fn place(
    set: &InMemDicomObject,
    groups: &[Option<u8>],
    context: &LabelContext,
) -> Result<Placed, ReadError> {
    let frame_count = groups.len();
    if let Some(numbers) = by_source(set, frame_count) {
        return Ok(Placed {
            bscans: counted_from_1(&numbers, "Referenced Frame Number (0008,1160)", context)?,
            warning: None,
        });
    }
    let (numbers, what) = None
        .or_else(|| Some((by_dimension(set, frame_count)?, "dimension index")))
        .or_else(|| Some((by_position(set, frame_count, context)?, "plane positions")))
        .or_else(|| Some((by_order(groups, context)?, "frames")))
        .ok_or_else(|| ReadError::Unsupported {
            format: FORMAT,
            feature: format!(
                "{frame_count} frames that do not say which of the {} B-scans they are of",
                context.bscan_count
            ),
            advice: "export it with references to the frames of the scan",
        })?;
    let warning = (context.bscan_count > 1).then(|| {
        format!(
            "The frames do not name their B-scans and were put to them by the order of their {what}; \
             check the first and the last one."
        )
    });
    Ok(Placed {
        bscans: counted_from_1(&numbers, "Dimension Index Values (0020,9157)", context)?,
        warning,
    })
}

fn counted_from_1(
    numbers: &[u64],
    place: &str,
    context: &LabelContext,
) -> Result<Vec<u32>, ReadError> {
    let bscan = |(frame, number): (usize, &u64)| match number.checked_sub(1) {
        Some(index) if index < u64::from(context.bscan_count) => Ok(index as u32),
        _ => Err(ReadError::field(
            FORMAT,
            format!("{place} of frame {}", frame + 1),
            format!(
                "it is {number}, but this volume has {} B-scans",
                context.bscan_count
            ),
        )),
    };
    numbers.iter().enumerate().map(bscan).collect()
}

fn by_source(set: &InMemDicomObject, frame_count: usize) -> Option<Vec<u64>> {
    let number = |frame| match source_frames(set, frame).as_slice() {
        [number] => Some(*number),
        _ => None,
    };
    (0..frame_count).map(number).collect()
}

/// Attributes along which B-scans are counted.
const PLACE_DIMENSIONS: [Tag; 3] = [
    tags::IN_STACK_POSITION_NUMBER,
    tags::IMAGE_POSITION_PATIENT,
    tags::IMAGE_POSITION_VOLUME,
];

fn by_dimension(set: &InMemDicomObject, frame_count: usize) -> Option<Vec<u64>> {
    let dimension = items_of(set, tags::DIMENSION_INDEX_SEQUENCE)
        .iter()
        .position(|item| {
            let pointer = item.get(tags::DIMENSION_INDEX_POINTER);
            pointer
                .and_then(|pointer| pointer.value().to_tag().ok())
                .is_some_and(|tag| PLACE_DIMENSIONS.contains(&tag))
        })?;
    let number = |frame| {
        let content = group_of(set, frame, tags::FRAME_CONTENT_SEQUENCE)?;
        numbers_of(content, tags::DIMENSION_INDEX_VALUES)
            .get(dimension)
            .copied()
    };
    (0..frame_count).map(number).collect()
}

/// Ranks along the normal of the planes, when there are as many places as B-scans.
fn by_position(
    set: &InMemDicomObject,
    frame_count: usize,
    context: &LabelContext,
) -> Option<Vec<u64>> {
    let offsets: Vec<f64> = (0..frame_count)
        .map(|frame| offset_mm(set, frame))
        .collect::<Option<_>>()?;
    let mut places = offsets.clone();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let rank = |offset: &f64| places.partition_point(|place| place < offset) as u64 + 1;
    (places.len() as u64 == u64::from(context.bscan_count))
        .then(|| offsets.iter().map(rank).collect())
}

fn offset_mm(set: &InMemDicomObject, frame: usize) -> Option<f64> {
    let group = |sequence, tag| Some(decimals_of(group_of(set, frame, sequence)?, tag));
    let position = group(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT)?;
    let axes = group(
        tags::PLANE_ORIENTATION_SEQUENCE,
        tags::IMAGE_ORIENTATION_PATIENT,
    )?;
    let ([x, y, z], [a, b, c, d, e, f]) = (position.as_slice(), axes.as_slice()) else {
        return None;
    };
    let offset = x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
    offset.is_finite().then_some(offset)
}

/// One frame per B-scan in each segment.
fn by_order(groups: &[Option<u8>], context: &LabelContext) -> Option<Vec<u64>> {
    let mut seen = [0u64; 256];
    let mut numbers = Vec::with_capacity(groups.len());
    for group in groups {
        let count = &mut seen[usize::from(group.unwrap_or_default())];
        *count += 1;
        numbers.push(*count);
    }
    let is_whole = |count: &u64| [0, u64::from(context.bscan_count)].contains(count);
    seen.iter().all(is_whole).then_some(numbers)
}
