//! How much pixels look like text that was burned into them.
//!
//! Own algorithm. Burned-in text differs from tissue and speckle in four ways, and each is a filter:
//!
//! 1. **Strokes are steep.** A glyph is a small connected region far from the gray beside it, measured by how much both
//!    vary, that touches nothing else. [`glyphs`] looks for such regions at several levels, brighter or darker than
//!    their surroundings.
//! 2. **Glyphs are of one kind.** Neighbours of a word have about the same height and stand on one line.
//!    [`lines`] chains them.
//! 3. **There are several.** A chain of fewer than four is no text, because speckle lines up by chance.
//! 4. **They are among themselves.** Where noise makes glyphs, most of them stand in no line.
//!
//! Most pictures show by a first, much cheaper look that they have no text: [`stems`]. Text is looked for in what is
//! shown, and in what a person would see who stretched it: [`views`].
//!
//! The score grows with the number of glyphs in chains and is 0.5 for one word of five.

mod glyphs;
mod histogram;
mod lines;
mod stems;
mod views;

use fovea_geometry::SizePx;
use fovea_imaging::{Samples, SourceFormat, Volume};

use glyphs::{Ink, LEVELS};
use histogram::Histogram;

/// 0 no text, towards 1 much text, for the worst picture of the volume, the fundus picture included. Of B-scans that
/// have their stored values ([`fovea_imaging::Bscan::deep`]) those are looked at too: a window hides text, and does not
/// take it out of the file.
pub fn text_score(volume: &Volume) -> f32 {
    let shown = volume
        .bscans
        .iter()
        .map(|bscan| (bscan.size, &bscan.pixels[..]));
    let slo = volume.slo.iter().map(|slo| (slo.size, &slo.pixels[..]));
    let shown = shown.chain(slo).map(|(size, pixels)| {
        let stretched = views::of_display(pixels);
        let stretched = stretched.map_or(0.0, |stretched| of_picture(size, &stretched));
        stretched.max(of_picture(size, pixels))
    });
    // Floats are what DICOM has of integers with a sign. Those of other formats, of which most lie close to black, come
    // out as they are shown.
    let is_kept = |samples: &&Samples| {
        volume.format == SourceFormat::Dicom || !matches!(samples, Samples::F32(_))
    };
    let stored = volume.bscans.iter().flat_map(|bscan| {
        let samples = bscan.deep.iter().filter(is_kept);
        let views = samples.flat_map(views::of_stored);
        views.map(|view| of_picture(bscan.size, &view))
    });
    shown.chain(stored).fold(0.0, f32::max)
}

/// Share of the rows with stems that may be stroke: of a page full of text it is a third.
const INK_MOST: f64 = 0.5;

fn of_picture(size: SizePx, pixels: &[u8]) -> f32 {
    let Some(rows) = stems::rows(size, pixels) else {
        return 0.0;
    };
    let width = size.width as usize;
    let pixels = &pixels[rows.start * width..rows.end * width];
    let size = SizePx::new(size.width, rows.len() as u32);
    let histogram = Histogram::of(pixels);
    let is_ink = |(ink, level): &(Ink, u8)| histogram.share(ink.levels(*level)) <= INK_MOST;
    let kinds = [Ink::Bright, Ink::Dark].into_iter();
    let count = kinds
        .flat_map(|ink| LEVELS.map(|level| (ink, level)))
        .filter(is_ink)
        .map(|(ink, level)| lines::glyphs_in_lines(glyphs::find(size, pixels, ink, level)))
        .max();
    // Half at five glyphs.
    let count = count.unwrap_or(0) as f32;
    count / (count + 5.0)
}
