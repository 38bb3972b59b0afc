//! Small regions that stand out from their surroundings by a steep edge.

use fovea_geometry::SizePx;

/// Colour of the strokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Brighter than the surroundings.
    Bright,
    /// Darker.
    Dark,
}

/// Bounding box of a region, in pixels, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) left_px: u32,
    pub(super) right_px: u32,
    pub(super) top_px: u32,
    pub(super) bottom_px: u32,
}

impl Glyph {
    pub(super) fn height_px(&self) -> u32 {
        self.bottom_px - self.top_px + 1
    }

    fn width_px(&self) -> u32 {
        self.right_px - self.left_px + 1
    }
}

/// Gray levels between a stroke and its surroundings.
const CONTRAST_LEAST: u8 = 96;
/// Gray levels by which a stroke may vary.
const VARIATION_MOST: f64 = 24.0;
const HEIGHT_PX: std::ops::RangeInclusive<u32> = 5..=64;

/// The glyph-like regions of a picture.
pub(super) fn find(size: SizePx, pixels: &[u8], ink: Ink) -> Vec<Glyph> {
    let value = |gray: u8| match ink {
        Ink::Bright => gray,
        Ink::Dark => 255 - gray,
    };
    let (width, height) = (size.width as usize, size.height as usize);
    let mut seen = vec![false; width * height];
    let mut found = Vec::new();
    let mut stack = Vec::new();
    let mut region = Vec::new();
    for start in 0..width * height {
        if seen[start] || value(pixels[start]) < CONTRAST_LEAST {
            continue;
        }
        // Neighbours that differ little from the start belong to its stroke.
        let level = value(pixels[start]);
        let belongs = |at: usize| value(pixels[at]).abs_diff(level) <= 40;
        region.clear();
        seen[start] = true;
        stack.push(start);
        while let Some(at) = stack.pop() {
            region.push(at);
            for next in neighbours(at, width, height) {
                if !seen[next] && belongs(next) {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
        found.extend(glyph(&region, width, height, |at| value(pixels[at])));
    }
    found
}

/// The eight pixels around, as far as there are.
fn neighbours(at: usize, width: usize, height: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (at % width, at / width);
    let (top, bottom) = (y.saturating_sub(1), (y + 1).min(height - 1));
    let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
    (top..=bottom)
        .flat_map(move |y| (left..=right).map(move |x| y * width + x))
        .filter(move |next| *next != at)
}

/// A region as a glyph, if it is small, flat, and steep all around.
fn glyph(
    region: &[usize],
    width: usize,
    height: usize,
    value: impl Fn(usize) -> u8,
) -> Option<Glyph> {
    // Most regions are specks or the background; neither is worth a closer look.
    if region.len() < 8 || region.len() > 64 * 64 {
        return None;
    }
    let xs = || region.iter().map(|at| (at % width) as u32);
    let ys = || region.iter().map(|at| (at / width) as u32);
    let glyph = Glyph {
        left_px: xs().min()?,
        right_px: xs().max()?,
        top_px: ys().min()?,
        bottom_px: ys().max()?,
    };
    let fill = region.len() as f64 / f64::from(glyph.width_px() * glyph.height_px());
    let is_shaped = HEIGHT_PX.contains(&glyph.height_px())
        && glyph.width_px() <= 2 * glyph.height_px()
        && (0.15..=0.95).contains(&fill);
    if !is_shaped {
        return None;
    }
    let count = region.len() as f64;
    let mean = region.iter().map(|at| f64::from(value(*at))).sum::<f64>() / count;
    let variance = region
        .iter()
        .map(|at| (f64::from(value(*at)) - mean).powi(2))
        .sum::<f64>()
        / count;
    let mut inside = region.to_vec();
    inside.sort_unstable();
    let mut around = 0u32;
    let mut steep = 0u32;
    for at in region {
        for next in neighbours(*at, width, height) {
            if inside.binary_search(&next).is_err() {
                around += 1;
                steep += u32::from(f64::from(value(next)) + f64::from(CONTRAST_LEAST) <= mean);
            }
        }
    }
    let is_steep = f64::from(steep) >= 0.75 * f64::from(around);
    (variance.sqrt() <= VARIATION_MOST && is_steep).then_some(glyph)
}
