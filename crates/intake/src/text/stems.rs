//! A first look, which spares most pictures the second: stems.
//!
//! The side of a stroke is a steep edge that goes straight down: two pixels one below the other, nearly alike, and both
//! far from the pixel beside them. Speckle is steep too, but its neighbours differ. Letters have dozens of such places
//! close together; scans without text have a few.

use std::ops::Range;

use fovea_geometry::SizePx;

use super::glyphs::HEIGHT_PX;

/// Gray levels across the edge. A stroke stands out by 72 at least; a soft one takes two steps for it.
const STEP_LEAST: u8 = 56;
/// Gray levels along the edge, on its flatter side.
const DRIFT_MOST: u8 = 12;
/// Cells overlap by half in both directions, so that a word is never cut in more than two.
const HALF_CELL_PX: (usize, usize) = (32, 8);
/// Rows around a band that are searched: the tallest glyph, what is beside it, and the height of a line.
const AROUND_PX: usize = 2 * *HEIGHT_PX.end() as usize;
/// Stems of a cell. Five sevens in the smallest font have 25; nine in ten real scans without text have less than 30.
const STEMS_LEAST: u32 = 20;

/// The rows in which a word may stand: those with as many stems as one has, and the height of a glyph around them.
pub(super) fn rows(size: SizePx, pixels: &[u8]) -> Option<Range<usize>> {
    let width = size.width as usize;
    if width < 2 {
        return None;
    }
    let mut rows: Option<Range<usize>> = None;
    let mut of_column = vec![0_u8; width - 1];
    let (mut above, mut band) = (Vec::new(), Vec::new());
    for (index, band_pixels) in bands(pixels, width).enumerate() {
        of_column.fill(0);
        for pair in band_pixels.windows(2 * width).step_by(width) {
            let (upper, lower) = pair.split_at(width);
            count(upper, lower, &mut of_column);
        }
        let halves = of_column.chunks(HALF_CELL_PX.0);
        band.clear();
        band.extend(halves.map(|half| half.iter().map(|stems| u32::from(*stems)).sum::<u32>()));
        above.resize(band.len(), 0);
        let of_halves: Vec<u32> = above.iter().zip(&band).map(|(a, b)| a + b).collect();
        let is_word = |cell: &[u32]| cell.iter().sum::<u32>() >= STEMS_LEAST;
        if of_halves.iter().any(|half| is_word(&[*half])) || of_halves.windows(2).any(is_word) {
            let top = index * HALF_CELL_PX.1;
            let first = top.saturating_sub(AROUND_PX);
            let end = (top + AROUND_PX).min(size.height as usize);
            rows = Some(rows.map_or(first, |rows| rows.start)..end);
        }
        std::mem::swap(&mut above, &mut band);
    }
    rows
}

/// Bands of rows, each with the first row of the next.
fn bands(pixels: &[u8], width: usize) -> impl Iterator<Item = &[u8]> {
    let step = HALF_CELL_PX.1 * width;
    (0..pixels.len())
        .step_by(step)
        .map(move |start| &pixels[start..pixels.len().min(start + step + width)])
}

/// Adds one to each column whose right border is a stem in these two rows.
fn count(upper: &[u8], lower: &[u8], of_column: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: this processor has the instructions that the function is compiled for.
        return unsafe { count_wide(upper, lower, of_column) };
    }
    count_anywhere(upper, lower, of_column);
}

/// The same code with registers of twice the width.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn count_wide(upper: &[u8], lower: &[u8], of_column: &mut [u8]) {
    count_anywhere(upper, lower, of_column);
}

/// No branch, so that it becomes vector code.
#[inline(always)]
fn count_anywhere(upper: &[u8], lower: &[u8], of_column: &mut [u8]) {
    let left = upper.iter().zip(lower);
    let right = upper[1..].iter().zip(&lower[1..]);
    for (stems, ((a, b), (c, d))) in of_column.iter_mut().zip(left.zip(right)) {
        let falls = a.saturating_sub(*c).min(b.saturating_sub(*d));
        let rises = c.saturating_sub(*a).min(d.saturating_sub(*b));
        let drift = a.abs_diff(*b).min(c.abs_diff(*d));
        let is_steep = falls.max(rises) >= STEP_LEAST;
        let is_straight = drift <= DRIFT_MOST;
        *stems += u8::from(is_steep & is_straight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A comb of `teeth` bright columns of `height_px`, on black.
    fn comb(size: SizePx, at_px: (usize, usize), teeth: usize, height_px: usize) -> Vec<u8> {
        let mut pixels = vec![0; size.len()];
        for y in at_px.1..at_px.1 + height_px {
            for tooth in 0..teeth {
                pixels[y * size.width as usize + at_px.0 + 3 * tooth] = 200;
            }
        }
        pixels
    }

    #[test]
    fn stems_are_counted_wherever_they_stand() {
        let size = SizePx::new(150, 41);
        for (x, y) in [(0, 0), (28, 5), (60, 13), (135, 34), (31, 7)] {
            // Each tooth has two sides of six pairs; those at the border have one.
            let rows_of = |teeth, height_px| rows(size, &comb(size, (x, y), teeth, height_px));
            assert_eq!(rows_of(4, 7), Some(0..41), "{x} {y}");
            assert_eq!(rows_of(1, 7), None, "{x} {y}");
            assert_eq!(rows_of(4, 1), None, "{x} {y}");
        }
    }

    #[test]
    fn flat_and_tiny_pictures_have_none() {
        for (width, height) in [(1, 1), (1, 90), (2, 1), (90, 1), (33, 9), (64, 64)] {
            let size = SizePx::new(width, height);
            assert_eq!(rows(size, &vec![90; size.len()]), None, "{width}×{height}");
        }
    }

    #[test]
    fn what_is_far_from_all_stems_is_not_searched() {
        let size = SizePx::new(150, 900);
        let found = rows(size, &comb(size, (40, 500), 6, 12)).expect("has stems");
        assert!(found.start > 300 && found.start <= 500 - 64, "{found:?}");
        assert!(found.end >= 512 + 64 && found.end < 700, "{found:?}");
    }
}
