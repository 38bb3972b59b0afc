//! The kinds of numbers that voxels are stored as.

use crate::bytes::ByteOrder;

/// A kind of number of a fixed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

/// Reads one number from the start of a slice that holds it.
pub(crate) type Reader = fn(&[u8]) -> f64;

macro_rules! reader {
    ($kind:ty, $order:expr) => {
        match $order {
            ByteOrder::Little => |bytes| <$kind>::from_le_bytes(first(bytes)) as f64,
            ByteOrder::Big => |bytes| <$kind>::from_be_bytes(first(bytes)) as f64,
        }
    };
}

impl Number {
    /// Bytes of one.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// How one is read; exact but for integers beyond 2⁵³.
    pub(crate) fn reader(self, order: ByteOrder) -> Reader {
        match self {
            Self::U8 => reader!(u8, order),
            Self::I8 => reader!(i8, order),
            Self::U16 => reader!(u16, order),
            Self::I16 => reader!(i16, order),
            Self::U32 => reader!(u32, order),
            Self::I32 => reader!(i32, order),
            Self::U64 => reader!(u64, order),
            Self::I64 => reader!(i64, order),
            Self::F32 => reader!(f32, order),
            Self::F64 => reader!(f64, order),
        }
    }
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[..N]);
    array
}
