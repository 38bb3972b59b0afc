//! TIFF: 8, 16 and 32-bit integers, floats, one page or many.

mod directories;
mod jpeg;
mod page;
mod palette;
mod stack;
mod tiles;

use std::io::{Cursor, ErrorKind};

use tiff::TiffError;
use tiff::decoder::{Decoder, Limits};

use crate::frame::Frame;
use crate::png_gray::trimmed;
use crate::{Budget, ReadError};
pub(crate) use directories::directories;
use page::Page;
pub(crate) use stack::stated_images;

const FORMAT: &str = "TIFF";

pub(crate) type TiffReader<'a> = Decoder<Cursor<&'a [u8]>>;

/// What a value of a tag takes in the decoder; in the file each takes at least a byte.
const TAG_VALUE_BYTES: usize = 32;
/// Most bytes that the values of one tag may take: eight million strips.
const TAG_BYTES_MAX: usize = 256 << 20;

/// All pages of a file.
pub(crate) struct Pages {
    pub(crate) frames: Vec<Frame>,
    /// Integers were too large for the floats that they became.
    pub(crate) is_rounded: bool,
}

/// Decodes all pages.
pub(crate) fn decode(bytes: &[u8], budget: &Budget) -> Result<Pages, ReadError> {
    let length = bytes.len() as u64;
    let directories = directories(bytes);
    stack::refuse_depth(&directories)?;
    let bytes = palette::as_gray(bytes, &directories);
    let mut decoder =
        Decoder::new(Cursor::new(&bytes[..])).map_err(|error| explain(error, length, 0))?;
    stack::refuse_hidden(&mut decoder, directories.len() as u64, length)?;
    let mut pages = Pages {
        frames: Vec::new(),
        is_rounded: false,
    };
    let mut decoded_bytes = 0;
    loop {
        let index = pages.frames.len();
        let page = Page {
            what: format!("Page {} of the TIFF file", index + 1),
            directory: directories.get(index).copied().unwrap_or_default(),
            before: decoded_bytes,
            length,
        };
        let left = Budget {
            max_decoded_bytes: budget.max_decoded_bytes - decoded_bytes,
            ..*budget
        };
        let (frame, rounded);
        (decoder, frame, rounded) = page.decode(decoder, &left)?;
        decoded_bytes += frame.decoded_bytes();
        pages.is_rounded |= rounded;
        pages.frames.push(frame);
        if !decoder.more_images() {
            return Ok(pages);
        }
        budget.frames("The TIFF file", pages.frames.len() as u64 + 1)?;
        let offset = decoder.inner().position();
        decoder = decoder.with_limits(tag_limits(bytes.len()));
        decoder
            .next_image()
            .map_err(|error| explain(error, length, offset))?;
    }
}

/// For reading directories: the decoder takes memory for as many values as a tag declares. Of the first directory, which
/// it reads while it opens the file, its own limit of 256 MiB holds.
fn tag_limits(length: usize) -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = length.saturating_mul(TAG_VALUE_BYTES).min(TAG_BYTES_MAX);
    limits
}

fn unsupported(feature: String) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature,
        advice: "save it as 8-bit or 16-bit gray, or as RGB, and import that",
    }
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
