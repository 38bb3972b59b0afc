//! Stored values of one frame to gray samples.

use dicom_object::InMemDicomObject;

use super::palette;
use super::pixels::{Photometric, PixelFormat, unsupported};
use crate::ReadError;
use crate::colour::{luma_u8, luma_u16};
use crate::frame::{Frame, Samples};

/// A frame of native little-endian bytes; `is_planar` when colours come one after the other.
///
/// Unsigned gray keeps its stored values. Signed values, and those of 32 bits, become floats.
pub(super) fn gray(
    bytes: &[u8],
    format: &PixelFormat,
    set: &InMemDicomObject,
    is_planar: bool,
) -> Result<Frame, ReadError> {
    let samples = match format.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => mono(bytes, format),
        Photometric::Palette => return palette::gray(bytes, format, set),
        Photometric::Rgb => rgb(bytes, format, is_planar)?,
        // Luma is gray already.
        Photometric::Ybr => {
            eight_bit_colour(format).map(|()| Samples::U8(every(bytes, format, is_planar)))?
        }
        Photometric::Ybr422 => {
            eight_bit_colour(format).map(|()| Samples::U8(ybr_422(bytes, format)))?
        }
    };
    Ok(Frame {
        size: format.size,
        samples,
        had_colour: format.samples > 1,
    })
}

fn mono(bytes: &[u8], format: &PixelFormat) -> Samples {
    let count = format.size.len();
    match (format.bits_allocated, format.is_signed) {
        (1 | 8, false) => Samples::U8(
            bytes[..count]
                .iter()
                .map(|value| stored((*value).into(), format) as u8)
                .collect(),
        ),
        (8, true) => Samples::F32(
            bytes[..count]
                .iter()
                .map(|value| signed(stored((*value).into(), format), format))
                .collect(),
        ),
        (16, false) => Samples::U16(
            words(bytes, count)
                .map(|value| stored(value.into(), format) as u16)
                .collect(),
        ),
        (16, true) => Samples::F32(
            words(bytes, count)
                .map(|value| signed(stored(value.into(), format), format))
                .collect(),
        ),
        (_, is_signed) => {
            let values = bytes.chunks_exact(4).take(count);
            let values = values.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            Samples::F32(
                values
                    .map(|value| match is_signed {
                        true => signed(stored(value, format), format),
                        false => stored(value, format) as f32,
                    })
                    .collect(),
            )
        }
    }
}

pub(super) fn words(bytes: &[u8], count: usize) -> impl Iterator<Item = u16> + '_ {
    let pairs = bytes.chunks_exact(2).take(count);
    pairs.map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// The bits of a cell that belong to the value; others may hold overlays of old.
pub(super) fn stored(cell: u32, format: &PixelFormat) -> u32 {
    let mask = u32::MAX >> (32 - u32::from(format.bits_stored));
    (cell >> format.shift) & mask
}

/// Two's complement of `bits_stored` bits.
fn signed(value: u32, format: &PixelFormat) -> f32 {
    let unused = 32 - u32::from(format.bits_stored);
    ((value << unused) as i32 >> unused) as f32
}

fn rgb(bytes: &[u8], format: &PixelFormat, is_planar: bool) -> Result<Samples, ReadError> {
    let count = format.size.len();
    let (step, stride) = match is_planar {
        true => (1, count),
        false => (3, 1),
    };
    let at = |pixel: usize, colour: usize| pixel * step + colour * stride;
    match format.bits_allocated {
        8 => Ok(Samples::U8(
            (0..count)
                .map(|p| luma_u8(bytes[at(p, 0)], bytes[at(p, 1)], bytes[at(p, 2)]))
                .collect(),
        )),
        16 => {
            let word = |at: usize| u16::from_le_bytes([bytes[at * 2], bytes[at * 2 + 1]]);
            Ok(Samples::U16(
                (0..count)
                    .map(|p| luma_u16(word(at(p, 0)), word(at(p, 1)), word(at(p, 2))))
                    .collect(),
            ))
        }
        bits => Err(unsupported(format!("colours of {bits} bits"))),
    }
}

fn eight_bit_colour(format: &PixelFormat) -> Result<(), ReadError> {
    match format.bits_allocated {
        8 => Ok(()),
        bits => Err(unsupported(format!("colours of {bits} bits"))),
    }
}

/// Luma of every pixel where all three are stored.
fn every(bytes: &[u8], format: &PixelFormat, is_planar: bool) -> Vec<u8> {
    let step = if is_planar { 1 } else { 3 };
    let count = format.size.len();
    bytes.iter().step_by(step).take(count).copied().collect()
}

/// Luma where two pixels share their colours: Y Y Cb Cr (PS3.3 section C.7.6.3.1.2). A decoded frame has all three.
fn ybr_422(bytes: &[u8], format: &PixelFormat) -> Vec<u8> {
    let count = format.size.len();
    if bytes.len() >= 3 * count {
        return every(bytes, format, false);
    }
    let pairs = bytes.chunks_exact(4).flat_map(|four| [four[0], four[1]]);
    let mut luma: Vec<u8> = pairs.take(count).collect();
    luma.resize(count, 0);
    luma
}
