//! The parts of a `.vol`, one at a time.
//!
//! A `.vol` is four times as large as its display values. Reading it piece by piece into one small buffer spares the
//! memory, and with it most of the time: touching fresh memory costs more than all arithmetic.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use super::FORMAT;
use crate::ReadError;

/// A file or bytes of known length, with the buffer for the part at hand.
pub(super) struct Parts<R> {
    source: R,
    length: u64,
    /// What a person calls the source.
    name: String,
    buffer: Vec<u8>,
}

impl<R: Read + Seek> Parts<R> {
    pub(super) fn new(source: R, length: u64, name: String) -> Self {
        Self {
            source,
            length,
            name,
            buffer: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Refuses a part that reaches beyond the end.
    pub(super) fn check(&self, offset: u64, length: u64, what: &str) -> Result<(), ReadError> {
        let end = offset.checked_add(length);
        match end.is_some_and(|end| end <= self.length) {
            true => Ok(()),
            false => Err(ReadError::truncated(FORMAT, self.length, what)),
        }
    }

    /// `length` bytes at `offset`; `what` names them when the file ends before.
    pub(super) fn read(
        &mut self,
        offset: u64,
        length: u64,
        what: &str,
    ) -> Result<&[u8], ReadError> {
        self.check(offset, length, what)?;
        // Every part is a header, some lines or a block of samples, so it is small.
        let length = length as usize;
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        let part = &mut self.buffer[..length];
        let outcome = self
            .source
            .seek(SeekFrom::Start(offset))
            .and_then(|_| self.source.read_exact(part));
        match outcome {
            Ok(()) => Ok(part),
            // Somebody shortened the file meanwhile.
            Err(reason) if reason.kind() == ErrorKind::UnexpectedEof => {
                Err(ReadError::truncated(FORMAT, self.length, what))
            }
            Err(reason) => Err(ReadError::Unreadable {
                name: self.name.clone(),
                reason,
            }),
        }
    }
}
