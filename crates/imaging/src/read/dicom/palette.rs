//! Indices into a table of colours (PS3.3 section C.7.6.3.1.5).

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::gray::{stored, words};
use super::pixels::{PixelFormat, unsupported, wrong};
use crate::ReadError;
use crate::colour::{Gray, gray_of};
use crate::dicom::lookup::numbers_of;
use crate::frame::{Frame, Samples};

/// Luma of the colours that the indices of a frame stand for. It had colours if the table has one, used or not.
pub(super) fn gray(
    bytes: &[u8],
    format: &PixelFormat,
    set: &InMemDicomObject,
) -> Result<Frame, ReadError> {
    let (first, grays) = table(set)?;
    let luma = |cell: u32| {
        let index = u64::from(stored(cell, format)).saturating_sub(first) as usize;
        grays.values[index.min(grays.values.len() - 1)]
    };
    let count = format.size.len();
    let pixels = match format.bits_allocated {
        8 => bytes[..count]
            .iter()
            .map(|cell| luma((*cell).into()))
            .collect(),
        16 => words(bytes, count).map(|cell| luma(cell.into())).collect(),
        bits => {
            return Err(unsupported(format!(
                "a palette with indices of {bits} bits"
            )));
        }
    };
    Ok(Frame {
        size: format.size,
        samples: Samples::U8(pixels),
        had_colour: grays.had_colour,
    })
}

/// The index of the first colour, and all of them, of which there is one at least.
fn table(set: &InMemDicomObject) -> Result<(u64, Gray<u8>), ReadError> {
    let tag = tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR;
    let descriptor = numbers_of(set, tag);
    let [entries, first, bits] = descriptor[..] else {
        return Err(wrong(tag, "it is missing or has not three values"));
    };
    // 0 stands for 65,536.
    let entries = if entries == 0 {
        65_536
    } else {
        entries as usize
    };
    let tables = [
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ];
    let mut channels = Vec::new();
    for tag in tables {
        let mut values = numbers_of(set, tag);
        // Tables of 8 bits may be packed two to a word.
        if bits == 8 && values.len() < entries {
            values = values
                .iter()
                .flat_map(|word| [word & 0xff, word >> 8])
                .collect();
        }
        if values.len() < entries {
            return Err(wrong(
                tag,
                "it is missing or shorter than its descriptor says",
            ));
        }
        channels.push(values);
    }
    let shift = if bits == 16 { 8 } else { 0 };
    let colours = (0..entries).flat_map(|at| [0, 1, 2].map(|of| (channels[of][at] >> shift) as u8));
    Ok((first, gray_of(colours.collect(), 3)))
}
