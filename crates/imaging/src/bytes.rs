//! Reads at byte offsets that say what was cut off. Every binary reader goes through here, so none can run past the end.

use crate::ReadError;

/// The content of a file of a known format and byte order.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    content: &'a [u8],
    format: &'static str,
    order: ByteOrder,
}

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

macro_rules! number_reads {
    ($($name:ident),*) => {$(
        pub(crate) fn $name(&self, offset: u64, what: &str) -> Result<$name, ReadError> {
            let array = self.array(offset, what)?;
            Ok(match self.order {
                ByteOrder::Little => <$name>::from_le_bytes(array),
                ByteOrder::Big => <$name>::from_be_bytes(array),
            })
        }
    )*};
}

#[expect(dead_code, reason = "each format reads the numbers it has")]
impl<'a> Bytes<'a> {
    pub(crate) fn little(format: &'static str, content: &'a [u8]) -> Self {
        Self::ordered(format, content, ByteOrder::Little)
    }

    pub(crate) fn ordered(format: &'static str, content: &'a [u8], order: ByteOrder) -> Self {
        Self {
            content,
            format,
            order,
        }
    }

    pub(crate) fn format(&self) -> &'static str {
        self.format
    }

    pub(crate) fn len(&self) -> u64 {
        self.content.len() as u64
    }

    /// `length` bytes at `offset`; `what` names them when the file ends before.
    pub(crate) fn slice(
        &self,
        offset: u64,
        length: u64,
        what: &str,
    ) -> Result<&'a [u8], ReadError> {
        let end = offset.checked_add(length).filter(|end| *end <= self.len());
        match end {
            // Both lie within the slice, so they fit its index type.
            Some(end) => Ok(&self.content[offset as usize..end as usize]),
            None => Err(ReadError::truncated(self.format, self.len(), what)),
        }
    }

    fn array<const N: usize>(&self, offset: u64, what: &str) -> Result<[u8; N], ReadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(offset, N as u64, what)?);
        Ok(array)
    }

    number_reads!(u8, u16, u32, u64, i8, i16, i32, i64, f32, f64);
}
