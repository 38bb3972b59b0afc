//! The fundus picture: a colour photograph, or what the tracking camera saw, or the projection of the volume.

use super::chunks::Chunks;
use crate::colour::luma_u8;
use crate::jpeg2000::Codestream;
use crate::{Budget, GrayImage, ReadError};

/// A chunk with a picture: width and height come first, then bits per pixel; the length stands before the data.
struct Kind {
    name: &'static str,
    head_bytes: u64,
}

/// The best first.
const KINDS: [Kind; 5] = [
    kind("@IMG_FUNDUS", 24),
    kind("@IMG_OBS", 21),
    kind("@IMG_TRC_02", 21),
    kind("@IMG_TRC", 16),
    kind("@IMG_PROJECTION", 20),
];

const fn kind(name: &'static str, head_bytes: u64) -> Kind {
    Kind { name, head_bytes }
}

/// The first chunk that holds a picture.
pub(super) fn read(chunks: &Chunks<'_>, budget: &Budget) -> Result<Option<GrayImage>, ReadError> {
    for kind in KINDS {
        if let Some(content) = chunks.get(kind.name)
            && let Some(image) = picture(chunks, &kind, content, budget)?
        {
            return Ok(Some(image));
        }
    }
    Ok(None)
}

/// Files keep the chunk of a picture that was not taken, with a size of 0.
fn picture(
    chunks: &Chunks<'_>,
    kind: &Kind,
    content: &[u8],
    budget: &Budget,
) -> Result<Option<GrayImage>, ReadError> {
    let (bytes, name) = (chunks.bytes(content), kind.name);
    let (width, height) = (bytes.u32(0, name)?, bytes.u32(4, name)?);
    let bits = bytes.u32(8, name)?;
    let length = u64::from(bytes.u32(kind.head_bytes - 4, name)?);
    if width == 0 || height == 0 || length == 0 {
        return Ok(None);
    }
    let size = budget.size(name, width.into(), height.into())?;
    let data = bytes.slice(kind.head_bytes, length, name)?;
    if data.starts_with(b"\xff\x4f\xff\x51") {
        let stream = Codestream::open(data, chunks.format(), name, budget)?;
        if stream.size() != size || stream.bits() > 8 || stream.is_signed() {
            let found = format!("its picture is not of 8 bits and {width}×{height} px");
            return Err(chunks.damaged(name, found));
        }
        return Ok(Some(GrayImage {
            size,
            pixels: gray_of_planes(&stream.decode()?),
        }));
    }
    let channels = match bits {
        8 => 1,
        24 => 3,
        _ => {
            let found = "its picture is neither of 8 nor of 24 bits";
            return Err(chunks.damaged(name, found));
        }
    };
    match data.len() == size.len() * channels {
        true => Ok(Some(GrayImage {
            size,
            pixels: match channels {
                1 => data.to_vec(),
                _ => data
                    .chunks_exact(channels)
                    .map(|p| from_bgr(p[0], p[1], p[2]))
                    .collect(),
            },
        })),
        false => {
            let found = format!("its length does not fit {width}×{height} px");
            Err(chunks.damaged(name, found))
        }
    }
}

/// Colours are stored blue first.
fn from_bgr(blue: u8, green: u8, red: u8) -> u8 {
    luma_u8(red, green, blue)
}

fn gray_of_planes(planes: &[Vec<u16>]) -> Vec<u8> {
    match planes {
        [blue, green, red, ..] => blue
            .iter()
            .zip(green)
            .zip(red)
            .map(|((b, g), r)| from_bgr(*b as u8, *g as u8, *r as u8))
            .collect(),
        [gray, ..] => gray.iter().map(|v| *v as u8).collect(),
        [] => Vec::new(),
    }
}
