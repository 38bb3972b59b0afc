//! How much pixels look like text that was burned into them.
//!
//! Own algorithm. Burned-in text differs from tissue and speckle in three ways, and each is a filter:
//!
//! 1. **Strokes are flat and steep.** A glyph is a small connected region of nearly one gray, far from the gray
//!    beside it, that touches nothing else. [`glyphs`] looks for such regions at three levels, brighter or darker
//!    than their surroundings.
//! 2. **Glyphs are of one kind.** Neighbours of a word have about the same height and stand on one line.
//!    [`lines`] chains them.
//! 3. **There are several.** A chain of fewer than four is no text, because speckle lines up by chance.
//!
//! Most pictures show by a first, much cheaper look that they have no text: [`stems`].
//!
//! The score grows with the number of glyphs in chains and is 0.5 for one word of five.

mod glyphs;
mod lines;
mod stems;

use fovea_geometry::SizePx;
use fovea_imaging::Volume;

use glyphs::{Ink, LEVELS};

/// 0 no text, towards 1 much text, for the worst picture of the volume, the fundus picture included.
pub fn text_score(volume: &Volume) -> f32 {
    let bscans = volume
        .bscans
        .iter()
        .map(|bscan| (bscan.size, &bscan.pixels[..]));
    let slo = volume.slo.iter().map(|slo| (slo.size, &slo.pixels[..]));
    bscans
        .chain(slo)
        .map(|(size, pixels)| of_picture(size, pixels))
        .fold(0.0, f32::max)
}

fn of_picture(size: SizePx, pixels: &[u8]) -> f32 {
    if !stems::are_there(size, pixels) {
        return 0.0;
    }
    let kinds = [Ink::Bright, Ink::Dark].into_iter();
    let count = kinds
        .flat_map(|ink| LEVELS.map(|level| (ink, level)))
        .map(|(ink, level)| lines::glyphs_in_lines(&glyphs::find(size, pixels, ink, level)))
        .max();
    // Half at five glyphs.
    let count = count.unwrap_or(0) as f32;
    count / (count + 5.0)
}
