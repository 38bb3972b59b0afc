//! Pictures: B-scans as 16-bit floats of Heidelberg's own, the fundus in 8 bits.

use fovea_geometry::SizePx;

use super::FORMAT;
use super::chunks::Chunk;
use crate::bytes::Bytes;
use crate::read::heidelberg::gray;
use crate::{Budget, ReadError};

const HEADER_BYTES: u64 = 20;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureKind {
    Bscan,
    Fundus,
}

/// A picture whose size was held against its chunk.
#[derive(Clone, Copy)]
pub(super) struct Picture<'a> {
    pub(super) kind: PictureKind,
    pub(super) size: SizePx,
    /// One byte per pixel of the fundus, two of a B-scan.
    pub(super) samples: &'a [u8],
}

impl<'a> Picture<'a> {
    /// The picture in a chunk; none where its kind is another.
    pub(super) fn parse(chunk: &Chunk<'a>, budget: &Budget) -> Result<Option<Self>, ReadError> {
        let what = "a picture";
        let bytes = Bytes::little(FORMAT, chunk.payload);
        if bytes.len() < HEADER_BYTES {
            let what = "a picture has no header";
            return Err(ReadError::damaged(FORMAT, chunk.offset, what));
        }
        let (kind, sample_bytes) = match bytes.u32(4, what)? {
            0x0220_0201 => (PictureKind::Bscan, 2),
            0x0201_0201 => (PictureKind::Fundus, 1),
            _ => return Ok(None),
        };
        let (height, width) = (bytes.u32(12, what)?, bytes.u32(16, what)?);
        let name = format!("A picture of the .e2e file (byte {})", chunk.offset);
        let size = budget.size(&name, width.into(), height.into())?;
        let length = size.len() as u64 * sample_bytes;
        let samples = bytes.slice(HEADER_BYTES, length, what).map_err(|_| {
            let what = format!("a picture of {width}×{height} px is larger than its chunk");
            ReadError::damaged(FORMAT, chunk.offset, what)
        })?;
        Ok(Some(Self {
            kind,
            size,
            samples,
        }))
    }
}

/// Reflectivity and gray of every 16-bit float: 6 bits of exponent above 10 of mantissa, no sign. What lies above
/// 1.99, the top of the range, marks samples that were not taken.
pub(super) struct FloatTable {
    reflectivity: Vec<f32>,
    gray: Vec<u8>,
}

impl FloatTable {
    pub(super) fn new() -> Self {
        let reflectivity: Vec<f32> = (0..=u16::MAX).map(reflectivity).collect();
        let gray = reflectivity.iter().map(|r| gray(*r)).collect();
        Self { reflectivity, gray }
    }

    pub(super) fn gray(&self, samples: &[u8]) -> Vec<u8> {
        look_up(samples, &self.gray)
    }

    pub(super) fn reflectivity(&self, samples: &[u8]) -> Vec<f32> {
        look_up(samples, &self.reflectivity)
    }
}

fn look_up<T: Copy>(samples: &[u8], table: &[T]) -> Vec<T> {
    let numbers = samples
        .chunks_exact(2)
        .map(|b| u16::from_le_bytes([b[0], b[1]]));
    numbers.map(|number| table[usize::from(number)]).collect()
}

/// NaN where no sample was taken.
///
/// Bit 9 is the highest of the mantissa: over a real scan it is set less often than not, as it must be where small
/// values are more frequent than large ones, while bit 0 is even. Open readers that share one line of Python have the
/// ten bits in reverse, which shows a sample up to 19 % too bright or too dark.
fn reflectivity(number: u16) -> f32 {
    let mantissa = 1.0 + f32::from(number & 0x3ff) / 1_024.0;
    let value = mantissa * 2f32.powi(i32::from(number >> 10) - 63);
    if value > 1.99 { f32::NAN } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_follow_their_bits() {
        let table = FloatTable::new();
        let cases = [
            (0u16, 2f32.powi(-63), 0),
            (63 << 10, 1.0, 255),
            (62 << 10, 0.5, 214),
            (59 << 10, 0.0625, 128),
            (59 << 10 | 0x200, 0.09375, 141),
            (0xffff, f32::NAN, 0),
        ];
        for (number, expected, gray) in cases {
            let samples = number.to_le_bytes();
            let found = table.reflectivity(&samples)[0];
            assert!(
                found == expected || (found.is_nan() && expected.is_nan()),
                "{number}: {found}"
            );
            assert_eq!(table.gray(&samples), [gray], "{number}");
        }
        assert!(
            table
                .reflectivity
                .windows(2)
                .all(|pair| pair[0] < pair[1] || pair[1].is_nan())
        );
    }
}
