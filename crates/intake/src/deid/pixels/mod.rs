//! Pixel data: the values stay, everything that rides along with them goes.

mod entropy;
mod frames;
mod huffman;
mod jpeg;
mod jpeg2000;
mod native;
mod pack_bits;
mod palette;
mod rle;
mod sample_bits;

pub(super) use palette::clean as clean_palette;

use dicom_core::value::{PixelFragmentSequence, Value};
use dicom_object::InMemDicomObject;

use crate::Refusal;
use crate::facts::Facts;
use sample_bits::SampleBits;

/// Explicit VR Big Endian, retired.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// The report's word on bits that belonged to no value.
const CLEARED: &str = "What lay in unused bits of the samples was cleared.";

/// How frames are compressed, as far as cleaning them is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    /// JPEG and JPEG-LS share their marker segments.
    Jpeg,
    /// JPEG 2000, also with high throughput.
    Jpeg2000,
    /// DICOM's own run lengths.
    Rle,
    /// Samples as they are, in fragments.
    Uncompressed,
}

impl Compression {
    fn of(transfer_syntax: &str) -> Option<Self> {
        let tail = transfer_syntax.strip_prefix("1.2.840.10008.1.2.")?;
        let jpeg_kind = tail
            .strip_prefix("4.")
            .and_then(|kind| kind.parse::<u32>().ok());
        match (tail, jpeg_kind) {
            ("5", _) => Some(Self::Rle),
            ("1.98", _) => Some(Self::Uncompressed),
            (_, Some(50..=81)) => Some(Self::Jpeg),
            (_, Some(90..=93 | 201..=203)) => Some(Self::Jpeg2000),
            _ => None,
        }
    }
}

/// The samples, without comments, profiles and thumbnails of their encoders, without bytes behind their end and without
/// what lies in bits that no value uses.
pub(super) fn clean(
    value: Value<InMemDicomObject>,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<Value<InMemDicomObject>, Refusal> {
    let sequence = match value {
        Value::PixelSequence(sequence) => sequence,
        Value::Primitive(samples) => {
            let samples = native::clean(samples, facts, reencoded)?;
            return Ok(Value::Primitive(samples));
        }
        Value::Sequence(_) => return Err(refused("the pixel data is no picture")),
    };
    let Some(compression) = Compression::of(&facts.transfer_syntax) else {
        return Err(refused(
            "it is compressed in a way that cannot be checked for text",
        ));
    };
    let (offsets, fragments) = sequence.into_parts();
    let frames = frames::gather(&offsets, &fragments, facts.frames, compression)
        .ok_or_else(|| refused("its fragments do not add up to its frames"))?;
    let (frames, dropped_bytes) = cleaned(&frames, compression, facts, reencoded)?;
    if dropped_bytes > 0 {
        reencoded.push(format!(
            "{dropped_bytes} bytes beside the samples of compressed frames were dropped."
        ));
    }
    let (offsets, frames) = frames::lay_out(frames);
    Ok(Value::PixelSequence(PixelFragmentSequence::new(
        offsets, frames,
    )))
}

/// The frames without what is no sample, and how many bytes that was.
fn cleaned(
    frames: &[Vec<u8>],
    compression: Compression,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<(Vec<Vec<u8>>, usize), Refusal> {
    let cleaned = match compression {
        Compression::Rle => return cleaned_rle(frames, facts, reencoded),
        Compression::Uncompressed => {
            let cleaned: Result<Vec<Vec<u8>>, Refusal> = frames
                .iter()
                .map(|frame| native::clean_frame(frame, facts, reencoded))
                .collect();
            // What was done to many frames is told once.
            reencoded.dedup();
            cleaned?
        }
        Compression::Jpeg => without_overlay(facts, frames, jpeg::clean)?,
        Compression::Jpeg2000 => without_overlay(facts, frames, jpeg2000::clean)?,
    };
    let bytes = |frames: &[Vec<u8>]| frames.iter().map(Vec::len).sum::<usize>();
    let dropped_bytes = bytes(frames).saturating_sub(bytes(&cleaned));
    Ok((cleaned, dropped_bytes))
}

fn cleaned_rle(
    frames: &[Vec<u8>],
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<(Vec<Vec<u8>>, usize), Refusal> {
    let layout = rle::Layout::of(facts, SampleBits::of(facts)?).ok_or_else(damaged)?;
    let cleaned: Option<Vec<rle::Cleaned>> =
        frames.iter().map(|frame| layout.clean(frame)).collect();
    let cleaned = cleaned.ok_or_else(damaged)?;
    if cleaned.iter().any(|frame| frame.is_cleared) {
        reencoded.push(CLEARED.to_owned());
    }
    // Not the difference of lengths: samples that are packed anew may take fewer bytes.
    let dropped_bytes = cleaned.iter().map(|frame| frame.dropped_bytes).sum();
    let frames = cleaned.into_iter().map(|frame| frame.bytes).collect();
    Ok((frames, dropped_bytes))
}

/// Refuses an overlay in the bits of samples that are not decoded here.
fn without_overlay(
    facts: &Facts,
    frames: &[Vec<u8>],
    clean: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Refusal> {
    let bits = SampleBits::of(facts)?;
    if bits.is_some_and(|bits| facts.overlay_bits & u64::from(bits.unused()) != 0) {
        return Err(Refusal::Unreadable {
            sentence: OVERLAY.to_owned(),
        });
    }
    let cleaned: Option<Vec<Vec<u8>>> = frames.iter().map(|frame| clean(frame)).collect();
    cleaned.ok_or_else(damaged)
}

const OVERLAY: &str = "The DICOM file has an overlay inside its compressed samples, from where it cannot be taken out; export it again without overlays or without compression.";

fn damaged() -> Refusal {
    refused("a frame is damaged")
}

fn refused(what: &str) -> Refusal {
    Refusal::Unreadable {
        sentence: format!(
            "The DICOM file is damaged at PixelData: {what}; export it again or use another copy."
        ),
    }
}
