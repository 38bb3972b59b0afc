//! The segments of a file and the class that each becomes.

use std::collections::BTreeMap;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::FORMAT;
use super::pixels::Coding;
use crate::dicom::lookup::{group_of, item_of, items_of, number_of, numbers_of, text_of};
use crate::dicom::segment::LABEL_CHARS_MAX;
use crate::labels::synonyms::class_name;
use crate::{ForeignClass, ReadError};

/// Segments by their number. Classes are the ranks of the numbers from 1, which are the numbers themselves in files
/// that keep to the standard.
pub(super) struct Segments {
    by_number: BTreeMap<u64, (u8, String)>,
}

impl Segments {
    pub(super) fn of(set: &InMemDicomObject, coding: Coding) -> Result<Self, ReadError> {
        let fault = |what: &str| ReadError::field(FORMAT, "Segment Sequence (0062,0002)", what);
        let mut names = BTreeMap::new();
        for item in items_of(set, tags::SEGMENT_SEQUENCE) {
            let number = number_of(item, tags::SEGMENT_NUMBER)
                .ok_or_else(|| fault("a segment has no number"))?;
            // In a label map 0 may be described, and is background nonetheless.
            if number == 0 && matches!(coding, Coding::LabelMap { .. }) {
                continue;
            }
            if names.insert(number, segment_name(item, number)).is_some() {
                return Err(fault("two segments have one number"));
            }
        }
        if names.is_empty() || names.len() > 255 {
            let count = names.len();
            return Err(fault(&format!(
                "it describes {count} segments, and 1 to 255 can be read"
            )));
        }
        let ranked = names.into_iter().zip(1..);
        Ok(Self {
            by_number: ranked
                .map(|((number, name), class)| (number, (class, name)))
                .collect(),
        })
    }

    /// The class of each frame; none in label maps, where every pixel has its own.
    pub(super) fn of_frames(
        &self,
        set: &InMemDicomObject,
        coding: Coding,
        frame_count: u32,
    ) -> Result<Vec<Option<u8>>, ReadError> {
        if matches!(coding, Coding::LabelMap { .. }) {
            return Ok(vec![None; frame_count as usize]);
        }
        (0..frame_count as usize)
            .map(|frame| {
                let number = segment_number_of(set, frame);
                let class = number.and_then(|number| self.by_number.get(&number));
                class.map(|(class, _)| Some(*class)).ok_or_else(|| {
                    ReadError::field(
                        FORMAT,
                        format!(
                            "Referenced Segment Number (0062,000B) of frame {}",
                            frame + 1
                        ),
                        "it is missing or no segment of the file",
                    )
                })
            })
            .collect()
    }

    /// The class of a value of a label map.
    pub(super) fn class_of_value(&self, value: u16) -> Result<u8, ReadError> {
        let class = self.by_number.get(&u64::from(value));
        class.map(|(class, _)| *class).ok_or_else(|| {
            ReadError::field(
                FORMAT,
                "Pixel Data (7FE0,0010)",
                "it holds a number that is no segment of the file",
            )
        })
    }

    pub(super) fn classes(self) -> Vec<ForeignClass> {
        self.by_number
            .into_values()
            .map(|(index, name)| ForeignClass { index, name })
            .collect()
    }
}

/// The one segment that a frame is of.
pub(in crate::labels) fn segment_number_of(set: &InMemDicomObject, frame: usize) -> Option<u64> {
    let group = group_of(set, frame, tags::SEGMENT_IDENTIFICATION_SEQUENCE)?;
    match numbers_of(group, tags::REFERENCED_SEGMENT_NUMBER).as_slice() {
        [number] => Some(*number),
        _ => None,
    }
}

/// What a segment is called: its label or the meaning of its code, whichever the field knows first; else its label,
/// its meaning or its number.
pub(in crate::labels) fn segment_name(item: &InMemDicomObject, number: u64) -> String {
    let kind = item_of(item, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE);
    let texts = [
        text_of(item, tags::SEGMENT_LABEL),
        kind.and_then(|kind| text_of(kind, tags::CODE_MEANING)),
    ];
    let mut names = texts.into_iter().flatten().map(|text| bounded(&text));
    let (first, second) = (names.next(), names.next());
    let is_known = |name: &&String| class_name(name).is_some();
    let known = [&first, &second]
        .into_iter()
        .flatten()
        .find(is_known)
        .cloned();
    known
        .or(first)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| number.to_string())
}

fn bounded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LABEL_CHARS_MAX)
        .collect()
}
