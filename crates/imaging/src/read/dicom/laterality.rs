//! Which eye, from everything that says it.

use dicom_dictionary_std::tags;

use super::groups::FrameGroups;
use crate::Laterality;
use crate::dicom::lookup::text_of;

/// The side, and whether statements about it contradict each other: then it is unknown.
pub(super) struct Side {
    pub(super) laterality: Laterality,
    pub(super) is_contradictory: bool,
}

/// The side that image, series and frames of all files agree on. Some objects say it of both eyes (`B`), which tells
/// nothing of a scan of one and contradicts whoever names a side.
pub(super) fn side(frames: &[FrameGroups<'_>]) -> Side {
    let mut stated: Vec<String> = frames.iter().flat_map(statements).collect();
    stated.retain(|side| matches!(side.as_str(), "R" | "L" | "B"));
    stated.sort();
    stated.dedup();
    Side {
        laterality: match &stated[..] {
            [side] if side == "R" => Laterality::Right,
            [side] if side == "L" => Laterality::Left,
            _ => Laterality::Unknown,
        },
        is_contradictory: stated.len() > 1,
    }
}

fn statements(frame: &FrameGroups<'_>) -> Vec<String> {
    let anatomy = frame.items(tags::FRAME_ANATOMY_SEQUENCE);
    let of_frame = anatomy.map(|item| text_of(item, tags::FRAME_LATERALITY));
    let of_image =
        [tags::IMAGE_LATERALITY, tags::LATERALITY].map(|tag| text_of(frame.image(), tag));
    of_frame.chain(of_image).flatten().collect()
}
