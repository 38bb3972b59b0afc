//! What a segment is and who drew it: the Segment Description Macro (PS3.3 table C.8.20-4) and what goes with it.

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::build::{Build, built};
use super::cielab::dicom_cielab;
use super::code::{ARTIFICIAL_INTELLIGENCE, Code};
use super::put_retina;
use crate::Laterality;

/// Longest text of an LO attribute (PS3.5 section 6.2).
pub(crate) const LABEL_CHARS_MAX: usize = 64;

/// Who drew the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentAlgorithm {
    /// A person.
    Manual,
    /// A person, with or over what a program proposed.
    Semiautomatic {
        /// Name of the program or model.
        name: String,
        /// Its version.
        version: String,
    },
    /// A program alone.
    Automatic {
        /// Name of the program or model.
        name: String,
        /// Its version.
        version: String,
    },
}

impl SegmentAlgorithm {
    fn kind(&self) -> &'static str {
        match self {
            Self::Manual => "MANUAL",
            Self::Semiautomatic { .. } => "SEMIAUTOMATIC",
            Self::Automatic { .. } => "AUTOMATIC",
        }
    }

    fn program(&self) -> Option<(&str, &str)> {
        match self {
            Self::Manual => None,
            Self::Semiautomatic { name, version } | Self::Automatic { name, version } => {
                Some((name, version))
            }
        }
    }

    /// All of it, for a hash.
    pub(crate) fn text(&self) -> String {
        let (name, version) = self.program().unwrap_or_default();
        format!("{}\n{name}\n{version}", self.kind())
    }
}

/// One segment.
pub(crate) struct Segment<'a> {
    /// From 1, without gaps.
    pub(crate) number: u16,
    pub(crate) label: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) category: Code,
    pub(crate) kind: Code,
    pub(crate) colour_rgb: [u8; 3],
}

impl Segment<'_> {
    /// Item of the Segment Sequence.
    pub(crate) fn item(
        &self,
        algorithm: &SegmentAlgorithm,
        laterality: Laterality,
    ) -> InMemDicomObject {
        built(|item| {
            item.value(tags::SEGMENT_NUMBER, PrimitiveValue::from(self.number));
            item.value(tags::SEGMENT_LABEL, long_text(self.label));
            if let Some(description) = self.description {
                item.value(tags::SEGMENT_DESCRIPTION, description);
            }
            item.item(
                tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE,
                self.category.item(),
            );
            item.item(
                tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE,
                self.kind.item(),
            );
            put_retina(item, laterality);
            item.value(tags::SEGMENT_ALGORITHM_TYPE, algorithm.kind());
            if let Some((name, version)) = algorithm.program() {
                item.value(tags::SEGMENT_ALGORITHM_NAME, long_text(name));
                item.item(
                    tags::SEGMENTATION_ALGORITHM_IDENTIFICATION_SEQUENCE,
                    identification(name, version),
                );
            }
            item.value(
                tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE,
                PrimitiveValue::U16(dicom_cielab(self.colour_rgb).as_slice().into()),
            );
        })
    }
}

/// The Algorithm Identification Macro (PS3.3 table 10-19).
fn identification(name: &str, version: &str) -> InMemDicomObject {
    built(|item| {
        item.item(
            tags::ALGORITHM_FAMILY_CODE_SEQUENCE,
            ARTIFICIAL_INTELLIGENCE.item(),
        );
        item.value(tags::ALGORITHM_NAME, long_text(name));
        item.value(tags::ALGORITHM_VERSION, long_text(version));
    })
}

/// `text` as a single value of an LO attribute; a required one is never empty.
fn long_text(text: &str) -> String {
    let plain = |c: char| match c.is_control() || c == '\\' {
        true => '/',
        false => c,
    };
    let text: String = text
        .trim()
        .chars()
        .map(plain)
        .take(LABEL_CHARS_MAX)
        .collect();
    match text.is_empty() {
        true => "unnamed".to_owned(),
        false => text,
    }
}
