//! Which B-scan each frame is of.

use std::collections::BTreeSet;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::FORMAT;
use super::planes::by_plane;
use super::references::{
    Reference, advice, are_of_several_objects, frame_numbers, instances, references_of,
};
use crate::dicom::lookup::{group_of, items_of, number_of, text_of};
use crate::dicom::planes::plane_of;
use crate::{LabelContext, Plane, ReadError};

/// B-scans of all frames, and the sentence to go with an uncertain rule.
pub(super) struct Placed {
    pub(super) bscans: Vec<u32>,
    pub(super) warning: Option<String>,
}

/// By the first rule that says something of all frames: the frame of the scan that each was made from, the object that
/// is its B-scan, the plane in which it lies, its position in the stack, the order of frames. `groups` holds the class
/// of each frame.
///
/// Dimension Index Values are no rule. They are ordinals within the file: the first of its frames has a 1, whichever
/// B-scan that is, and in which direction they count is for the writer to choose.
pub(super) fn place(
    set: &InMemDicomObject,
    groups: &[Option<u8>],
    context: &LabelContext,
) -> Result<Placed, ReadError> {
    let sure = |bscans| Placed {
        bscans,
        warning: None,
    };
    let said = Said::of(set, groups.len());
    if let Some(numbers) = frame_numbers(&said.references, context) {
        return Ok(sure(counted_from_1(
            &numbers,
            "Referenced Frame Number (0008,1160)",
            context,
        )?));
    }
    if let Some(bscans) = instances(&said.references, context) {
        return Ok(sure(bscans));
    }
    if let Some((frames, bscans)) = said.planes.as_ref().zip(context.planes()) {
        return Ok(sure(by_plane(frames, &bscans)?));
    }
    let in_order = by_order(groups, context.bscan_count);
    if context.bscan_count == 1 && in_order.is_some() && said.are_in_one_place() {
        return Ok(sure(vec![0; groups.len()]));
    }
    let uncertain = |bscans, rule: &str| Placed {
        bscans,
        warning: Some(format!(
            "The frames do not name their B-scans and were put to them by {rule}; check the first and the last one."
        )),
    };
    if let Some(bscans) = by_stack(set, groups.len(), context.bscan_count) {
        return Ok(uncertain(bscans, "their positions in the stack"));
    }
    match in_order.filter(|_| !said.is_something(set)) {
        Some(bscans) => Ok(uncertain(bscans, "their order")),
        None => Err(said.refusal(set, context)),
    }
}

/// What the frames say of where they belong.
struct Said {
    references: Vec<Vec<Reference>>,
    /// Planes of all frames; none where one of them has none.
    planes: Option<Vec<Plane>>,
}

impl Said {
    fn of(set: &InMemDicomObject, frame_count: usize) -> Self {
        let frames = 0..frame_count;
        Self {
            references: frames
                .clone()
                .map(|frame| references_of(set, frame))
                .collect(),
            planes: frames.map(|frame| plane_of(set, frame)).collect(),
        }
    }

    fn are_in_one_place(&self) -> bool {
        let planes = self.planes.as_deref().unwrap_or_default();
        planes.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Whether the frames have places of their own, with which their order may be at odds.
    fn is_something(&self, set: &InMemDicomObject) -> bool {
        let has_numbers = self
            .references
            .iter()
            .flatten()
            .any(|of| !of.frames.is_empty());
        let has_place = |frame| {
            let content = group_of(set, frame, tags::FRAME_CONTENT_SEQUENCE);
            group_of(set, frame, tags::PLANE_POSITION_SEQUENCE).is_some()
                || content.is_some_and(|of| of.get(tags::IN_STACK_POSITION_NUMBER).is_some())
        };
        has_numbers
            || are_of_several_objects(&self.references)
            || has_place_dimension(set)
            || (0..self.references.len()).any(has_place)
    }

    fn refusal(&self, set: &InMemDicomObject, context: &LabelContext) -> ReadError {
        let places = match self.is_something(set) {
            true => "with places of their own ",
            false => "",
        };
        ReadError::Unsupported {
            format: FORMAT,
            feature: format!(
                "{} frames {places}that do not say which of the {} B-scans they are of",
                self.references.len(),
                context.bscan_count
            ),
            advice: match self.is_something(set) {
                true => advice(context),
                false => "export it with references to the frames of the scan",
            },
        }
    }
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

/// Attributes along which B-scans are counted.
const PLACE_DIMENSIONS: [Tag; 3] = [
    tags::IN_STACK_POSITION_NUMBER,
    tags::IMAGE_POSITION_PATIENT,
    tags::IMAGE_POSITION_VOLUME,
];

fn has_place_dimension(set: &InMemDicomObject) -> bool {
    let dimensions = items_of(set, tags::DIMENSION_INDEX_SEQUENCE).iter();
    let mut pointers = dimensions
        .filter_map(|item| item.get(tags::DIMENSION_INDEX_POINTER))
        .filter_map(|pointer| pointer.value().to_tag().ok());
    pointers.any(|tag| PLACE_DIMENSIONS.contains(&tag))
}

/// By In-Stack Position Number, where the frames are of one stack in which every B-scan occurs.
fn by_stack(set: &InMemDicomObject, frame_count: usize, bscan_count: u32) -> Option<Vec<u32>> {
    let mut stacks = BTreeSet::new();
    let mut bscans = Vec::with_capacity(frame_count);
    for frame in 0..frame_count {
        let content = group_of(set, frame, tags::FRAME_CONTENT_SEQUENCE)?;
        stacks.insert(text_of(content, tags::STACK_ID));
        let index = number_of(content, tags::IN_STACK_POSITION_NUMBER)?.checked_sub(1)?;
        bscans.push(
            u32::try_from(index)
                .ok()
                .filter(|bscan| *bscan < bscan_count)?,
        );
    }
    let distinct: BTreeSet<&u32> = bscans.iter().collect();
    (stacks.len() == 1 && distinct.len() as u64 == u64::from(bscan_count)).then_some(bscans)
}

/// One frame per B-scan in each segment.
fn by_order(groups: &[Option<u8>], bscan_count: u32) -> Option<Vec<u32>> {
    let mut seen = [0u32; 256];
    let mut bscans = Vec::with_capacity(groups.len());
    for group in groups {
        let count = &mut seen[usize::from(group.unwrap_or_default())];
        bscans.push(*count);
        *count += 1;
    }
    let is_whole = |count: &u32| [0, bscan_count].contains(count);
    seen.iter().all(is_whole).then_some(bscans)
}
