//! How pixels are stored: Image Pixel (PS3.3 section C.7.6.3).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_geometry::SizePx;

use super::FORMAT;
use crate::dicom::lookup::{number_of, text_of};
use crate::dicom::{name_of, native_pixel_bits};
use crate::{Budget, ReadError};

/// What the attributes say of the pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PixelFormat {
    pub(super) size: SizePx,
    pub(super) frames: u32,
    /// 1 or 3.
    pub(super) samples: u16,
    /// 1, 8, 16 or 32.
    pub(super) bits_allocated: u16,
    pub(super) bits_stored: u16,
    /// Bits to the right of a stored value.
    pub(super) shift: u16,
    pub(super) is_signed: bool,
    /// Colours one after the other instead of pixel by pixel.
    pub(super) is_planar: bool,
    pub(super) photometric: Photometric,
}

/// What a stored value stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Photometric {
    /// The lowest value is white.
    Monochrome1,
    /// The lowest value is black.
    Monochrome2,
    /// An index into a table of colours.
    Palette,
    Rgb,
    /// Full range, luma first.
    Ybr,
    /// As before, with colours for every second pixel only; luma is there for each.
    Ybr422,
}

impl PixelFormat {
    /// Checks everything that the decoders build on, and the sizes against the budget.
    pub(super) fn of(set: &InMemDicomObject, budget: &Budget) -> Result<Self, ReadError> {
        let required = |tag| number_of(set, tag).ok_or_else(|| missing(tag));
        let size = budget.size(
            "A frame of the DICOM file (Columns and Rows)",
            required(tags::COLUMNS)?,
            required(tags::ROWS)?,
        )?;
        let frames = number_of(set, tags::NUMBER_OF_FRAMES).unwrap_or(1);
        if frames == 0 {
            return Err(wrong(tags::NUMBER_OF_FRAMES, "it is 0"));
        }
        budget.frames("The DICOM file (NumberOfFrames)", frames)?;
        let bits_allocated = required(tags::BITS_ALLOCATED)?;
        let bits_stored = number_of(set, tags::BITS_STORED).unwrap_or(bits_allocated);
        let high_bit = number_of(set, tags::HIGH_BIT).unwrap_or(bits_stored.saturating_sub(1));
        let samples = number_of(set, tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        if !matches!(bits_allocated, 1 | 8 | 16 | 32) {
            return Err(unsupported(format!("{bits_allocated} bits for a sample")));
        }
        if bits_stored == 0 || high_bit >= bits_allocated || bits_stored > high_bit + 1 {
            return Err(wrong(
                tags::BITS_STORED,
                "it does not fit BitsAllocated and HighBit",
            ));
        }
        if !matches!(samples, 1 | 3) {
            return Err(unsupported(format!("{samples} samples for a pixel")));
        }
        let is_signed = number_of(set, tags::PIXEL_REPRESENTATION) == Some(1);
        if bits_allocated == 1 && (is_signed || samples != 1) {
            return Err(unsupported("single bits that are no mask".to_owned()));
        }
        let voxels = (size.len() as u64).checked_mul(frames);
        let bytes =
            voxels.and_then(|count| count.checked_mul(samples * bits_allocated.div_ceil(8)));
        budget.decoded("The DICOM file", bytes)?;
        // All of them were held against limits that fit.
        Ok(Self {
            size,
            frames: frames as u32,
            samples: samples as u16,
            bits_allocated: bits_allocated as u16,
            bits_stored: bits_stored as u16,
            shift: (high_bit + 1 - bits_stored) as u16,
            is_signed,
            is_planar: number_of(set, tags::PLANAR_CONFIGURATION) == Some(1),
            photometric: photometric(set, samples)?,
        })
    }

    /// Samples of one frame.
    pub(super) fn frame_samples(&self) -> usize {
        self.size.len() * usize::from(self.samples)
    }

    /// Bytes of one frame as it is stored natively, before padding.
    pub(super) fn frame_bytes(&self) -> usize {
        let is_422 = self.photometric == Photometric::Ybr422;
        let bits = native_pixel_bits(is_422, self.samples.into(), self.bits_allocated.into());
        // At most 3 samples of 32 bits, and the frame as a whole was held against the budget.
        (self.size.len() * bits.unwrap_or_default() as usize).div_ceil(8)
    }
}

fn photometric(set: &InMemDicomObject, samples: u64) -> Result<Photometric, ReadError> {
    let tag = tags::PHOTOMETRIC_INTERPRETATION;
    let text = text_of(set, tag).ok_or_else(|| missing(tag))?;
    let (photometric, expected) = match text.as_str() {
        "MONOCHROME1" => (Photometric::Monochrome1, 1),
        "MONOCHROME2" => (Photometric::Monochrome2, 1),
        "PALETTE COLOR" => (Photometric::Palette, 1),
        "RGB" | "YBR_RCT" | "YBR_ICT" => (Photometric::Rgb, 3),
        "YBR_FULL" => (Photometric::Ybr, 3),
        "YBR_FULL_422" => (Photometric::Ybr422, 3),
        _ => {
            return Err(unsupported(
                "pixels of a kind that is no gray and no colour".to_owned(),
            ));
        }
    };
    match samples == expected {
        true => Ok(photometric),
        false => Err(wrong(
            tags::SAMPLES_PER_PIXEL,
            "it does not fit PhotometricInterpretation",
        )),
    }
}

pub(super) fn missing(tag: Tag) -> ReadError {
    ReadError::field(FORMAT, name_of(tag), "it is missing or no number")
}

pub(super) fn wrong(tag: Tag, what: &str) -> ReadError {
    ReadError::field(FORMAT, name_of(tag), what)
}

pub(super) fn unsupported(feature: String) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature,
        advice: "export it as an uncompressed gray image",
    }
}
