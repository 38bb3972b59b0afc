//! Matlab version 5 `.mat` (*MAT-File Format*, MathWorks) with a scan in it.
//!
//! Matlab stores columns one after the other and counts from 1; pictures become row-major and heights start at 0.
//! Three kinds of content are told apart:
//!
//! | file | content |
//! |---|---|
//! | `spectralis` | a Heidelberg `.vol` as variables: `B0`, `B0seg`, `SLO`, `ScaleX`, … |
//! | `stack`, `lines` | B-scans as an array or as cells, with Duke's layer arrays where there are any |
//!
//! Variables that describe a person are never asked for, and no text is kept.

mod array;
mod catalog;
mod element;
mod lines;
mod numbers;
mod picture;
mod spectralis;
mod stack;

use fovea_geometry::SizePx;

use crate::bytes::ByteOrder;
use crate::{Budget, ReadError, Volume};
use array::Arrays;
use catalog::Catalog;
use element::variables;
use lines::Lines;

pub(crate) const FORMAT: &str = "Matlab";

/// Reads the whole file.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    with_catalog(bytes, budget, |catalog| {
        match spectralis::is_export(catalog) {
            true => spectralis::read(catalog, budget),
            false => stack::read(catalog, budget),
        }
    })
}

/// The layer lines in the file that fit a volume of `bscans` B-scans of `size`.
pub(crate) fn layer_lines(
    bytes: &[u8],
    size: SizePx,
    bscans: u32,
    budget: &Budget,
) -> Result<Lines, ReadError> {
    with_catalog(bytes, budget, |catalog| {
        Ok(lines::read(catalog, size, bscans as usize))
    })
}

fn with_catalog<T>(
    bytes: &[u8],
    budget: &Budget,
    read: impl FnOnce(&Catalog<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let order = byte_order(bytes)?;
    let variables = variables(bytes, order, budget)?;
    let mut arrays = Arrays::new();
    let top = variables
        .iter()
        .map(|variable| arrays.read(variable.content(), order, b"", 0))
        .collect::<Result<Vec<_>, _>>()?;
    read(&Catalog::of(&top, bytes.len() as u64))
}

/// The last two bytes of the header, `MI` as a number of the machine that wrote it.
fn byte_order(bytes: &[u8]) -> Result<ByteOrder, ReadError> {
    match bytes.get(126..128) {
        Some(b"IM") => Ok(ByteOrder::Little),
        Some(b"MI") => Ok(ByteOrder::Big),
        Some(_) => {
            let found = "it does not say which byte comes first";
            Err(ReadError::damaged(FORMAT, 126, found))
        }
        None => {
            let length = bytes.len() as u64;
            Err(ReadError::truncated(
                FORMAT,
                length,
                "the header of 128 bytes",
            ))
        }
    }
}
