//! The two headers of a `.vol`. Fields that describe a person (IDs, birth and visit dates) are never looked at.

use super::FORMAT;
use crate::bytes::Bytes;
use crate::{BscanPosition, Laterality, ReadError, ScanPattern};

/// Bytes of the file header.
pub(super) const FILE_HEADER_BYTES: u64 = 2048;
pub(super) const FILE_HEADER: &str = "the file header of 2048 bytes";
/// Bytes of a B-scan header before its lines.
pub(super) const BSCAN_HEADER_BYTES: u64 = 256;

/// What is read of the file header.
pub(super) struct FileHeader {
    pub(super) version: Version,
    pub(super) size_x: u32,
    pub(super) bscan_count: u32,
    pub(super) size_z: u32,
    pub(super) scale_x_mm: f64,
    pub(super) distance_mm: f64,
    pub(super) scale_z_mm: f64,
    pub(super) slo_width: u32,
    pub(super) slo_height: u32,
    pub(super) slo_scale_mm: [f64; 2],
    pub(super) laterality: Laterality,
    pub(super) pattern: ScanPattern,
}

/// Who wrote the file, and after which edition of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `HSF-OCT-100` to `-103`. What later ones added (shift of a circle's band, transform within the volume, a second
    /// thickness grid, progression) lies in bytes that the earlier ones keep empty, so one reader fits them all.
    Known,
    /// `HSF-OCT-` with another number.
    Newer,
    /// An open tool (`ep-v…`).
    Open,
}

impl FileHeader {
    /// Reads the [`FILE_HEADER_BYTES`] at the start of a file.
    pub(super) fn parse(header: &[u8]) -> Result<Self, ReadError> {
        let bytes = Bytes::little(FORMAT, header);
        let what = FILE_HEADER;
        Ok(Self {
            version: version(bytes.slice(0, 12, what)?),
            size_x: bytes.u32(12, what)?,
            bscan_count: bytes.u32(16, what)?,
            size_z: bytes.u32(20, what)?,
            scale_x_mm: bytes.f64(24, what)?,
            distance_mm: bytes.f64(32, what)?,
            scale_z_mm: bytes.f64(40, what)?,
            slo_width: bytes.u32(48, what)?,
            slo_height: bytes.u32(52, what)?,
            slo_scale_mm: [bytes.f64(56, what)?, bytes.f64(64, what)?],
            laterality: laterality(bytes.slice(84, 4, what)?),
            pattern: pattern(bytes.u32(96, what)?),
        })
    }
}

fn version(field: &[u8]) -> Version {
    match field.strip_prefix(b"HSF-OCT-") {
        Some([b'1', b'0', b'0'..=b'3', 0 | b' ', ..]) => Version::Known,
        Some(_) => Version::Newer,
        None => Version::Open,
    }
}

/// `ScanPattern`; 3 is a volume in ART mode, 4 a fast one.
pub(crate) fn pattern(number: u32) -> ScanPattern {
    match number {
        1 => ScanPattern::Line,
        2 => ScanPattern::Circle,
        3 | 4 => ScanPattern::Raster,
        5 => ScanPattern::Radial,
        _ => ScanPattern::Unknown,
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
    pub(super) position: Option<BscanPosition>,
    pub(super) line_count: u32,
    pub(super) lines_offset: u32,
    pub(super) quality: Option<f32>,
}

impl BscanHeader {
    /// Reads the [`BSCAN_HEADER_BYTES`] that lie at `offset` of the file.
    pub(super) fn parse(
        header: &[u8],
        offset: u64,
        width: u32,
        what: &str,
    ) -> Result<Self, ReadError> {
        let bytes = Bytes::little(FORMAT, header);
        let position = BscanPosition {
            start_mm: [bytes.f64(16, what)?, bytes.f64(24, what)?],
            end_mm: [bytes.f64(32, what)?, bytes.f64(40, what)?],
        };
        let header = Self {
            size_bytes: bytes.u32(12, what)?,
            position: is_finite(&position).then_some(position),
            line_count: bytes.u32(48, what)?,
            lines_offset: bytes.u32(52, what)?,
            quality: quality(bytes.f32(56, what)?),
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

fn is_finite(position: &BscanPosition) -> bool {
    let mut all = position.start_mm.iter().chain(&position.end_mm);
    all.all(|mm| mm.is_finite())
}

/// Quality in dB; the invalid value (`f32::MAX`) and what no device gives are absent.
pub(crate) fn quality(quality: f32) -> Option<f32> {
    (0.0..1e6).contains(&quality).then_some(quality)
}
