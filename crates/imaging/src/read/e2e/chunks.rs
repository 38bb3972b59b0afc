//! The chunks of a `.e2e`: by its directory, or, where that is lost, by searching for them.

use std::collections::HashSet;

use super::FORMAT;
use crate::ReadError;
use crate::bytes::Bytes;

const MAIN_DIRECTORY: u64 = 36;
const DIRECTORY_BYTES: u64 = 52;
const ENTRY_BYTES: u64 = 44;
const CHUNK_HEADER_BYTES: u64 = 60;
const DIRECTORY_MARK: &[u8] = b"MDbDir";
const CHUNK_MARK: &[u8] = b"MDbData\0";

/// What is read of a chunk; all other kinds, persons among them, are passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Laterality,
    BscanGeometry,
    LayerLine,
    Picture,
}

/// The scan that a chunk belongs to. The numbers are the database's own and tell scans apart, nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScanKey {
    patient: u32,
    study: u32,
    series: u32,
}

/// A chunk with its content.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) offset: u64,
    pub(super) scan: ScanKey,
    /// Twice the place of the B-scan; below zero for what belongs to the scan as a whole.
    pub(super) slice: i32,
    pub(super) kind: Kind,
    pub(super) payload: &'a [u8],
}

/// All chunks that are read, in the order of the file.
pub(super) struct Chunks<'a> {
    pub(super) list: Vec<Chunk<'a>>,
    /// Whether the directory was lost.
    pub(super) searched: bool,
    /// Chunks that the file has only the beginning of; only where they were searched for.
    pub(super) cut_off: usize,
}

impl<'a> Chunks<'a> {
    pub(super) fn find(bytes: &Bytes<'a>) -> Result<Self, ReadError> {
        let what = "the main directory";
        let current = u64::from(bytes.u32(MAIN_DIRECTORY + 40, what)?);
        // Tools that cut a file down leave its chunks, but not the directory.
        match is_directory(bytes, current) {
            true => Self::by_directory(bytes, current),
            false => Self::by_search(bytes),
        }
    }

    /// Follows the chain of directories, each of which names the one before it.
    fn by_directory(bytes: &Bytes<'a>, last: u64) -> Result<Self, ReadError> {
        let mut seen = HashSet::new();
        let mut starts = Vec::new();
        let mut current = last;
        while current != 0 {
            if !seen.insert(current) {
                let what = "its directories form a circle";
                return Err(ReadError::damaged(FORMAT, current, what));
            }
            if !is_directory(bytes, current) {
                let what = "a directory is not where the next one says";
                return Err(ReadError::damaged(FORMAT, current, what));
            }
            let what = "a directory";
            let count = u64::from(bytes.u32(current + 36, what)?);
            let first = current + DIRECTORY_BYTES;
            bytes.slice(first, count * ENTRY_BYTES, what)?;
            for entry in (0..count).map(|index| first + index * ENTRY_BYTES) {
                let (place, start) = (bytes.u32(entry, what)?, bytes.u32(entry + 4, what)?);
                // Entries that are free point nowhere.
                if start > place && kind(bytes.u32(entry + 36, what)?).is_some() {
                    starts.push(u64::from(start));
                }
            }
            current = u64::from(bytes.u32(current + 44, what)?);
        }
        starts.sort_unstable();
        starts.dedup();
        let mut list: Vec<Chunk<'a>> = Vec::new();
        let mut end = 0;
        for start in starts {
            // Chunks inside each other would cost memory that the file has no bytes for.
            if start < end {
                return Err(ReadError::damaged(FORMAT, start, "two chunks overlap"));
            }
            let (chunk, chunk_end) = chunk(bytes, start)?;
            list.extend(chunk);
            end = chunk_end;
        }
        Ok(Self {
            list,
            searched: false,
            cut_off: 0,
        })
    }

    fn by_search(bytes: &Bytes<'a>) -> Result<Self, ReadError> {
        let mut found = Self {
            list: Vec::new(),
            searched: true,
            cut_off: 0,
        };
        let mut from = MAIN_DIRECTORY;
        while let Some(start) = next_mark(bytes, from)? {
            match chunk(bytes, start) {
                Ok((chunk, end)) => {
                    found.list.extend(chunk);
                    from = end;
                }
                Err(_) => {
                    found.cut_off += 1;
                    from = start + CHUNK_MARK.len() as u64;
                }
            }
        }
        Ok(found)
    }
}

fn is_directory(bytes: &Bytes<'_>, offset: u64) -> bool {
    let header = bytes.slice(offset, DIRECTORY_BYTES, "a directory");
    header.is_ok_and(|header| header.starts_with(DIRECTORY_MARK))
}

fn next_mark(bytes: &Bytes<'_>, from: u64) -> Result<Option<u64>, ReadError> {
    let rest = bytes.slice(from, bytes.len().saturating_sub(from), "a chunk")?;
    let place = rest
        .windows(CHUNK_MARK.len())
        .position(|window| window == CHUNK_MARK);
    Ok(place.map(|place| from + place as u64))
}

/// The chunk at `start`, if it is of a kind that is read, and the offset behind it.
fn chunk<'a>(bytes: &Bytes<'a>, start: u64) -> Result<(Option<Chunk<'a>>, u64), ReadError> {
    let what = "a chunk";
    if !bytes
        .slice(start, CHUNK_HEADER_BYTES, what)?
        .starts_with(CHUNK_MARK)
    {
        let what = "a chunk is not where the directory says";
        return Err(ReadError::damaged(FORMAT, start, what));
    }
    let length = u64::from(bytes.u32(start + 24, what)?);
    let payload = bytes.slice(start + CHUNK_HEADER_BYTES, length, what)?;
    let scan = ScanKey {
        patient: bytes.u32(start + 32, what)?,
        study: bytes.u32(start + 36, what)?,
        series: bytes.u32(start + 40, what)?,
    };
    let slice = bytes.i32(start + 44, what)?;
    let chunk = kind(bytes.u32(start + 52, what)?).map(|kind| Chunk {
        offset: start + CHUNK_HEADER_BYTES,
        scan,
        slice,
        kind,
        payload,
    });
    Ok((chunk, start + CHUNK_HEADER_BYTES + length))
}

fn kind(number: u32) -> Option<Kind> {
    match number {
        11 => Some(Kind::Laterality),
        10_004 => Some(Kind::BscanGeometry),
        10_019 => Some(Kind::LayerLine),
        0x4000_0000 => Some(Kind::Picture),
        _ => None,
    }
}
