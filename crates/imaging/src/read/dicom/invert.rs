//! MONOCHROME1, where the lowest value is white: turned round, as whatever takes these values on has black lowest.

use super::pixels::{Photometric, PixelFormat};
use crate::{Bscan, Samples};

/// Turns the B-scan of an image of this format round, if it has to be: unsigned values within the bits that are stored
/// (`2^stored - 1 - v`), signed ones about the middle of theirs (`-1 - v`), as two's complement is turned bit by bit.
pub(super) fn show_inverted(bscan: &mut Bscan, format: &PixelFormat) {
    if format.photometric != Photometric::Monochrome1 {
        return;
    }
    let highest = match format.is_signed {
        true => -1.0,
        false => f64::from(u32::MAX >> (32 - u32::from(format.bits_stored))),
    };
    let turned = |value: f64| highest - value;
    // Pixels are the values themselves, or what is shown of deeper ones.
    let white = match bscan.deep {
        None => highest,
        Some(_) => f64::from(u8::MAX),
    };
    for value in &mut bscan.pixels {
        *value = (white - f64::from(*value)) as u8;
    }
    match &mut bscan.deep {
        None => {}
        Some(Samples::U8(values)) => values
            .iter_mut()
            .for_each(|value| *value = turned((*value).into()) as u8),
        Some(Samples::U16(values)) => values
            .iter_mut()
            .for_each(|value| *value = turned((*value).into()) as u16),
        Some(Samples::F32(values)) => values
            .iter_mut()
            .for_each(|value| *value = turned((*value).into()) as f32),
    }
}
