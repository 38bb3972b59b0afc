//! What the score of a tile follows from: so few bytes that they are kept, and a new score needs no picture.

use crate::{LabelSchema, Mask, UncertaintyMap, varint};

/// Changes whenever the same pictures give other figures.
pub const FIGURES_VERSION: u32 = 1;

/// How far the predicted retina is widened, in px, so that doubt at its borders counts.
const BAND_DILATION_PX: usize = 8;
/// A blob is a connected group of at least so many pixels at or above the tile's 95th percentile (and above 0.3).
const BLOB_PX_MIN: usize = 20;
const BLOB_FLOOR: u8 = 77;

/// The figures of a prediction for one tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileFigures {
    /// How many pixels of the retina band have each uncertainty.
    counts: [u32; 256],
    /// Connected doubtful groups in the band.
    blobs: u32,
}

/// Bytes that are no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the figures of a prediction are damaged; score the queue again from the pictures")]
pub struct FiguresDecodeError;

impl TileFigures {
    /// Figures of given counts: how many pixels have each uncertainty, and how many blobs there are.
    pub const fn new(counts: [u32; 256], blobs: u32) -> Self {
        Self { counts, blobs }
    }

    /// Measures a tile; mask and map are of one size. Where no retina was predicted the whole tile counts.
    pub fn measure(mask: &Mask, uncertainty: &UncertaintyMap, schema: &LabelSchema) -> Self {
        let band = retina_band(mask, schema);
        let mut counts = [0; 256];
        let values = uncertainty.values().iter().zip(&band);
        for (value, _) in values.filter(|(_, inside)| **inside) {
            counts[usize::from(*value)] += 1;
        }
        let mut figures = Self { counts, blobs: 0 };
        let threshold = figures.p95().max(BLOB_FLOOR);
        figures.blobs = count_blobs(uncertainty, &band, threshold);
        figures
    }

    /// Pixels of the band.
    pub fn len(&self) -> u64 {
        self.counts.iter().copied().map(u64::from).sum()
    }

    /// True for a tile without pixels.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Connected groups of at least 20 pixels at or above the 95th percentile and 0.3.
    pub fn blobs(&self) -> u32 {
        self.blobs
    }

    /// The 95th percentile of the uncertainty in the band, 0..=255; 0 without pixels.
    pub fn p95(&self) -> u8 {
        let mut below = self.len().saturating_sub(1) * 95 / 100;
        for (value, count) in (0..=u8::MAX).zip(self.counts) {
            match below.checked_sub(count.into()) {
                Some(rest) => below = rest,
                None => return value,
            }
        }
        0
    }

    /// Uncertainties and how many pixels have them, of the `wanted` most doubtful pixels, the most doubtful first.
    pub(crate) fn top(&self, wanted: u64) -> impl Iterator<Item = (u8, u64)> {
        let values = (0..=u8::MAX).rev().zip(self.counts.iter().rev());
        values.scan(wanted, |left, (value, count)| {
            let taken = u64::from(*count).min(*left);
            *left -= taken;
            Some((value, taken))
        })
    }

    /// The bytes that [`Self::from_bytes`] reads, all numbers LEB128: the blobs, then the pixels of each uncertainty from
    /// 255 down to the last one that occurs. Instead of a row of zeros stand a zero and how many more there are.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        varint::put(&mut out, self.blobs);
        let mut zeros = 0;
        for &count in self.counts.iter().rev() {
            if count == 0 {
                zeros += 1;
                continue;
            }
            if zeros > 0 {
                varint::put(&mut out, 0);
                varint::put(&mut out, zeros - 1);
            }
            varint::put(&mut out, count);
            zeros = 0;
        }
        out
    }

    /// Reads figures.
    ///
    /// # Errors
    /// [`FiguresDecodeError`] for bytes that [`Self::to_bytes`] never writes.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, FiguresDecodeError> {
        let take = |rest: &mut &[u8]| varint::take(rest).ok_or(FiguresDecodeError);
        let blobs = take(&mut bytes)?;
        let mut counts = [0; 256];
        let mut left = counts.len();
        while !bytes.is_empty() {
            let mut count = take(&mut bytes)?;
            if count == 0 {
                let zeros = take(&mut bytes)? as usize + 1;
                left = left.checked_sub(zeros).ok_or(FiguresDecodeError)?;
                count = take(&mut bytes)?;
            }
            left = left.checked_sub(1).ok_or(FiguresDecodeError)?;
            if count == 0 {
                return Err(FiguresDecodeError);
            }
            counts[left] = count;
        }
        Ok(Self { counts, blobs })
    }
}

/// Pixels of the predicted layers, widened up and down; all pixels when there is no layer.
fn retina_band(mask: &Mask, schema: &LabelSchema) -> Vec<bool> {
    let mut is_layer = [false; 256];
    schema
        .layer_indices()
        .for_each(|i| is_layer[usize::from(i)] = true);
    let (width, height) = (mask.size().width as usize, mask.size().height as usize);
    let mut band = vec![false; mask.size().len()];
    for x in 0..width {
        let mut column =
            (0..height).filter(|y| is_layer[usize::from(mask.classes()[y * width + x])]);
        if let Some(top) = column.next() {
            let bottom = column.next_back().unwrap_or(top);
            for y in
                top.saturating_sub(BAND_DILATION_PX)..(bottom + BAND_DILATION_PX + 1).min(height)
            {
                band[y * width + x] = true;
            }
        }
    }
    if !band.contains(&true) {
        band.fill(true);
    }
    band
}

/// Connected groups (4 neighbours) of pixels at or above `threshold` inside the band.
fn count_blobs(uncertainty: &UncertaintyMap, band: &[bool], threshold: u8) -> u32 {
    let (width, values) = (uncertainty.size().width as usize, uncertainty.values());
    let mut open: Vec<bool> = values
        .iter()
        .zip(band)
        .map(|(v, b)| *b && *v >= threshold)
        .collect();
    let (mut blobs, mut stack) = (0, Vec::new());
    for start in 0..open.len() {
        if !std::mem::take(&mut open[start]) {
            continue;
        }
        stack.push(start);
        let mut len = 0;
        while let Some(at) = stack.pop() {
            len += 1;
            let x = at % width;
            let neighbours = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then_some(at + 1),
                at.checked_sub(width),
                Some(at + width).filter(|n| *n < open.len()),
            ];
            for next in neighbours.into_iter().flatten() {
                if std::mem::take(&mut open[next]) {
                    stack.push(next);
                }
            }
        }
        blobs += u32::from(len >= BLOB_PX_MIN);
    }
    blobs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn figures() -> impl Strategy<Value = TileFigures> {
        let counts = prop::collection::vec(prop_oneof![Just(0), any::<u32>()], 256);
        (counts, any::<u32>()).prop_map(|(counts, blobs)| TileFigures {
            counts: counts.try_into().expect("256"),
            blobs,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(figures in figures()) {
            let bytes = figures.to_bytes();
            prop_assert_eq!(TileFigures::from_bytes(&bytes), Ok(figures));
        }

        #[test]
        fn bytes_that_are_read_say_no_less_than_was_written(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(figures) = TileFigures::from_bytes(&bytes) {
                prop_assert!(figures.to_bytes().len() <= bytes.len());
            }
        }

        #[test]
        fn what_is_cut_or_followed_by_more_is_other_or_refused(figures in figures(), cut in 0_usize..600) {
            let bytes = figures.to_bytes();
            let cut = cut.min(bytes.len() - 1);
            prop_assert_ne!(TileFigures::from_bytes(&bytes[..cut]), Ok(figures.clone()));
            let longer = [&bytes[..], &[0]].concat();
            prop_assert_eq!(TileFigures::from_bytes(&longer), Err(FiguresDecodeError));
        }
    }

    #[test]
    fn hostile_bytes_are_refused() {
        // Nothing, a cut row of zeros, one longer than there are bins, one after another, a count beyond 32 bits.
        let bad: [&[u8]; 5] = [
            &[],
            &[3, 0, 0x80],
            &[3, 0, 0xff, 0x01, 1],
            &[3, 0, 0, 0, 0, 1],
            &[3, 0xff, 0xff, 0xff, 0xff, 0x1f],
        ];
        for bytes in bad {
            assert_eq!(
                TileFigures::from_bytes(bytes),
                Err(FiguresDecodeError),
                "{bytes:?}"
            );
        }
        let lowest = TileFigures::from_bytes(&[3, 0, 0xfe, 0x01, 7]).expect("reads");
        assert_eq!((lowest.counts[0], lowest.blobs()), (7, 3));
    }
}
