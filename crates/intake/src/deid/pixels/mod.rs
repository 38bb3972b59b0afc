//! Pixel data: the values stay, everything that rides along with them goes.

mod frames;
mod jpeg;
mod jpeg2000;
mod native;
mod palette;
mod rle;

pub(super) use palette::clean as clean_palette;

use dicom_core::value::{PixelFragmentSequence, Value};
use dicom_object::InMemDicomObject;

use crate::Refusal;
use crate::facts::Facts;

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

/// The samples, without comments, profiles and thumbnails of their encoders and without bytes behind their end.
pub(super) fn clean(
    value: Value<InMemDicomObject>,
    facts: &Facts,
    reencoded: &mut Vec<String>,
) -> Result<Value<InMemDicomObject>, Refusal> {
    let sequence = match value {
        Value::PixelSequence(sequence) => sequence,
        Value::Primitive(samples) => {
            return Ok(Value::Primitive(native::clean(samples, facts, reencoded)));
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
    let before: usize = frames.iter().map(Vec::len).sum();
    let cleaned: Option<Vec<Vec<u8>>> = frames
        .iter()
        .map(|frame| match compression {
            Compression::Jpeg => jpeg::clean(frame),
            Compression::Jpeg2000 => jpeg2000::clean(frame),
            Compression::Rle => rle::clean(frame),
            Compression::Uncompressed => native::clean_frame(frame, facts, reencoded),
        })
        .collect();
    let frames = cleaned.ok_or_else(|| refused("a frame is damaged"))?;
    let after: usize = frames.iter().map(Vec::len).sum();
    reencoded.dedup();
    if after != before {
        reencoded.push(format!(
            "{} bytes beside the samples of compressed frames were dropped.",
            before.saturating_sub(after)
        ));
    }
    let (offsets, frames) = frames::lay_out(frames);
    Ok(Value::PixelSequence(PixelFragmentSequence::new(
        offsets, frames,
    )))
}

fn refused(what: &str) -> Refusal {
    Refusal::Unreadable {
        sentence: format!(
            "The DICOM file is damaged at PixelData: {what}; export it again or use another copy."
        ),
    }
}
