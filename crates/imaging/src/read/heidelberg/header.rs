//! The two headers of a `.vol`. Fields that describe a person (IDs, birth and visit dates) are never looked at.

use super::FORMAT;
use crate::bytes::Bytes;
use crate::{Laterality, ReadError};

/// Bytes of the file header.
pub(super) const FILE_HEADER_BYTES: u64 = 2048;
/// Bytes of a B-scan header before its lines.
pub(super) const BSCAN_HEADER_BYTES: u64 = 256;

/// How the B-scans lie on the fundus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// One line, or parallel lines.
    Parallel,
    /// One circle.
    Circle,
    /// A star of lines through one point.
    Radial,
}

/// What is read of the file header.
pub(super) struct FileHeader {
    pub(super) size_x: u32,
    pub(super) bscan_count: u32,
    pub(super) size_z: u32,
    pub(super) scale_x_mm: f64,
    pub(super) distance_mm: f64,
    pub(super) scale_z_mm: f64,
    pub(super) slo_width: u32,
    pub(super) slo_height: u32,
    pub(super) laterality: Laterality,
    pub(super) pattern: Pattern,
}

impl FileHeader {
    pub(super) fn parse(bytes: &Bytes<'_>) -> Result<Self, ReadError> {
        let what = "the file header of 2048 bytes";
        bytes.slice(0, FILE_HEADER_BYTES, what)?;
        Ok(Self {
            size_x: bytes.u32(12, what)?,
            bscan_count: bytes.u32(16, what)?,
            size_z: bytes.u32(20, what)?,
            scale_x_mm: bytes.f64(24, what)?,
            distance_mm: bytes.f64(32, what)?,
            scale_z_mm: bytes.f64(40, what)?,
            slo_width: bytes.u32(48, what)?,
            slo_height: bytes.u32(52, what)?,
            laterality: laterality(bytes.slice(84, 4, what)?),
            pattern: match bytes.u32(96, what)? {
                2 => Pattern::Circle,
                5 => Pattern::Radial,
                _ => Pattern::Parallel,
            },
        })
    }
}

/// `ScanPosition`: `OD` or `OS`, padded with zeros or spaces.
fn laterality(field: &[u8]) -> Laterality {
    match field {
        [b'O', b'D', 0 | b' ', ..] => Laterality::Right,
        [b'O', b'S', 0 | b' ', ..] => Laterality::Left,
        _ => Laterality::Unknown,
    }
}

/// What is read of a B-scan header.
pub(super) struct BscanHeader {
    pub(super) size_bytes: u32,
    pub(super) start_mm: [f64; 2],
    pub(super) end_mm: [f64; 2],
    pub(super) line_count: u32,
    pub(super) lines_offset: u32,
}

impl BscanHeader {
    pub(super) fn parse(
        bytes: &Bytes<'_>,
        offset: u64,
        width: u32,
        what: &str,
    ) -> Result<Self, ReadError> {
        bytes.slice(offset, BSCAN_HEADER_BYTES, what)?;
        let header = Self {
            size_bytes: bytes.u32(offset + 12, what)?,
            start_mm: [bytes.f64(offset + 16, what)?, bytes.f64(offset + 24, what)?],
            end_mm: [bytes.f64(offset + 32, what)?, bytes.f64(offset + 40, what)?],
            line_count: bytes.u32(offset + 48, what)?,
            lines_offset: bytes.u32(offset + 52, what)?,
        };
        let lines_end =
            u64::from(header.lines_offset) + u64::from(header.line_count) * u64::from(width) * 4;
        let fits = u64::from(header.size_bytes) >= BSCAN_HEADER_BYTES.max(lines_end);
        match fits {
            true => Ok(header),
            false => {
                let found = format!(
                    "{what} declares a header of {} bytes, too small for its {} lines",
                    header.size_bytes, header.line_count
                );
                Err(ReadError::damaged(FORMAT, offset + 12, found))
            }
        }
    }
}
