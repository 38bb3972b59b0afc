//! Small regions that stand out from their surroundings by a steep edge.

mod bits;
mod regions;

use fovea_geometry::SizePx;

use bits::Cut;
use regions::Region;

/// Colour of the strokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Brighter than the surroundings.
    Bright,
    /// Darker.
    Dark,
}

impl Ink {
    /// The grays of strokes that are cut out at a level.
    pub(super) fn levels(self, level: u8) -> std::ops::RangeInclusive<u8> {
        match self {
            Self::Bright => level..=u8::MAX,
            Self::Dark => 0..=u8::MAX - level,
        }
    }
}

/// Bounding box of a region, in pixels, ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

    /// The box of both.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self {
            left_px: self.left_px.min(other.left_px),
            right_px: self.right_px.max(other.right_px),
            top_px: self.top_px.min(other.top_px),
            bottom_px: self.bottom_px.max(other.bottom_px),
        }
    }

    /// True where the boxes have a pixel in common.
    pub(super) fn touches(&self, other: &Self) -> bool {
        self.left_px <= other.right_px
            && other.left_px <= self.right_px
            && self.top_px <= other.bottom_px
            && other.top_px <= self.bottom_px
    }
}

/// Levels at which strokes are cut out; the lowest is the faintest text that is found.
pub(super) const LEVELS: [u8; 6] = [72, 96, 128, 160, 192, 224];
/// Gray levels between a stroke and what is beside it, on average.
const CONTRAST_LEAST: f64 = 72.0;
/// As before, in standard deviations of both: the strokes of a smooth font vary, but far from what is beside them.
const SPREADS_LEAST: f64 = 1.5;
/// Share of the frame around the box that is below the level: a glyph stands free.
const FREE_LEAST: f64 = 0.85;
pub(super) const HEIGHT_PX: std::ops::RangeInclusive<u32> = 5..=64;
/// Share of the box that is stroke.
const FILL: std::ops::RangeInclusive<f64> = 0.15..=0.95;

/// The glyph-like regions of a picture at one level.
pub(super) fn find(size: SizePx, pixels: &[u8], ink: Ink, level: u8) -> Vec<Glyph> {
    let value = |gray: u8| match ink {
        Ink::Bright => gray,
        Ink::Dark => u8::MAX - gray,
    };
    let width = size.width as usize;
    regions::of(pixels, width, Cut { ink, level })
        .into_iter()
        .filter(is_shaped)
        .map(|region| region.bounds)
        .filter(|glyph| stands_out(glyph, size, |x, y| value(pixels[y * width + x]), level))
        .collect()
}

fn is_shaped(region: &Region) -> bool {
    let (width, height) = (region.bounds.width_px(), region.bounds.height_px());
    let fill = f64::from(region.pixels) / (f64::from(width) * f64::from(height));
    HEIGHT_PX.contains(&height) && width <= 2 * height && FILL.contains(&fill)
}

/// True when the strokes are far from what lies between and beside them, and nothing touches their box.
fn stands_out(glyph: &Glyph, size: SizePx, value: impl Fn(usize, usize) -> u8, level: u8) -> bool {
    let columns = glyph.left_px.saturating_sub(1)..=(glyph.right_px + 1).min(size.width - 1);
    let rows = glyph.top_px.saturating_sub(1)..=(glyph.bottom_px + 1).min(size.height - 1);
    let (mut stroke, mut beside, mut frame) =
        (Moments::default(), Moments::default(), Moments::default());
    for y in rows {
        for x in columns.clone() {
            let value = value(x as usize, y as usize);
            let is_stroke = value >= level;
            let is_in_box = (glyph.left_px..=glyph.right_px).contains(&x)
                && (glyph.top_px..=glyph.bottom_px).contains(&y);
            match is_stroke {
                true if is_in_box => stroke.add(value),
                true => {}
                false => beside.add(value),
            }
            if !is_in_box {
                frame.add(u8::from(!is_stroke));
            }
        }
    }
    let gap = stroke.mean() - beside.mean();
    gap >= CONTRAST_LEAST.max(SPREADS_LEAST * (stroke.deviation() + beside.deviation()))
        && frame.mean() >= FREE_LEAST
}

/// Count, mean and deviation of values.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: u8) {
        let value = f64::from(value);
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn mean(&self) -> f64 {
        self.sum / self.count.max(1.0)
    }

    fn deviation(&self) -> f64 {
        let mean = self.mean();
        (self.squares / self.count.max(1.0) - mean * mean)
            .max(0.0)
            .sqrt()
    }
}
