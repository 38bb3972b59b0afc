//! Pixel Data to frames: native, or encapsulated in fragments (PS3.5 section A.4).

use std::borrow::Cow;

use dicom_core::value::Value;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use rayon::prelude::*;

use super::FORMAT;
use super::gray::gray;
use super::pixels::{PixelFormat, unsupported, wrong};
use super::{jpeg, rle};
use crate::frame::Frame;
use crate::jpeg2000::Codestream;
use crate::{Budget, ReadError};

/// How fragments are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Native,
    /// As native, but in fragments.
    Uncompressed,
    Rle,
    Jpeg,
    Jpeg2000,
}

/// Decodes every frame. Each is independent of the others, so all processors take part.
pub(super) fn decode(
    set: &InMemDicomObject,
    syntax: &str,
    format: &PixelFormat,
    budget: &Budget,
) -> Result<Vec<Frame>, ReadError> {
    let codec = codec_of(syntax)?;
    let element = set
        .get(tags::PIXEL_DATA)
        .ok_or_else(|| wrong(tags::PIXEL_DATA, "it is missing"))?;
    match (element.value(), codec) {
        (Value::Primitive(value), Codec::Native) => native(&value.to_bytes(), set, format),
        (Value::PixelSequence(sequence), codec) if codec != Codec::Native => {
            if codec != Codec::Uncompressed && !matches!(format.bits_allocated, 8 | 16) {
                let bits = format.bits_allocated;
                return Err(unsupported(format!("compressed samples of {bits} bits")));
            }
            let fragments = sequence.fragments();
            let frames = split(fragments, sequence.offset_table(), format.frames as usize)?;
            plausible(&frames, codec, format)?;
            frames
                .par_iter()
                .enumerate()
                .map(|(index, data)| {
                    let frame = Encapsulated {
                        data,
                        index,
                        format,
                    };
                    // Decoders give colours pixel by pixel.
                    let is_planar = codec == Codec::Uncompressed && format.is_planar;
                    gray(&frame.decode(codec, budget)?, format, set, is_planar)
                })
                .collect()
        }
        _ => Err(wrong(
            tags::PIXEL_DATA,
            "it is not stored as the transfer syntax says",
        )),
    }
}

/// True for transfer syntaxes that lose something.
pub(super) fn is_lossy(syntax: &str) -> bool {
    matches!(
        syntax,
        uids::JPEG_BASELINE8_BIT | uids::JPEG_EXTENDED12_BIT | uids::JPEG2000
    )
}

/// Explicit VR Big Endian, retired.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

fn codec_of(syntax: &str) -> Result<Codec, ReadError> {
    match syntax {
        uids::IMPLICIT_VR_LITTLE_ENDIAN
        | uids::EXPLICIT_VR_LITTLE_ENDIAN
        | BIG_ENDIAN
        | uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN => Ok(Codec::Native),
        uids::ENCAPSULATED_UNCOMPRESSED_EXPLICIT_VR_LITTLE_ENDIAN => Ok(Codec::Uncompressed),
        uids::RLE_LOSSLESS => Ok(Codec::Rle),
        uids::JPEG_BASELINE8_BIT
        | uids::JPEG_EXTENDED12_BIT
        | uids::JPEG_LOSSLESS
        | uids::JPEG_LOSSLESS_SV1 => Ok(Codec::Jpeg),
        uids::JPEG2000 | uids::JPEG2000_LOSSLESS => Ok(Codec::Jpeg2000),
        _ => Err(unsupported(
            "pixels compressed in a way other than JPEG, JPEG 2000 and RLE".to_owned(),
        )),
    }
}

fn native(
    bytes: &[u8],
    set: &InMemDicomObject,
    format: &PixelFormat,
) -> Result<Vec<Frame>, ReadError> {
    let frame_bytes = format.frame_bytes();
    if format.bits_allocated == 1 {
        return one_bit(bytes, set, format);
    }
    let needed = frame_bytes.checked_mul(format.frames as usize);
    if needed.is_none_or(|needed| needed > bytes.len()) {
        return Err(ReadError::field(
            FORMAT,
            crate::dicom::name_of(tags::PIXEL_DATA),
            format!(
                "it has {} bytes, which do not hold {} frames of {} bytes",
                bytes.len(),
                format.frames,
                frame_bytes
            ),
        ));
    }
    bytes
        .par_chunks_exact(frame_bytes)
        .take(format.frames as usize)
        .map(|frame| gray(frame, format, set, format.is_planar))
        .collect()
}

/// Frames of single bits follow each other without padding, lowest bit first.
fn one_bit(
    bytes: &[u8],
    set: &InMemDicomObject,
    format: &PixelFormat,
) -> Result<Vec<Frame>, ReadError> {
    let pixels = format.size.len();
    let mut frames = Vec::new();
    for index in 0..format.frames as usize {
        let bit = |at: usize| {
            let at = index * pixels + at;
            bytes.get(at / 8).map(|byte| byte >> (at % 8) & 1)
        };
        let frame: Option<Vec<u8>> = (0..pixels).map(bit).collect();
        let frame = frame.ok_or_else(|| wrong(tags::PIXEL_DATA, "it is too short"))?;
        frames.push(gray(&frame, format, set, false)?);
    }
    Ok(frames)
}

/// The data of each frame: one fragment each (as extended offsets demand), or as many as the offsets say, or all for
/// the only one, or as many as there are up to the next that starts like a picture.
fn split<'a>(
    fragments: &'a [Vec<u8>],
    offsets: &[u32],
    frames: usize,
) -> Result<Vec<Cow<'a, [u8]>>, ReadError> {
    if fragments.len() == frames {
        return Ok(fragments
            .iter()
            .map(|data| Cow::Borrowed(&data[..]))
            .collect());
    }
    if frames == 1 {
        return Ok(vec![Cow::Owned(fragments.concat())]);
    }
    let mut split: Vec<Vec<u8>> = Vec::new();
    let mut at = 0_u64;
    for fragment in fragments {
        let starts = match offsets {
            [] => STARTS.iter().any(|start| fragment.starts_with(start)),
            _ => offsets
                .get(split.len())
                .is_some_and(|start| u64::from(*start) == at),
        };
        match (starts, split.last_mut()) {
            (true, _) => split.push(fragment.clone()),
            (false, Some(frame)) => frame.extend_from_slice(fragment),
            (false, None) => break,
        }
        // Each fragment stands behind an item tag and a length.
        at += 8 + fragment.len() as u64;
    }
    match split.len() == frames {
        true => Ok(split.into_iter().map(Cow::Owned).collect()),
        false => Err(wrong(
            tags::PIXEL_DATA,
            "its fragments cannot be told apart into the frames that are declared",
        )),
    }
}

/// How JPEG and JPEG 2000 pictures start.
const STARTS: [&[u8]; 2] = [b"\xff\xd8\xff", b"\xff\x4f\xff\x51"];

/// Refuses frames that their data cannot hold, before anything is decoded: RLE reaches 64 : 1, and what the others
/// make of a scan with its speckle stays far below 256 : 1.
fn plausible(
    frames: &[Cow<'_, [u8]>],
    codec: Codec,
    format: &PixelFormat,
) -> Result<(), ReadError> {
    let data: u64 = frames.iter().map(|frame| frame.len() as u64).sum();
    let decoded = format.frame_bytes() as u64 * frames.len() as u64;
    let most = match codec {
        Codec::Rle => data.saturating_mul(64),
        Codec::Native | Codec::Uncompressed => data,
        // Small pictures may be empty.
        _ => data
            .saturating_mul(4_096)
            .min((16 << 20) + data.saturating_mul(256)),
    };
    match decoded <= most {
        true => Ok(()),
        false => Err(wrong(
            tags::PIXEL_DATA,
            "its data are too short for the frames that are declared",
        )),
    }
}

/// One frame in its compressed form.
struct Encapsulated<'a> {
    data: &'a [u8],
    index: usize,
    format: &'a PixelFormat,
}

impl Encapsulated<'_> {
    /// Bytes as a native frame would have them, colours pixel by pixel unless they come uncompressed.
    fn decode(&self, codec: Codec, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        let format = self.format;
        let bytes = usize::from(format.bits_allocated / 8);
        let decoded = match codec {
            Codec::Rle => rle::decode(
                self.data,
                format.size.len(),
                usize::from(format.samples),
                bytes,
            ),
            Codec::Jpeg => match jpeg::left_out_bits(self.data) {
                Some(bits) => {
                    return Err(unsupported(format!(
                        "JPEG samples of {bits} bits with loss"
                    )));
                }
                None => jpeg::decode(self.data, format),
            },
            Codec::Jpeg2000 => return self.jpeg2000(budget),
            Codec::Uncompressed => self.uncompressed(),
            Codec::Native => None,
        };
        decoded.ok_or_else(|| self.damaged())
    }

    /// Single bits start with a new byte in each frame.
    fn uncompressed(&self) -> Option<Vec<u8>> {
        let format = self.format;
        let stored = self.data.get(..format.frame_bytes())?;
        let bit = |at: usize| stored[at / 8] >> (at % 8) & 1;
        Some(match format.bits_allocated {
            1 => (0..format.size.len()).map(bit).collect(),
            _ => stored.to_vec(),
        })
    }

    fn jpeg2000(&self, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        let format = self.format;
        let what = format!("Frame {}", self.index + 1);
        let stream = Codestream::open(self.data, FORMAT, &what, budget)?;
        let fits = u16::from(stream.bits()) <= format.bits_allocated;
        if !fits || stream.size() != format.size || stream.components() != format.samples {
            return Err(self.damaged());
        }
        let planes = stream.decode()?;
        // Signed samples were raised; what is stored is two's complement.
        let offset = if stream.is_signed() {
            1_u16 << (stream.bits() - 1)
        } else {
            0
        };
        let mut frame = Vec::with_capacity(format.frame_bytes());
        for at in 0..format.size.len() {
            for plane in &planes {
                let value = plane[at].wrapping_sub(offset);
                match format.bits_allocated {
                    8 => frame.push(value as u8),
                    _ => frame.extend_from_slice(&value.to_le_bytes()),
                }
            }
        }
        Ok(frame)
    }

    fn damaged(&self) -> ReadError {
        let what = format!(
            "the data of frame {} do not decode to {}×{} px with {} samples",
            self.index + 1,
            self.format.size.width,
            self.format.size.height,
            self.format.samples
        );
        ReadError::field(FORMAT, crate::dicom::name_of(tags::PIXEL_DATA), what)
    }
}
