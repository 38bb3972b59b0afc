//! The B-scans: JPEG 2000 pictures one by one in `.fda`, one block of samples in `.fds`.

use rayon::prelude::*;

use super::chunks::Chunks;
use crate::frame::Frame;
use crate::jpeg2000::Codestream;
use crate::{Budget, ReadError, Samples, ScanPattern};

const JPEG: &str = "@IMG_JPEG";
/// Blocks of samples, the best first.
const RAW: [&str; 4] = [
    "@IMG_SCAN_03",
    "@IMG_SCAN_02",
    "@IMG_MOT_COMP_03",
    "@IMG_MOT_COMP_02",
];
/// Lengths of what precedes the samples in the variants of these chunks; the first 17 bytes are alike.
const RAW_HEADS: [u64; 4] = [17, 22, 30, 38];
/// Samples of a whole volume that a byte of JPEG 2000 may stand for on average.
const SAMPLES_PER_BYTE: u64 = 64;
/// Samples that are allowed in any case.
const FREE_SAMPLES: u64 = 1 << 24;
/// Samples that are decoded at a time; each takes about 20 bytes meanwhile.
const SAMPLES_AT_A_TIME: usize = 1 << 24;

pub(super) struct Scan {
    pub(super) frames: Vec<Frame>,
    pub(super) pattern: ScanPattern,
}

pub(super) fn read(chunks: &Chunks<'_>, budget: &Budget) -> Result<Scan, ReadError> {
    if let Some(content) = chunks.get(JPEG) {
        return jpeg(chunks, content, budget);
    }
    let raw_chunk = |name| chunks.get(name).map(|content| (name, content));
    match RAW.into_iter().find_map(raw_chunk) {
        Some((name, content)) => raw(chunks, name, content, budget),
        None => Err(ReadError::Unsupported {
            format: chunks.format(),
            feature: "no chunk of B-scans (@IMG_JPEG, @IMG_SCAN_03, @IMG_MOT_COMP_03)".to_owned(),
            advice: "export the scan from the device as DICOM, PNG or TIFF and import that",
        }),
    }
}

/// The first byte of the chunk. What the other numbers mean (crosses, lines side by side) is not known well enough.
fn pattern(code: u8, count: u32) -> ScanPattern {
    match (code, count) {
        (0, 1) => ScanPattern::Line,
        (1, _) => ScanPattern::Circle,
        (2, _) => ScanPattern::Raster,
        (3, _) => ScanPattern::Radial,
        _ => ScanPattern::Unknown,
    }
}

/// `@IMG_JPEG`: pattern (u8), two numbers, width, height, count, a number, then per B-scan its length and codestream.
fn jpeg(chunks: &Chunks<'_>, content: &[u8], budget: &Budget) -> Result<Scan, ReadError> {
    let bytes = chunks.bytes(content);
    let what = "the head of @IMG_JPEG";
    let (width, height) = (bytes.u32(9, what)?, bytes.u32(13, what)?);
    let count = bytes.u32(17, what)?;
    let size = budget.size("A B-scan of @IMG_JPEG", width.into(), height.into())?;
    check_count(chunks, JPEG, count, budget)?;
    let samples = (size.len() as u64).checked_mul(count.into());
    let samples = budget.decoded(JPEG, samples)?;
    if samples > FREE_SAMPLES.max(bytes.len() * SAMPLES_PER_BYTE) {
        let found = format!("{count} B-scans of {width}×{height} px");
        return Err(ReadError::truncated(chunks.format(), bytes.len(), found));
    }
    let mut streams = Vec::new();
    let mut offset = 25;
    for index in 0..count {
        let what = format!("B-scan {} of {count}", index + 1);
        let length = u64::from(bytes.u32(offset, &what)?);
        let stream = bytes.slice(offset + 4, length, &what)?;
        let stream = Codestream::open(stream, chunks.format(), &what, budget)?;
        let is_plain = stream.components() == 1 && !stream.is_signed();
        if stream.size() != size || !is_plain {
            let found = format!("{what} is no gray picture of {width}×{height} px");
            return Err(chunks.damaged(JPEG, found));
        }
        streams.push(stream);
        offset += 4 + length;
    }
    let mut frames = Vec::with_capacity(streams.len());
    for some in streams.chunks((SAMPLES_AT_A_TIME / size.len()).max(1)) {
        let decoded = some.par_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        frames.extend(decoded);
    }
    Ok(Scan {
        frames,
        pattern: pattern(bytes.u8(0, what)?, count),
    })
}

fn decode(stream: &Codestream<'_>) -> Result<Frame, ReadError> {
    let gray = stream.decode()?.swap_remove(0);
    let samples = match stream.bits() {
        0..=8 => Samples::U8(gray.into_iter().map(|v| v as u8).collect()),
        _ => Samples::U16(gray),
    };
    Ok(Frame::gray(stream.size(), samples))
}

/// Pattern (u8), width, height, bits per sample, count; after fields that differ between the chunks, the samples.
fn raw(
    chunks: &Chunks<'_>,
    name: &'static str,
    content: &[u8],
    budget: &Budget,
) -> Result<Scan, ReadError> {
    let bytes = chunks.bytes(content);
    let (width, height) = (bytes.u32(1, name)?, bytes.u32(5, name)?);
    let (bits, count) = (bytes.u32(9, name)?, bytes.u32(13, name)?);
    let size = budget.size(name, width.into(), height.into())?;
    check_count(chunks, name, count, budget)?;
    let sample_bytes = match bits {
        8 | 16 => bits as usize / 8,
        _ => {
            return Err(ReadError::Unsupported {
                format: chunks.format(),
                feature: format!("samples of {bits} bits"),
                advice: "export the scan from the device as DICOM, PNG or TIFF and import that",
            });
        }
    };
    let frame_bytes = size.len() * sample_bytes;
    let total = (frame_bytes as u64).checked_mul(count.into());
    let total = budget.decoded(name, total)?;
    let head = match bytes.len().checked_sub(total) {
        Some(head) if RAW_HEADS.contains(&head) => head,
        Some(17..) => {
            let found = format!("its length does not fit {count} B-scans of {width}×{height} px");
            return Err(chunks.damaged(name, found));
        }
        _ => {
            let found = format!("{count} B-scans of {width}×{height} px in {name}");
            return Err(ReadError::truncated(chunks.format(), bytes.len(), found));
        }
    };
    let frames = bytes
        .slice(head, total, name)?
        .chunks_exact(frame_bytes)
        .map(|frame| match sample_bytes {
            1 => Samples::U8(frame.to_vec()),
            _ => Samples::U16(little_endian(frame)),
        })
        .map(|samples| Frame::gray(size, samples))
        .collect();
    Ok(Scan {
        frames,
        pattern: pattern(bytes.u8(0, name)?, count),
    })
}

fn little_endian(raw: &[u8]) -> Vec<u16> {
    raw.chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn check_count(
    chunks: &Chunks<'_>,
    name: &'static str,
    count: u32,
    budget: &Budget,
) -> Result<(), ReadError> {
    budget.frames(name, count.into())?;
    match count {
        0 => Err(chunks.damaged(name, "it declares no B-scan")),
        _ => Ok(()),
    }
}
