//! TIFF: 8, 16 and 32-bit integers, floats, one page or many.

use std::io::{Cursor, ErrorKind};

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::{ColorType, TiffError};

use crate::frame::{Frame, Samples, gray_of, luma_f32, luma_u8, luma_u16};
use crate::png_gray::trimmed;
use crate::{Budget, ReadError};

const FORMAT: &str = "TIFF";

type TiffReader<'a> = Decoder<Cursor<&'a [u8]>>;

/// What a value of a tag takes in the decoder; in the file each takes at least a byte.
const TAG_VALUE_BYTES: usize = 32;
/// Most bytes that the values of one tag may take: eight million strips.
const TAG_BYTES_MAX: usize = 256 << 20;

/// Decodes all pages.
pub(crate) fn decode(bytes: &[u8], budget: &Budget) -> Result<Vec<Frame>, ReadError> {
    let fail = |error| explain(error, bytes.len() as u64, 0);
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(fail)?;
    let mut pages = Vec::new();
    let mut decoded_bytes = 0;
    loop {
        let what = format!("Page {} of the TIFF file", pages.len() + 1);
        let left = Budget {
            max_decoded_bytes: budget.max_decoded_bytes - decoded_bytes,
            ..*budget
        };
        let page;
        (decoder, page) = decode_page(decoder, &left, &what, decoded_bytes, bytes.len() as u64)?;
        decoded_bytes += page.decoded_bytes();
        pages.push(page);
        if !decoder.more_images() {
            return Ok(pages);
        }
        budget.frames("The TIFF file", pages.len() as u64 + 1)?;
        let offset = decoder.inner().position();
        decoder = decoder.with_limits(tag_limits(bytes.len()));
        decoder
            .next_image()
            .map_err(|error| explain(error, bytes.len() as u64, offset))?;
    }
}

/// For reading directories: the decoder takes memory for as many values as a tag declares. Of the first directory, which
/// it reads while it opens the file, its own limit of 256 MiB holds.
fn tag_limits(length: usize) -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = length.saturating_mul(TAG_VALUE_BYTES).min(TAG_BYTES_MAX);
    limits
}

/// Decodes the current page; `before` counts the bytes that earlier pages gave, `length` those of the file.
fn decode_page<'a>(
    mut decoder: TiffReader<'a>,
    budget: &Budget,
    what: &str,
    before: u64,
    length: u64,
) -> Result<(TiffReader<'a>, Frame), ReadError> {
    let (width, height) = decoder
        .dimensions()
        .map_err(|error| explain(error, length, 0))?;
    let size = budget.size(what, width.into(), height.into())?;
    let color = decoder
        .colortype()
        .map_err(|error| explain(error, length, 0))?;
    let channels = channels(color)?;
    let sample_count = (size.len() as u64).checked_mul(channels as u64);
    let of_depth = |bits: u8| sample_count.and_then(|count| count.checked_mul(u64::from(bits) / 8));
    // Integers of unusual kinds become floats, so no sample is counted below four bytes.
    let decoded_bytes = budget.decoded(what, of_depth(color.bit_depth().max(32)))?;
    // Pages may share their data, so what all of them claim is held against the one file.
    let claimed_bytes = of_depth(color.bit_depth()).and_then(|bytes| bytes.checked_add(before));
    budget.plausible(FORMAT, claimed_bytes, length)?;
    let offset = decoder.inner().position();
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(decoded_bytes).unwrap_or(usize::MAX);
    decoder = decoder.with_limits(limits);
    let result = decoder
        .read_image()
        .map_err(|error| explain(error, length, offset))?;
    let expected = size.len() * channels;
    let samples = match result {
        DecodingResult::U8(values) => {
            Samples::U8(gray_of(of_length(values, expected)?, channels, luma_u8))
        }
        DecodingResult::U16(values) => {
            Samples::U16(gray_of(of_length(values, expected)?, channels, luma_u16))
        }
        other => Samples::F32(gray_of(
            of_length(floats(other)?, expected)?,
            channels,
            luma_f32,
        )),
    };
    Ok((decoder, Frame { size, samples }))
}

fn channels(color: ColorType) -> Result<usize, ReadError> {
    match color {
        ColorType::Gray(8 | 16 | 32 | 64) => Ok(1),
        ColorType::GrayA(8 | 16) => Ok(2),
        ColorType::RGB(8 | 16) => Ok(3),
        ColorType::RGBA(8 | 16) => Ok(4),
        other => Err(unsupported(format!("pixels of kind {other:?}"))),
    }
}

fn unsupported(feature: String) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature,
        advice: "save it as 8-bit or 16-bit gray, or as RGB, and import that",
    }
}

/// Planar files give their first plane only; better refused than read wrong.
fn of_length<T>(values: Vec<T>, expected: usize) -> Result<Vec<T>, ReadError> {
    match values.len() == expected {
        true => Ok(values),
        false => Err(unsupported("its colours in separate planes".to_owned())),
    }
}

fn floats(result: DecodingResult) -> Result<Vec<f32>, ReadError> {
    Ok(match result {
        DecodingResult::F32(values) => values,
        DecodingResult::F64(values) => values.into_iter().map(|v| v as f32).collect(),
        DecodingResult::U32(values) => values.into_iter().map(|v| v as f32).collect(),
        DecodingResult::I8(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(|v| v as f32).collect(),
        _ => return Err(unsupported("samples of an unusual number type".to_owned())),
    })
}

fn explain(error: TiffError, length: u64, offset: u64) -> ReadError {
    match error {
        TiffError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ReadError::truncated(FORMAT, length, "a directory or the picture data")
        }
        TiffError::LimitsExceeded => ReadError::damaged(
            FORMAT,
            offset,
            "a strip or tag is larger than its picture can need",
        ),
        TiffError::UnsupportedError(error) => unsupported(trimmed(&error.to_string())),
        error => ReadError::damaged(FORMAT, offset, trimmed(&error.to_string())),
    }
}
