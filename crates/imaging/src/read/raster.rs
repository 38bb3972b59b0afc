//! BMP and JPEG, through the `image` crate.

use std::io::{Cursor, ErrorKind};

use image::codecs::bmp::BmpDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult};

use super::jpeg_frame;
use crate::colour::{Gray, gray_of};
use crate::frame::{Frame, Samples};
use crate::png_gray::trimmed;
use crate::{Budget, ReadError};

/// Decodes a Windows bitmap.
pub(crate) fn decode_bmp(bytes: &[u8], budget: &Budget) -> Result<Frame, ReadError> {
    let mut cursor = Cursor::new(bytes);
    let decoder = BmpDecoder::new(&mut cursor);
    let page = decode("BMP", decoder, budget, bytes);
    page.map_err(|fault| fault.explained("BMP", cursor.position(), bytes.len() as u64))
}

/// Decodes a JPEG. The decoder would fill what is missing with gray, so a picture without its end is refused.
pub(crate) fn decode_jpeg(bytes: &[u8], budget: &Budget) -> Result<Frame, ReadError> {
    const FORMAT: &str = "JPEG";
    let scan = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]);
    let end = bytes.windows(2).rposition(|pair| pair == [0xff, 0xd9]);
    if scan.is_none() || end < scan {
        return Err(ReadError::truncated(
            FORMAT,
            bytes.len() as u64,
            "the picture data",
        ));
    }
    if let Some(feature) = jpeg_frame::oddity(bytes) {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            feature: feature.to_owned(),
            advice: "export it with another program, or as PNG",
        });
    }
    let mut cursor = Cursor::new(bytes);
    let decoder = JpegDecoder::new(&mut cursor);
    let page = decode(FORMAT, decoder, budget, bytes);
    page.map_err(|fault| fault.explained(FORMAT, cursor.position(), bytes.len() as u64))
}

enum Fault {
    Refused(ReadError),
    Decoder(ImageError),
}

fn decode<D: ImageDecoder>(
    format: &'static str,
    decoder: ImageResult<D>,
    budget: &Budget,
    bytes: &[u8],
) -> Result<Frame, Fault> {
    let decoder = decoder.map_err(Fault::Decoder)?;
    let (width, height) = decoder.dimensions();
    let what = format!("The {format} picture");
    let size = budget
        .size(&what, width.into(), height.into())
        .map_err(Fault::Refused)?;
    let decoded = Some(decoder.total_bytes());
    budget.decoded(&what, decoded).map_err(Fault::Refused)?;
    budget
        .plausible(format, decoded, bytes.len() as u64)
        .map_err(Fault::Refused)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(Fault::Decoder)?;
    let gray = match picture {
        DynamicImage::ImageLuma8(gray) => Gray {
            values: gray.into_raw(),
            had_colour: false,
        },
        other => gray_of(other.into_rgb8().into_raw(), 3),
    };
    Ok(Frame {
        size,
        samples: Samples::U8(gray.values),
        had_colour: gray.had_colour,
    })
}

impl Fault {
    fn explained(self, format: &'static str, offset: u64, length: u64) -> ReadError {
        match self {
            Self::Refused(error) => error,
            Self::Decoder(ImageError::IoError(error))
                if error.kind() == ErrorKind::UnexpectedEof =>
            {
                ReadError::truncated(format, length, "the picture data")
            }
            Self::Decoder(error) => ReadError::damaged(format, offset, trimmed(&error.to_string())),
        }
    }
}
