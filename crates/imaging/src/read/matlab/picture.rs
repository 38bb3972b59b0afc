//! From columns to rows.

use fovea_geometry::SizePx;

use super::FORMAT;
use super::catalog::{Catalog, Filled};
use super::numbers::{Numbers, Stored};
use crate::frame::Frame;
use crate::{Budget, ReadError, Samples};

/// Bytes of pictures that a file of any size may hold; larger ones up to [`DECODED_PER_BYTE`] times their size.
const FREE_DECODED_BYTES: u64 = 64 << 20;
const DECODED_PER_BYTE: u64 = 64;

/// Sides of the pictures in an array of rows × columns × pictures, and how many there are.
pub(super) fn pages(filled: &Filled<'_>) -> Option<(u64, u64, u64)> {
    match *filled.dimensions() {
        [height, width] => Some((width, height, 1)),
        [height, width, pages] => Some((width, height, pages)),
        _ => None,
    }
}

/// The pictures of arrays of one size, one after the other.
pub(super) fn frames(
    what: &str,
    arrays: &[Filled<'_>],
    catalog: &Catalog<'_>,
    budget: &Budget,
) -> Result<Vec<Frame>, ReadError> {
    let sides = arrays.first().and_then(pages).unwrap_or_default();
    let size = budget.size(what, sides.0, sides.1)?;
    let count = sides.2.saturating_mul(arrays.len() as u64);
    budget.frames(what, count)?;
    let sample_bytes = arrays
        .iter()
        .map(|filled| sample_bytes(filled.numbers))
        .max();
    let bytes = (size.len() as u64)
        .checked_mul(count)
        .and_then(|samples| samples.checked_mul(sample_bytes.unwrap_or(1)));
    let bytes = budget.decoded(what, bytes)?;
    let plausible = catalog.file_bytes.saturating_mul(DECODED_PER_BYTE);
    if bytes > plausible.max(FREE_DECODED_BYTES) {
        let found = "its pictures hold more than a file of this size could need";
        return Err(ReadError::field(FORMAT, what, found));
    }
    let pages = sides.2 as usize;
    let frames = arrays.iter().flat_map(|filled| {
        (0..pages).map(move |page| Frame::gray(size, samples(filled.numbers, size, page)))
    });
    Ok(frames.collect())
}

fn sample_bytes(numbers: &Numbers<'_>) -> u64 {
    match numbers.stored {
        Stored::U8 => 1,
        Stored::U16 => 2,
        _ => 4,
    }
}

fn samples(numbers: &Numbers<'_>, size: SizePx, page: usize) -> Samples {
    let start = page * size.len();
    match numbers.stored {
        Stored::U8 => {
            let raw = numbers.as_u8().unwrap_or_default();
            let raw = raw.get(start..start + size.len()).unwrap_or_default();
            Samples::U8(by_rows(size, |index| {
                raw.get(index).copied().unwrap_or_default()
            }))
        }
        Stored::U16 => Samples::U16(by_rows(size, |index| numbers.at(start + index) as u16)),
        _ => Samples::F32(by_rows(size, |index| numbers.at(start + index) as f32)),
    }
}

/// Row-major values of a picture that is stored column by column.
fn by_rows<T: Copy + Default>(size: SizePx, at: impl Fn(usize) -> T) -> Vec<T> {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut rows = vec![T::default(); size.len()];
    for x in 0..width {
        for y in 0..height {
            rows[y * width + x] = at(x * height + y);
        }
    }
    rows
}
