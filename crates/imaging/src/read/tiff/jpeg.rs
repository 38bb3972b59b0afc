//! Strips and tiles that are JPEG pictures.

use std::borrow::Cow;
use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;
use tiff::tags::Tag;

use super::page::Page;
use super::{FORMAT, TiffReader, unsupported};
use crate::read::jpeg_frame;
use crate::{Budget, ReadError};

/// Writers round a picture up to whole blocks of this many pixels at most.
const BLOCK_PX: u32 = 32;
/// Channels of a picture, at most.
const CHANNELS_MAX: u64 = 4;

/// Refuses `page`, the current one, where a picture in it would lead the decoder out of its buffers, or make it take memory
/// for pixels that no strip or tile has: it asks the picture for its size, and not the page. It goes no further than the
/// first picture that is none, as the decoder does.
pub(super) fn refuse_odd(
    decoder: &mut TiffReader<'_>,
    page: &Page,
    budget: &Budget,
) -> Result<(), ReadError> {
    let (width, height) = decoder.chunk_dimensions();
    let room = [width, height].map(|side| side.next_multiple_of(BLOCK_PX));
    let tables = decoder.get_tag_u8_vec(Tag::JPEGTables).ok();
    let chunks = chunks(decoder);
    let file = *decoder.inner().get_ref();
    for (start, length) in chunks {
        let Some(picture) = chunk(file, start, length) else {
            break;
        };
        let picture = with_tables(tables.as_deref(), picture);
        if let Some(feature) = jpeg_frame::oddity(&picture) {
            return Err(unsupported(format!("a JPEG in it with {feature}")));
        }
        // By the decoder that is used, so that both mean the same header.
        let Ok(header) = JpegDecoder::new(Cursor::new(&*picture)) else {
            break;
        };
        let (width, height) = header.dimensions();
        if width > room[0] || height > room[1] {
            let what = "a JPEG in it is larger than its strip or tile";
            return Err(ReadError::damaged(FORMAT, start, what));
        }
        let pixels = u64::from(width) * u64::from(height);
        let bytes = pixels.checked_mul(CHANNELS_MAX);
        budget.decoded(&page.what, bytes)?;
        budget.plausible(FORMAT, bytes, page.length)?;
    }
    Ok(())
}

/// The bytes of a strip or tile. Where the file ends first, the decoder takes what there is.
fn chunk(file: &[u8], start: u64, length: u64) -> Option<&[u8]> {
    let end = start.saturating_add(length).min(file.len() as u64);
    file.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// The picture as the decoder sees it: behind the tables that all pictures of the page share, without the mark of the end of
/// those and that of its own beginning.
fn with_tables<'a>(tables: Option<&[u8]>, picture: &'a [u8]) -> Cow<'a, [u8]> {
    match tables.and_then(|tables| tables.split_last_chunk::<2>()) {
        Some((tables, _)) => Cow::Owned([tables, picture.get(2..).unwrap_or_default()].concat()),
        None => Cow::Borrowed(picture),
    }
}

/// Where the strips or tiles of the current page lie, and how long they are.
pub(super) fn chunks(decoder: &mut TiffReader<'_>) -> impl Iterator<Item = (u64, u64)> + use<> {
    let mut list = |strips, tiles| {
        let mut values = |tag| decoder.find_tag_unsigned_vec::<u64>(tag).ok().flatten();
        values(strips).or_else(|| values(tiles)).unwrap_or_default()
    };
    let starts = list(Tag::StripOffsets, Tag::TileOffsets);
    let lengths = list(Tag::StripByteCounts, Tag::TileByteCounts);
    starts.into_iter().zip(lengths)
}
