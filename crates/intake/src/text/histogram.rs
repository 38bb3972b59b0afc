//! How often gray levels occur, counted on a part of the pixels.

/// Every so many pixels are looked at. A word of a small font has some hundred.
const STEP: usize = 17;

/// Counts of gray levels.
pub(super) struct Histogram {
    counts: [u32; 256],
    total: u32,
}

impl Histogram {
    pub(super) fn of(pixels: &[u8]) -> Self {
        let mut counts = [0; 256];
        for value in pixels.iter().step_by(STEP) {
            counts[usize::from(*value)] += 1;
        }
        Self {
            counts,
            total: pixels.len().div_ceil(STEP) as u32,
        }
    }

    /// The levels between which all pixels lie but this share on each side; none for a picture without any.
    pub(super) fn range(&self, beyond: f64) -> Option<(u8, u8)> {
        let levels = || self.counts.iter().zip(0_u8..=u8::MAX);
        let beyond = (f64::from(self.total) * beyond) as u32;
        Some((end(levels(), beyond)?, end(levels().rev(), beyond)?))
    }

    /// Share of the pixels with levels in the range.
    pub(super) fn share(&self, levels: std::ops::RangeInclusive<u8>) -> f64 {
        let levels = usize::from(*levels.start())..=usize::from(*levels.end());
        let count: u32 = self.counts[levels].iter().sum();
        f64::from(count) / f64::from(self.total.max(1))
    }
}

/// The first level beyond which there are more pixels than may lie there.
fn end<'a>(mut levels: impl Iterator<Item = (&'a u32, u8)>, beyond: u32) -> Option<u8> {
    let mut count = 0;
    let first = levels.find(|(of_level, _)| {
        count += **of_level;
        count > beyond
    });
    first.map(|(_, level)| level)
}
