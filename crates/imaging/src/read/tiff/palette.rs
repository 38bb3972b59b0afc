//! Pages whose pixels are indices into a palette, as ImageJ writes them where a picture has a look-up table.
//!
//! The decoder knows no palettes. It is given a copy of the file in which such pages call themselves gray, and so
//! hands out the indices.

use std::borrow::Cow;

use tiff::tags::Tag;

use super::directories::Directory;
use super::{TiffReader, unsupported};
use crate::ReadError;
use crate::colour::{Gray, gray_of};

/// Colours of a palette of 8-bit indices.
const COLOURS: usize = 256;
const BLACK_IS_ZERO: u16 = 1;

/// The file with every palette page as a gray one of its indices.
pub(super) fn as_gray<'a>(bytes: &'a [u8], directories: &[Directory]) -> Cow<'a, [u8]> {
    let mut bytes = Cow::Borrowed(bytes);
    for directory in directories.iter().filter(|page| page.is_palette()) {
        let at = directory.photometric_at as usize;
        let value = match bytes.starts_with(b"II") {
            true => BLACK_IS_ZERO.to_le_bytes(),
            false => BLACK_IS_ZERO.to_be_bytes(),
        };
        if bytes.len() >= at + 2 {
            bytes.to_mut()[at..at + 2].copy_from_slice(&value);
        }
    }
    bytes
}

/// The gray value of each index of the current page, whose indices have `bits`; whether a page makes use of a colour of
/// its palette is not looked at.
pub(super) fn grays(decoder: &mut TiffReader<'_>, bits: u8) -> Result<Gray<u8>, ReadError> {
    let map = decoder.find_tag_unsigned_vec::<u16>(Tag::ColorMap);
    let map = map.ok().flatten().unwrap_or_default();
    if bits != 8 || map.len() != 3 * COLOURS {
        return Err(unsupported(
            "a palette of other than 256 colours".to_owned(),
        ));
    }
    // The colours have 16 bits. Some programs fill only the lower eight.
    let shift = if map.iter().all(|v| *v < 256) { 0 } else { 8 };
    let channel = |first: usize, index: usize| (map[first * COLOURS + index] >> shift) as u8;
    let colours = (0..COLOURS).flat_map(|index| [0, 1, 2].map(|first| channel(first, index)));
    Ok(gray_of(colours.collect(), 3))
}
