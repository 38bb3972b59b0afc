//! A position in a data set that never leaves the value it is in.

use std::fmt;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::{name_of, public_name};
use crate::ReadError;
use crate::bytes::Bytes;

/// Elements, items and single values of a file: in memory each takes up to 200 bytes, however small in the file.
/// 20,000 frames with 100 attributes each stay below.
const MAX_NODES: u32 = 2_000_000;

pub(super) struct Cursor<'a> {
    pub(super) bytes: Bytes<'a>,
    pub(super) at: u64,
    /// End of the innermost value of known length.
    pub(super) end: u64,
    nodes_left: u32,
}

/// What is being read, named only when it turns out to be cut off.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Value(Tag),
    ElementHeader,
    Item,
    ItemHeader,
    Fragment,
}

impl Part {
    /// The part by its name, or by the byte at which it begins where it has none.
    fn placed(self, at: u64) -> String {
        match self {
            Self::Value(tag) if public_name(tag).is_none() => {
                format!("the value at byte {at}, of {}", name_of(tag))
            }
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(tag) => f.write_str(&name_of(*tag)),
            Self::ElementHeader => f.write_str("the header of an element"),
            Self::Item => f.write_str("an item of a sequence"),
            Self::ItemHeader => f.write_str("the header of an item"),
            Self::Fragment => write!(f, "a fragment of {}", name_of(tags::PIXEL_DATA)),
        }
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: Bytes<'a>, at: u64) -> Self {
        Self {
            bytes,
            at,
            end: bytes.len(),
            nodes_left: MAX_NODES,
        }
    }

    pub(super) fn take(&mut self, length: u64, what: Part) -> Result<&'a [u8], ReadError> {
        let end = self.reach(length, what)?;
        let bytes = self.bytes.slice(self.at, length, "a value")?;
        self.at = end;
        Ok(bytes)
    }

    pub(super) fn skip(&mut self, length: u64, what: Part) -> Result<(), ReadError> {
        self.at = self.reach(length, what)?;
        Ok(())
    }

    /// How many of the last bytes are zero.
    pub(super) fn zeros_at_end(&self) -> u64 {
        let all = self.bytes.slice(0, self.bytes.len(), "the data set");
        let all = all.unwrap_or_default().iter().rev();
        all.take_while(|byte| **byte == 0).count() as u64
    }

    /// The end of `length` bytes from here, if they are there.
    pub(super) fn reach(&self, length: u64, what: Part) -> Result<u64, ReadError> {
        let end = self.at.saturating_add(length);
        match () {
            () if end <= self.end => Ok(end),
            () if end > self.bytes.len() => Err(ReadError::truncated(
                self.bytes.format(),
                self.bytes.len(),
                what.placed(self.at),
            )),
            () => Err(self.damaged(self.at, format!("{what} is longer than what it lies in"))),
        }
    }

    pub(super) fn count(&mut self, nodes: usize) -> Result<(), ReadError> {
        let left = u32::try_from(nodes)
            .ok()
            .and_then(|nodes| self.nodes_left.checked_sub(nodes));
        self.nodes_left = left.ok_or_else(|| {
            ReadError::over(
                "The DICOM data set",
                format!("more than {MAX_NODES} attributes and values"),
                format!("{MAX_NODES}"),
            )
        })?;
        Ok(())
    }

    pub(super) fn damaged(&self, at: u64, what: impl Into<String>) -> ReadError {
        ReadError::damaged(self.bytes.format(), at, what)
    }
}
