//! PNG to and from 8-bit gray.

use std::io::Cursor;

use fovea_geometry::SizePx;
use png::{BitDepth, ColorType, DecodingError, Transformations};

use crate::colour::gray_of;
use crate::frame::{Frame, Samples, display};
use crate::{Budget, GrayImage, ReadError, WriteError, speckle_png};

pub(crate) const FORMAT: &str = "PNG";

/// Encodes `pixels` (row-major, `size.len()` values) as an 8-bit gray PNG. The same input gives the same bytes.
///
/// Speckle hardly compresses: looking for the best filter would take half as long again, save 4 %, and slow every reader.
pub fn encode_png_gray8(size: SizePx, pixels: &[u8]) -> Result<Vec<u8>, WriteError> {
    check_length(size, pixels)?;
    Ok(speckle_png::encode(size, pixels))
}

/// Refuses pixels that do not make a picture of `size`.
pub(crate) fn check_length(size: SizePx, pixels: &[u8]) -> Result<(), WriteError> {
    match size.len() == pixels.len() && !size.is_empty() {
        true => Ok(()),
        false => Err(WriteError::WrongLength {
            width: size.width,
            height: size.height,
            pixels: pixels.len(),
        }),
    }
}

/// Decodes any PNG to 8-bit gray: colour becomes Rec. 709 luma, alpha is dropped, a palette is looked up, and 16
/// bits are shown as [`crate::read_bytes`] shows them. Animated PNGs give their first frame.
pub fn decode_png_gray8(bytes: &[u8], budget: &Budget) -> Result<GrayImage, ReadError> {
    let frame = decode_frame(bytes, budget)?;
    let size = frame.size;
    let shown = display(vec![frame]).bscans.into_iter().next();
    Ok(GrayImage {
        size,
        pixels: shown.map(|bscan| bscan.pixels).unwrap_or_default(),
    })
}

/// Decodes a PNG at the depth of its file.
pub(crate) fn decode_frame(bytes: &[u8], budget: &Budget) -> Result<Frame, ReadError> {
    let raw = decode_raw(bytes, budget, Transformations::EXPAND)?;
    let channels = raw.color.samples();
    let (samples, had_colour) = match raw.depth {
        BitDepth::Sixteen => {
            let values = raw
                .data
                .chunks_exact(2)
                .map(|b| u16::from_be_bytes([b[0], b[1]]))
                .collect();
            let gray = gray_of(values, channels);
            (Samples::U16(gray.values), gray.had_colour)
        }
        _ => {
            let gray = gray_of(raw.data, channels);
            (Samples::U8(gray.values), gray.had_colour)
        }
    };
    Ok(Frame {
        size: raw.size,
        samples,
        had_colour,
    })
}

/// Decoded samples as the transformations left them.
pub(crate) struct RawPng {
    pub(crate) size: SizePx,
    pub(crate) color: ColorType,
    pub(crate) depth: BitDepth,
    pub(crate) data: Vec<u8>,
}

/// Decodes the first frame after the header has been held against the budget.
pub(crate) fn decode_raw(
    bytes: &[u8],
    budget: &Budget,
    transform: Transformations,
) -> Result<RawPng, ReadError> {
    let mut cursor = Cursor::new(bytes);
    let length = bytes.len() as u64;
    decode_from(&mut cursor, budget, transform, length).map_err(|fault| match fault {
        Fault::Refused(error) => error,
        Fault::Decoder(error) => explain(error, cursor.position(), length),
    })
}

enum Fault {
    Refused(ReadError),
    Decoder(DecodingError),
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self::Refused(error)
    }
}

impl From<DecodingError> for Fault {
    fn from(error: DecodingError) -> Self {
        Self::Decoder(error)
    }
}

fn decode_from(
    cursor: &mut Cursor<&[u8]>,
    budget: &Budget,
    transform: Transformations,
    length: u64,
) -> Result<RawPng, Fault> {
    let mut decoder = png::Decoder::new_with_limits(cursor, png::Limits { bytes: 64 << 20 });
    decoder.set_transformations(transform);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info()?;
    let size = budget.size("The PNG picture", header.width.into(), header.height.into())?;
    // Four 16-bit samples at most: an upper bound that holds for every colour type.
    budget.decoded("The PNG picture", (size.len() as u64).checked_mul(8))?;
    let mut reader = decoder.read_info()?;
    budget.plausible(
        FORMAT,
        reader.output_buffer_size().map(|bytes| bytes as u64),
        length,
    )?;
    let bytes = reader
        .output_buffer_size()
        .ok_or(DecodingError::LimitsExceeded)?;
    let mut data = vec![0; bytes];
    let info = reader.next_frame(&mut data)?;
    data.truncate(info.buffer_size());
    if (info.width, info.height) != (size.width, size.height) {
        return Err(ReadError::damaged(
            FORMAT,
            0,
            "its first frame is not of the size in its header",
        )
        .into());
    }
    Ok(RawPng {
        size,
        color: info.color_type,
        depth: info.bit_depth,
        data,
    })
}

fn explain(error: DecodingError, offset: u64, length: u64) -> ReadError {
    match error {
        DecodingError::IoError(_) => ReadError::truncated(FORMAT, length, "the picture data"),
        DecodingError::LimitsExceeded => ReadError::over(
            "A chunk of the PNG file",
            "more memory than it may use".to_owned(),
            "64.0 MiB".to_owned(),
        ),
        DecodingError::Format(fault) => {
            ReadError::damaged(FORMAT, offset, trimmed(&fault.to_string()))
        }
        DecodingError::Parameter(fault) => {
            ReadError::damaged(FORMAT, offset, trimmed(&fault.to_string()))
        }
    }
}

/// A decoder's message as a clause: no full stop of its own, one line, bounded.
pub(crate) fn trimmed(message: &str) -> String {
    let line = message
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    line.chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_round_trips() {
        let size = SizePx::new(7, 5);
        let pixels: Vec<u8> = (0..35).map(|i| (i * 7) as u8).collect();
        let png = encode_png_gray8(size, &pixels).expect("sizes agree");
        let image = decode_png_gray8(&png, &Budget::default()).expect("our own PNG");
        assert_eq!((image.size, image.pixels), (size, pixels));
    }
}
