//! A first walk over the directories of a TIFF, for what must be known before the decoder meets them.

use std::collections::HashSet;

use crate::bytes::{ByteOrder, Bytes};

const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const IMAGE_DEPTH: u16 = 32_997;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const DIRECTORY: &str = "a directory";

/// What one directory says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Directory {
    /// Where it starts.
    pub(super) offset: u64,
    /// Code of the compression.
    pub(super) compression: Option<u64>,
    /// How samples are shown.
    pub(super) photometric: Option<u64>,
    /// Where the two bytes of that are written.
    pub(super) photometric_at: u64,
    /// Pictures behind each other under this one directory.
    pub(super) depth: Option<u64>,
}

impl Directory {
    /// Its pixels went through JPEG, in the old manner or the new.
    pub(crate) fn is_jpeg(&self) -> bool {
        matches!(self.compression, Some(6 | 7))
    }

    pub(super) fn is_lzw(&self) -> bool {
        self.compression == Some(5)
    }

    pub(super) fn is_palette(&self) -> bool {
        self.photometric == Some(3)
    }
}

/// The directories in the order of the decoder; where the chain breaks or turns back, it ends.
pub(crate) fn directories(bytes: &[u8]) -> Vec<Directory> {
    let mut found = Vec::new();
    let Some(walk) = Walk::of(bytes) else {
        return found;
    };
    let mut seen = HashSet::new();
    // Directories that lie over each other would make a small file a long walk.
    let mut entries_left = bytes.len() as u64 / 12;
    let mut next = walk.offset(if walk.is_big { 8 } else { 4 });
    while let Some(offset) = next.filter(|offset| *offset > 0 && seen.insert(*offset)) {
        let Some(count) = walk.count(offset).filter(|count| *count <= entries_left) else {
            break;
        };
        entries_left -= count;
        found.push(walk.directory(offset, count));
        next = walk.offset(walk.entry(offset, count));
    }
    found
}

struct Walk<'a> {
    bytes: Bytes<'a>,
    order: ByteOrder,
    is_big: bool,
}

impl<'a> Walk<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let order = match bytes.get(..2)? {
            b"II" => ByteOrder::Little,
            _ => ByteOrder::Big,
        };
        let bytes = Bytes::ordered(super::FORMAT, bytes, order);
        let is_big = bytes.u16(2, DIRECTORY).ok()? == 43;
        Some(Self {
            bytes,
            order,
            is_big,
        })
    }

    fn offset(&self, at: u64) -> Option<u64> {
        match self.is_big {
            true => self.bytes.u64(at, DIRECTORY).ok(),
            false => self.bytes.u32(at, DIRECTORY).ok().map(u64::from),
        }
    }

    /// Entries of the directory at `offset`.
    fn count(&self, offset: u64) -> Option<u64> {
        match self.is_big {
            true => self.bytes.u64(offset, DIRECTORY).ok(),
            false => self.bytes.u16(offset, DIRECTORY).ok().map(u64::from),
        }
    }

    /// Where the entry `index` of the directory at `offset` starts; a walk keeps `index` below the length of the file.
    fn entry(&self, offset: u64, index: u64) -> u64 {
        let (head, each) = if self.is_big { (8, 20) } else { (2, 12) };
        offset.saturating_add(head + each * index)
    }

    fn directory(&self, offset: u64, count: u64) -> Directory {
        let mut directory = Directory {
            offset,
            ..Directory::default()
        };
        for index in 0..count {
            let entry = self.entry(offset, index);
            let Ok(tag) = self.bytes.u16(entry, DIRECTORY) else {
                break;
            };
            let value_at = entry.saturating_add(if self.is_big { 12 } else { 8 });
            match tag {
                COMPRESSION => directory.compression = self.value(entry, value_at),
                PHOTOMETRIC => {
                    directory.photometric = self.value(entry, value_at);
                    directory.photometric_at = self.low_half(entry, value_at);
                }
                IMAGE_DEPTH => directory.depth = self.value(entry, value_at),
                _ => {}
            }
        }
        directory
    }

    /// Where the lower two bytes of a value lie.
    fn low_half(&self, entry: u64, value_at: u64) -> u64 {
        let kind = self.bytes.u16(entry.saturating_add(2), DIRECTORY);
        match (self.order, kind) {
            (ByteOrder::Big, Ok(LONG)) => value_at.saturating_add(2),
            _ => value_at,
        }
    }

    /// A value that lies in its entry.
    fn value(&self, entry: u64, value_at: u64) -> Option<u64> {
        match self.bytes.u16(entry.saturating_add(2), DIRECTORY).ok()? {
            SHORT => self.bytes.u16(value_at, DIRECTORY).ok().map(u64::from),
            LONG => self.bytes.u32(value_at, DIRECTORY).ok().map(u64::from),
            _ => None,
        }
    }
}
