//! A decoded picture at the depth of its file, and how the pictures of one volume become 8-bit display values together.

use fovea_geometry::SizePx;

use crate::{Bscan, ReadError};

/// One picture of a file, at the depth of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Width and height.
    pub size: SizePx,
    /// `size.len()` values, row-major from the top left.
    pub samples: Samples,
    /// The file had colours here, of which only the luma is kept.
    pub had_colour: bool,
}

/// Gray samples, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// 8 bits: shown as they are.
    U8(Vec<u8>),
    /// Up to 16 bits.
    U16(Vec<u16>),
    /// Floats and everything that needs a sign; NaN where a sample is absent.
    F32(Vec<f32>),
}

impl Frame {
    /// A picture that never had colours.
    pub(crate) fn gray(size: SizePx, samples: Samples) -> Self {
        Self {
            size,
            samples,
            had_colour: false,
        }
    }

    pub(crate) fn decoded_bytes(&self) -> u64 {
        let per_sample = match self.samples {
            Samples::U8(_) => 1,
            Samples::U16(_) => 2,
            Samples::F32(_) => 4,
        };
        self.size.len() as u64 * per_sample
    }
}

/// B-scans with display values, and what was done to reach those.
pub(crate) struct Displayed {
    pub(crate) bscans: Vec<Bscan>,
    pub(crate) warnings: Vec<String>,
}

/// Turns the frames of one volume into display values with one rule for all, so that B-scans stay comparable:
/// 8 bits stay as they are; 16 bits lose their lowest bits, as many as the largest value of the volume allows;
/// floats in 0..=1 or 0..=255 are taken as such, others are stretched over the range they use.
///
/// What is deeper than 8 bits stays beside the display values in [`Bscan::deep`].
pub(crate) fn display(frames: Vec<Frame>) -> Displayed {
    let range = Range::of(&frames);
    let mut warnings = Vec::from_iter(range.warning());
    warnings.extend(range.mixed().map(str::to_owned));
    let bscans = frames
        .into_iter()
        .map(|frame| match frame.samples {
            Samples::U8(pixels) => Bscan::new(frame.size, pixels),
            deep => Bscan {
                deep: Some(deep.clone()),
                ..Bscan::new(frame.size, range.apply(deep))
            },
        })
        .collect();
    Displayed { bscans, warnings }
}

/// The values that occur in a volume.
struct Range {
    has_u8: bool,
    max_u16: u16,
    has_u16: bool,
    floats: Option<(f32, f32)>,
}

impl Range {
    fn of(frames: &[Frame]) -> Self {
        let mut range = Self {
            has_u8: false,
            max_u16: 0,
            has_u16: false,
            floats: None,
        };
        for frame in frames {
            match &frame.samples {
                Samples::U8(_) => range.has_u8 = true,
                Samples::U16(values) => {
                    range.has_u16 = true;
                    range.max_u16 = values.iter().copied().fold(range.max_u16, u16::max);
                }
                Samples::F32(values) => {
                    let finite = values.iter().copied().filter(|v| v.is_finite());
                    let start = range.floats.unwrap_or((f32::INFINITY, f32::NEG_INFINITY));
                    range.floats =
                        Some(finite.fold(start, |(low, high), v| (low.min(v), high.max(v))));
                }
            }
        }
        range
    }

    /// Bits that 16-bit values lose on the right.
    fn shift(&self) -> u32 {
        (16 - self.max_u16.leading_zeros()).saturating_sub(8)
    }

    /// Offset and factor for floats.
    fn stretch(&self) -> (f32, f32) {
        match self.floats {
            Some((low, high)) if low >= 0.0 && high <= 1.0 => (0.0, 255.0),
            Some((low, high)) if low >= 0.0 && high <= 255.0 => (0.0, 1.0),
            // Halved, so that the width of the widest range is still finite.
            Some((low, high)) if high > low => (low, 127.5 / (0.5 * high - 0.5 * low)),
            _ => (0.0, 1.0),
        }
    }

    fn apply(&self, samples: Samples) -> Vec<u8> {
        match samples {
            Samples::U8(values) => values,
            Samples::U16(values) => {
                let shift = self.shift();
                values.iter().map(|v| (v >> shift) as u8).collect()
            }
            Samples::F32(values) => {
                let (offset, factor) = self.stretch();
                // Casts of NaN and of negative values saturate to 0: black, as an absent sample should be.
                values
                    .iter()
                    .map(|v| {
                        if v.is_finite() {
                            ((v - offset) * factor + 0.5) as u8
                        } else {
                            0
                        }
                    })
                    .collect()
            }
        }
    }

    /// What to say of B-scans whose values are not scaled alike.
    fn mixed(&self) -> Option<&'static str> {
        let scales = [
            self.has_u8,
            self.has_u16 && self.shift() > 0,
            self.floats.is_some(),
        ];
        let count = scales.iter().filter(|has| **has).count();
        (count > 1).then_some(
            "The B-scans are stored with different depths, each shown on a scale of its own, so their brightness cannot be \
             compared.",
        )
    }

    fn warning(&self) -> Option<String> {
        if self.has_u16 {
            let bits = 8 + self.shift();
            return Some(format!(
                "Values of {bits} bits are shown with 8; the lowest {} are dropped.",
                bits - 8
            ))
            .filter(|_| bits > 8);
        }
        let (low, high) = self.floats.filter(|(low, high)| low < high)?;
        let taken_as_is = low >= 0.0 && high <= 255.0;
        (!taken_as_is).then(|| {
            format!(
                "Values from {low} to {high} were stretched over the 256 levels of the display."
            )
        })
    }
}

/// A float of 32 bits does not hold this whole number.
pub(crate) fn is_rounded(value: f64) -> bool {
    f64::from(value as f32) != value
}

/// Refuses frames that are not all of one size; `name` says how to call frame `i`.
pub(crate) fn same_size(
    sizes: impl IntoIterator<Item = SizePx>,
    name: impl Fn(usize) -> String,
) -> Result<(), ReadError> {
    let mut sizes = sizes.into_iter().enumerate();
    let Some((_, first)) = sizes.next() else {
        return Ok(());
    };
    match sizes.find(|(_, size)| *size != first) {
        None => Ok(()),
        Some((index, other)) => Err(ReadError::MixedSizes {
            first: name(0),
            first_size: format!("{}×{}", first.width, first.height),
            other: name(index),
            other_size: format!("{}×{}", other.width, other.height),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(samples: Samples) -> (Vec<u8>, Option<String>) {
        let count = match &samples {
            Samples::U8(v) => v.len(),
            Samples::U16(v) => v.len(),
            Samples::F32(v) => v.len(),
        };
        let mut displayed = display(vec![Frame::gray(SizePx::new(count as u32, 1), samples)]);
        (displayed.bscans.remove(0).pixels, displayed.warnings.pop())
    }

    #[test]
    fn each_depth_is_shown_by_its_rule() {
        let cases = [
            (
                Samples::U16(vec![0, 256, 65_535]),
                vec![0, 1, 255],
                Some("Values of 16 bits"),
            ),
            (
                Samples::U16(vec![0, 16, 4_095]),
                vec![0, 1, 255],
                Some("Values of 12 bits"),
            ),
            (Samples::U16(vec![0, 16, 255]), vec![0, 16, 255], None),
            (
                Samples::F32(vec![0.0, 0.5, 1.0, f32::NAN]),
                vec![0, 128, 255, 0],
                None,
            ),
            (Samples::F32(vec![0.0, 12.4, 255.0]), vec![0, 12, 255], None),
            (
                Samples::F32(vec![-2.0, 0.0, 2.0, f32::INFINITY]),
                vec![0, 128, 255, 0],
                Some("Values from -2 to 2"),
            ),
            (
                Samples::F32(vec![f32::MIN, 0.0, f32::MAX]),
                vec![0, 128, 255],
                Some("Values from -340"),
            ),
            (Samples::F32(vec![7.0, 7.0]), vec![7, 7], None),
            (Samples::F32(vec![f32::NAN]), vec![0], None),
        ];
        for (samples, expected, warning) in cases {
            let label = format!("{samples:?}");
            let (pixels, found) = shown(samples);
            assert_eq!(pixels, expected, "{label}");
            assert_eq!(found.is_some(), warning.is_some(), "{label}: {found:?}");
            assert!(
                found
                    .unwrap_or_default()
                    .starts_with(warning.unwrap_or_default()),
                "{label}"
            );
        }
    }
}
