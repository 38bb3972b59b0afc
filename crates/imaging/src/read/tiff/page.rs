//! One page: its colours, its memory, its pixels.

use std::io::ErrorKind;

use fovea_geometry::SizePx;
use tiff::decoder::{DecodingResult, Limits};
use tiff::{ColorType, TiffError};

use super::directories::Directory;
use super::tiles::Tiles;
use super::{FORMAT, TiffReader, explain, jpeg, palette, unsupported};
use crate::colour::{Gray, gray_of};
use crate::frame::{Frame, Samples, is_rounded};
use crate::{Budget, ReadError};

/// The page at which the decoder stands.
pub(super) struct Page {
    pub(super) what: String,
    pub(super) directory: Directory,
    /// Bytes that earlier pages gave.
    pub(super) before: u64,
    /// Bytes of the file.
    pub(super) length: u64,
}

/// How the samples of a page lie.
#[derive(Clone, Copy)]
struct Layout {
    size: SizePx,
    channels: usize,
    bits: u8,
}

impl Page {
    /// The decoder, the picture, and whether its numbers were rounded.
    pub(super) fn decode<'a>(
        &self,
        mut decoder: TiffReader<'a>,
        budget: &Budget,
    ) -> Result<(TiffReader<'a>, Frame, bool), ReadError> {
        let fail = |error| explain(error, self.length, 0);
        let (width, height) = decoder.dimensions().map_err(fail)?;
        let size = budget.size(&self.what, width.into(), height.into())?;
        let color = decoder.colortype().map_err(fail)?;
        let layout = Layout {
            size,
            channels: channels(color)?,
            bits: color.bit_depth(),
        };
        let grays = match self.directory.is_palette() {
            true => Some(palette::grays(&mut decoder, layout.bits)?),
            false => None,
        };
        let (tiles, limits) = self.room(&decoder, layout, budget)?;
        if tiles.is_some() && decoder.image_buffer_layout().map_err(fail)?.planes != 1 {
            return Err(separate_planes());
        }
        if self.directory.is_jpeg() {
            jpeg::refuse_odd(&mut decoder, self, budget)?;
        }
        let offset = decoder.inner().position();
        decoder = decoder.with_limits(limits.clone());
        let result = match tiles {
            Some(tiles) => tiles.read(&mut decoder, &limits),
            None => decoder.read_image(),
        };
        let result = result.map_err(|error| self.explain_pixels(error, &mut decoder, offset))?;
        let (mut frame, is_rounded) = layout.frame(result)?;
        if let (Some(grays), Samples::U8(indices)) = (grays, &mut frame.samples) {
            for index in indices {
                *index = grays.values[usize::from(*index)];
            }
            frame.had_colour = grays.had_colour;
        }
        Ok((decoder, frame, is_rounded))
    }

    /// The memory that the page may take, and its tiles where they are to be read one by one.
    fn room(
        &self,
        decoder: &TiffReader<'_>,
        layout: Layout,
        budget: &Budget,
    ) -> Result<(Option<Tiles>, Limits), ReadError> {
        // Integers of unusual kinds become floats, so no sample is counted below four bytes.
        let decoded_bytes = budget.decoded(&self.what, layout.bytes(layout.bits.max(32)))?;
        // Pages may share their data, so what all of them claim is held against the one file.
        let claimed_bytes = layout.bytes(layout.bits);
        let claimed_bytes = claimed_bytes.and_then(|bytes| bytes.checked_add(self.before));
        budget.plausible(FORMAT, claimed_bytes, self.length)?;
        let pixel_bytes = layout.channels as u64 * u64::from(layout.bits) / 8;
        let tiles = Tiles::of(decoder, layout.size, pixel_bytes);
        let tiles = tiles.filter(|_| self.directory.is_lzw());
        let tile_bytes = tiles.as_ref().map_or(Some(0), Tiles::bytes);
        budget.plausible(FORMAT, tile_bytes, self.length)?;
        let tile_bytes = budget.decoded(&self.what, tile_bytes)?;
        let mut limits = Limits::default();
        limits.decoding_buffer_size =
            usize::try_from(decoded_bytes.max(tile_bytes)).unwrap_or(usize::MAX);
        Ok((tiles, limits))
    }

    /// A file that has all its bytes is not cut off, whatever a decompressor says of them.
    fn explain_pixels(
        &self,
        error: TiffError,
        decoder: &mut TiffReader<'_>,
        offset: u64,
    ) -> ReadError {
        let is_packed = self.directory.compression.is_some_and(|code| code != 1);
        match &error {
            TiffError::IoError(fault)
                if fault.kind() == ErrorKind::UnexpectedEof
                    && is_packed
                    && is_whole(decoder, self.length) =>
            {
                ReadError::damaged(
                    FORMAT,
                    offset,
                    "its packed pixels end before the picture is full",
                )
            }
            _ => explain(error, self.length, offset),
        }
    }
}

/// All strips or tiles of the current page lie within the file.
fn is_whole(decoder: &mut TiffReader<'_>, length: u64) -> bool {
    let mut chunks = jpeg::chunks(decoder).peekable();
    chunks.peek().is_some()
        && chunks.all(|(start, bytes)| start.checked_add(bytes).is_some_and(|end| end <= length))
}

impl Layout {
    /// What the samples take at this depth; none where that overflows.
    fn bytes(self, bits: u8) -> Option<u64> {
        let samples = (self.size.len() as u64).checked_mul(self.channels as u64)?;
        samples.checked_mul(u64::from(bits) / 8)
    }

    /// The picture in gray, and whether its numbers were rounded.
    fn frame(self, result: DecodingResult) -> Result<(Frame, bool), ReadError> {
        let channels = self.channels;
        let expected = self.size.len() * channels;
        Ok(match result {
            DecodingResult::U8(values) => {
                let values = of_length(values, expected)?;
                (self.gray(gray_of(values, channels), Samples::U8), false)
            }
            DecodingResult::U16(values) => {
                let values = of_length(values, expected)?;
                (self.gray(gray_of(values, channels), Samples::U16), false)
            }
            other => {
                let (values, is_rounded) = floats(other)?;
                let values = of_length(values, expected)?;
                let gray = gray_of(values, channels);
                (self.gray(gray, Samples::F32), is_rounded)
            }
        })
    }

    fn gray<T>(self, gray: Gray<T>, samples: impl Fn(Vec<T>) -> Samples) -> Frame {
        Frame {
            had_colour: gray.had_colour,
            ..Frame::gray(self.size, samples(gray.values))
        }
    }
}

fn channels(color: ColorType) -> Result<usize, ReadError> {
    match color {
        ColorType::Gray(8 | 16 | 32 | 64) => Ok(1),
        // Gray with a second channel, which is alpha or is said to be left out.
        ColorType::GrayA(8 | 16)
        | ColorType::Multiband {
            bit_depth: 8 | 16,
            num_samples: 2,
        } => Ok(2),
        ColorType::RGB(8 | 16) => Ok(3),
        ColorType::RGBA(8 | 16) => Ok(4),
        other => Err(unsupported(format!("pixels of kind {other:?}"))),
    }
}

/// Planar files give their first plane only; better refused than read wrong.
fn of_length<T>(values: Vec<T>, expected: usize) -> Result<Vec<T>, ReadError> {
    match values.len() == expected {
        true => Ok(values),
        false => Err(separate_planes()),
    }
}

fn separate_planes() -> ReadError {
    unsupported("its colours in separate planes".to_owned())
}

/// Numbers as floats, and whether some integers had to be rounded.
fn floats(result: DecodingResult) -> Result<(Vec<f32>, bool), ReadError> {
    let mut has_rounded = false;
    let mut rounded = |value: f64| {
        has_rounded |= is_rounded(value);
        value as f32
    };
    let values = match result {
        DecodingResult::F32(values) => values,
        DecodingResult::F64(values) => values.into_iter().map(|v| v as f32).collect(),
        DecodingResult::U32(values) => values.into_iter().map(|v| rounded(v.into())).collect(),
        DecodingResult::I8(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(|v| rounded(v.into())).collect(),
        _ => return Err(unsupported("samples of an unusual number type".to_owned())),
    };
    Ok((values, has_rounded))
}
