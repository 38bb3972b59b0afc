//! Reads at byte offsets that say what was cut off.

use super::FORMAT;
use crate::ReadError;

/// The content of a file.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// `length` bytes at `offset`; `what` names them when the file ends before.
    pub(super) fn slice(
        &self,
        offset: u64,
        length: u64,
        what: &str,
    ) -> Result<&'a [u8], ReadError> {
        let end = offset.checked_add(length).filter(|end| *end <= self.len());
        match end {
            // Both lie within the slice, so they fit its index type.
            Some(end) => Ok(&self.0[offset as usize..end as usize]),
            None => Err(ReadError::truncated(FORMAT, self.len(), what)),
        }
    }

    fn array<const N: usize>(&self, offset: u64, what: &str) -> Result<[u8; N], ReadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(offset, N as u64, what)?);
        Ok(array)
    }

    pub(super) fn u32(&self, offset: u64, what: &str) -> Result<u32, ReadError> {
        self.array(offset, what).map(u32::from_le_bytes)
    }

    pub(super) fn f64(&self, offset: u64, what: &str) -> Result<f64, ReadError> {
        self.array(offset, what).map(f64::from_le_bytes)
    }
}
