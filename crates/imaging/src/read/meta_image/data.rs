//! Where the voxels of a MetaImage are: behind the header, in one file beside it, or in one file per B-scan.

use std::borrow::Cow;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::FORMAT;
use super::header::{Header, unsupported};
use crate::bytes::Bytes;
use crate::read::beside::Beside;
use crate::read::inflate::inflate;
use crate::{Budget, ReadError};

const VOXELS: &str = "the voxels";
const KEY: &str = "ElementDataFile";

/// The `length` bytes of the first volume.
pub(super) fn data<'a>(
    header: &Header<'a>,
    length: u64,
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Cow<'a, [u8]>, ReadError> {
    if header.data_file.eq_ignore_ascii_case("local") {
        return voxels(header, header.rest, length)
            .map_err(|error| behind(error, header.rest_offset));
    }
    let names = names(header, budget)?;
    if let [name] = &names[..] {
        let file = read(name, beside, budget)?;
        return voxels(header, &file, length).map(|bytes| Cow::Owned(bytes.into_owned()));
    }
    let slices = header.extent[header.axis_count.min(3) - 1];
    if names.len() as u64 != slices || header.axis_count == 4 {
        return Err(ReadError::field(
            FORMAT,
            KEY,
            "it does not name one file for each step along the last axis",
        ));
    }
    let mut all = Vec::new();
    for name in &names {
        let file = read(name, beside, budget)?;
        all.extend_from_slice(&voxels(header, &file, length / slices)?);
    }
    Ok(Cow::Owned(all))
}

/// Content of a file that the header names; an error names it not, for people name files after patients.
fn read(name: &str, beside: &Beside<'_>, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let here = ["./", r".\"];
    let name = here
        .iter()
        .find_map(|here| name.strip_prefix(here))
        .unwrap_or(name);
    beside.read(name, budget).map_err(|error| match error {
        ReadError::Unreadable { .. } => ReadError::field(
            FORMAT,
            KEY,
            "a file that it names cannot be read in the same folder",
        ),
        error => error,
    })
}

/// Names of the files with the voxels.
fn names(header: &Header<'_>, budget: &Budget) -> Result<Vec<String>, ReadError> {
    let names: Vec<String> = match header.data_file.split_whitespace().next() {
        None => return Err(ReadError::field(FORMAT, KEY, "it is empty")),
        Some("LIST") => list(header, budget)?,
        Some(_) if header.data_file.contains('%') => pattern(header.data_file, budget)?,
        Some(_) => vec![header.data_file.to_owned()],
    };
    match names.is_empty() {
        true => Err(ReadError::field(FORMAT, KEY, "it names no file")),
        false => Ok(names),
    }
}

/// One name a line behind the header.
fn list(header: &Header<'_>, budget: &Budget) -> Result<Vec<String>, ReadError> {
    let fault = |_| ReadError::field(FORMAT, KEY, "its list is no text");
    let text = str::from_utf8(header.rest).map_err(fault)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    budget.frames(
        "The list of the MetaImage file",
        lines.clone().count() as u64,
    )?;
    Ok(lines.map(str::to_owned).collect())
}

/// `name%03d.raw first last step`.
fn pattern(value: &str, budget: &Budget) -> Result<Vec<String>, ReadError> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let fault = || unsupported("a pattern of file names other than `name%03d.raw first last step`");
    let [pattern, first, last, step] = words[..] else {
        return Err(fault());
    };
    let number = |word: &str| word.parse::<u32>().map_err(|_| fault());
    let (first, last, step) = (number(first)?, number(last)?, number(step)?);
    let (before, after) = pattern.split_once('%').ok_or_else(fault)?;
    let (digits, after) = after.split_once('d').ok_or_else(fault)?;
    let width = match digits {
        "" => 0,
        // With blanks in front of the number it would be no plain name.
        digits if digits.starts_with('0') => digits.parse::<usize>().map_err(|_| fault())?,
        _ => return Err(fault()),
    };
    if step == 0 || width > 9 || after.contains('%') {
        return Err(fault());
    }
    let count = u64::from(last.saturating_sub(first) / step) + 1;
    budget.frames("The pattern of the MetaImage file", count)?;
    let name = |number| format!("{before}{number:0width$}{after}");
    Ok((first..=last).step_by(step as usize).map(name).collect())
}

/// `length` bytes of voxels of one file.
fn voxels<'a>(
    header: &Header<'_>,
    file: &'a [u8],
    length: u64,
) -> Result<Cow<'a, [u8]>, ReadError> {
    let bytes = Bytes::little(FORMAT, file);
    if !header.is_packed {
        let start = header
            .skip
            .unwrap_or_else(|| bytes.len().saturating_sub(length));
        return bytes.slice(start, length, VOXELS).map(Cow::Borrowed);
    }
    let Some(skip) = header.skip else {
        return Err(unsupported(
            "packed voxels at the end of a file (HeaderSize of -1)",
        ));
    };
    let packed = bytes.slice(skip, bytes.len().saturating_sub(skip), VOXELS)?;
    let packed_bytes = packed.len() as u64;
    let unpacked = match packed.starts_with(b"\x1f\x8b") {
        true => inflate(
            MultiGzDecoder::new(packed),
            packed_bytes,
            0,
            length,
            FORMAT,
            VOXELS,
        ),
        false => inflate(
            ZlibDecoder::new(packed),
            packed_bytes,
            0,
            length,
            FORMAT,
            VOXELS,
        ),
    };
    unpacked.map(Cow::Owned)
}

/// An offset in what follows the header as one in the file.
fn behind(error: ReadError, header_bytes: u64) -> ReadError {
    match error {
        ReadError::Truncated {
            format,
            offset,
            what,
        } => ReadError::Truncated {
            format,
            offset: offset + header_bytes,
            what,
        },
        error => error,
    }
}
