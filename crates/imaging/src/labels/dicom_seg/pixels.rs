//! Frames of a segmentation: one bit, one fraction or one segment number per pixel.

use std::borrow::Cow;
use std::iter::from_fn;
use std::ops::Range;

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_geometry::SizePx;

use super::{FORMAT, bits_allocated, compressed, keyword};
use crate::ReadError;
use crate::dicom::lookup::number_of;

/// What a value of a frame means (PS3.3 section C.8.20.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// A bit: inside or outside the frame's segment.
    Binary,
    /// Fractions from 0 to `max` of the frame's segment.
    Fractional { max: u8 },
    /// The number of a segment.
    LabelMap { bytes: usize },
}

impl Coding {
    pub(super) fn of(set: &InMemDicomObject) -> Result<Self, ReadError> {
        let bits = bits_allocated(set);
        let kind = keyword(set, tags::SEGMENTATION_TYPE);
        match (kind.as_str(), bits) {
            ("BINARY", 1) => Ok(Self::Binary),
            ("FRACTIONAL", 8) => match number_of(set, tags::MAXIMUM_FRACTIONAL_VALUE) {
                Some(max @ 1..=255) => Ok(Self::Fractional { max: max as u8 }),
                _ => Err(ReadError::field(
                    FORMAT,
                    "Maximum Fractional Value (0062,000E)",
                    "it is no number from 1 to 255",
                )),
            },
            ("LABELMAP", 8) => Ok(Self::LabelMap { bytes: 1 }),
            ("LABELMAP", 16) => Ok(Self::LabelMap { bytes: 2 }),
            ("BINARY" | "FRACTIONAL" | "LABELMAP", _) => Err(ReadError::field(
                FORMAT,
                "Bits Allocated (0028,0100)",
                format!("it is {bits}, which does not go with the type of segmentation"),
            )),
            _ => Err(ReadError::field(
                FORMAT,
                "Segmentation Type (0062,0001)",
                "it is none of BINARY, FRACTIONAL and LABELMAP",
            )),
        }
    }

    fn bits(self) -> u64 {
        match self {
            Self::Binary => 1,
            Self::Fractional { .. } => 8,
            Self::LabelMap { bytes } => 8 * bytes as u64,
        }
    }

    /// What a person should know of values that are not taken as they are.
    pub(super) fn warning(self) -> Option<String> {
        match self {
            Self::Fractional { max } => Some(format!(
                "The segmentation holds fractions; pixels of at least half of {max} count as inside."
            )),
            Self::Binary | Self::LabelMap { .. } => None,
        }
    }
}

/// The values of all frames.
pub(super) struct Pixels<'a> {
    bytes: Cow<'a, [u8]>,
    coding: Coding,
    frame_px: usize,
}

impl<'a> Pixels<'a> {
    /// Refuses pixel data that is shorter than the frames it should hold.
    pub(super) fn of(
        set: &'a InMemDicomObject,
        coding: Coding,
        size: SizePx,
        frame_count: u32,
    ) -> Result<Self, ReadError> {
        let place = "Pixel Data (7FE0,0010)";
        let element = set
            .get(tags::PIXEL_DATA)
            .ok_or_else(|| ReadError::field(FORMAT, place, "it is missing"))?;
        let bytes = match element.value().primitive() {
            Some(PrimitiveValue::U8(bytes)) => Cow::Borrowed(bytes.as_slice()),
            Some(PrimitiveValue::U16(words)) => {
                Cow::Owned(words.iter().flat_map(|word| word.to_le_bytes()).collect())
            }
            Some(_) => return Err(ReadError::field(FORMAT, place, "it holds no bytes")),
            None => return Err(compressed(FORMAT)),
        };
        let bits = (size.len() as u64)
            .checked_mul(u64::from(frame_count))
            .and_then(|pixels| pixels.checked_mul(coding.bits()));
        let needed = bits.map(|bits| bits.div_ceil(8));
        if needed.is_none_or(|needed| needed > bytes.len() as u64) {
            return Err(ReadError::field(
                FORMAT,
                place,
                format!(
                    "{frame_count} frames of {}×{} px do not fit its {} bytes",
                    size.width,
                    size.height,
                    bytes.len()
                ),
            ));
        }
        Ok(Self {
            bytes,
            coding,
            frame_px: size.len(),
        })
    }

    /// The value of a pixel of a frame, both of which the caller keeps inside.
    fn value(&self, frame: usize, at: usize) -> u16 {
        let index = frame * self.frame_px + at;
        match self.coding {
            Coding::Binary => u16::from(self.bytes[index / 8] >> (index % 8) & 1),
            Coding::Fractional { .. } | Coding::LabelMap { bytes: 1 } => {
                u16::from(self.bytes[index])
            }
            Coding::LabelMap { .. } => {
                u16::from_le_bytes([self.bytes[2 * index], self.bytes[2 * index + 1]])
            }
        }
    }

    /// Runs of pixels inside the segment of a frame.
    pub(super) fn inside(&self, frame: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let least = match self.coding {
            Coding::Fractional { max } => u16::from(max).div_ceil(2),
            Coding::Binary | Coding::LabelMap { .. } => 1,
        };
        let mut at = 0;
        from_fn(move || {
            while at < self.frame_px && self.value(frame, at) < least {
                at += 1;
            }
            let start = at;
            while at < self.frame_px && self.value(frame, at) >= least {
                at += 1;
            }
            (start < at).then_some(start..at)
        })
    }

    /// Runs of one segment number in a frame, background left out.
    pub(super) fn runs(&self, frame: usize) -> impl Iterator<Item = (u16, Range<usize>)> + '_ {
        let mut at = 0;
        from_fn(move || {
            while at < self.frame_px && self.value(frame, at) == 0 {
                at += 1;
            }
            if at >= self.frame_px {
                return None;
            }
            let (start, value) = (at, self.value(frame, at));
            while at < self.frame_px && self.value(frame, at) == value {
                at += 1;
            }
            Some((value, start..at))
        })
    }
}
