//! The numbers of an array. Matlab stores them in the smallest type that holds them all, whatever their class.

use super::FORMAT;
use super::element::Element;
use crate::ReadError;
use crate::bytes::ByteOrder;

/// Numbers of one stored type.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub(super) stored: Stored,
    raw: &'a [u8],
    order: ByteOrder,
}

/// `miINT8` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
}

impl Stored {
    fn of(kind: u32) -> Option<Self> {
        Some(match kind {
            1 => Self::I8,
            2 => Self::U8,
            3 => Self::I16,
            4 => Self::U16,
            5 => Self::I32,
            6 => Self::U32,
            7 => Self::F32,
            9 => Self::F64,
            12 => Self::I64,
            13 => Self::U64,
            _ => return None,
        })
    }

    fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }
}

impl<'a> Numbers<'a> {
    pub(super) fn new(
        element: Element<'a>,
        count: u64,
        order: ByteOrder,
    ) -> Result<Self, ReadError> {
        let Some(stored) = Stored::of(element.kind) else {
            return Err(ReadError::field(
                FORMAT,
                "an array",
                "its numbers are of no known type",
            ));
        };
        let expected = count.checked_mul(stored.bytes() as u64);
        match expected == Some(element.data.len() as u64) {
            true => Ok(Self {
                stored,
                raw: element.data,
                order,
            }),
            false => Err(ReadError::field(
                FORMAT,
                "an array",
                "its dimensions do not fit its data",
            )),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.raw.len() / self.stored.bytes()
    }

    /// The stored bytes where each is a number of its own.
    pub(super) fn as_u8(&self) -> Option<&'a [u8]> {
        (self.stored == Stored::U8).then_some(self.raw)
    }

    /// The number at `index` of the order in the file; NaN beyond the last.
    pub(super) fn at(&self, index: usize) -> f64 {
        macro_rules! number {
            ($type:ty) => {
                self.array(index).map(|bytes| match self.order {
                    ByteOrder::Little => <$type>::from_le_bytes(bytes) as f64,
                    ByteOrder::Big => <$type>::from_be_bytes(bytes) as f64,
                })
            };
        }
        let number = match self.stored {
            Stored::I8 => number!(i8),
            Stored::U8 => number!(u8),
            Stored::I16 => number!(i16),
            Stored::U16 => number!(u16),
            Stored::I32 => number!(i32),
            Stored::U32 => number!(u32),
            Stored::F32 => number!(f32),
            Stored::F64 => number!(f64),
            Stored::I64 => number!(i64),
            Stored::U64 => number!(u64),
        };
        number.unwrap_or(f64::NAN)
    }

    fn array<const N: usize>(&self, index: usize) -> Option<[u8; N]> {
        let start = index.checked_mul(N)?;
        self.raw.get(start..start.checked_add(N)?)?.try_into().ok()
    }
}
