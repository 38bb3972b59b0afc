//! Colours to gray, and whether there were any.

/// A sample of a channel.
pub(crate) trait Sample: Copy {
    /// Rec. 709 luma of gamma-encoded values; gray stays exactly as it is.
    fn luma(colour: [Self; 3]) -> Self;

    /// True where a person sees a colour. Codecs with loss leave a shade of it on gray.
    fn is_colour(colour: [Self; 3]) -> bool;
}

/// Levels of 256 between the channels of a colour.
const COLOUR_LEAST: u8 = 32;

impl Sample for u8 {
    fn luma([r, g, b]: [Self; 3]) -> Self {
        luma_u8(r, g, b)
    }

    fn is_colour([r, g, b]: [Self; 3]) -> bool {
        r.max(g).max(b) - r.min(g).min(b) >= COLOUR_LEAST
    }
}

impl Sample for u16 {
    fn luma([r, g, b]: [Self; 3]) -> Self {
        luma_u16(r, g, b)
    }

    fn is_colour([r, g, b]: [Self; 3]) -> bool {
        r.max(g).max(b) - r.min(g).min(b) >= u16::from(COLOUR_LEAST) << 8
    }
}

impl Sample for f32 {
    fn luma([r, g, b]: [Self; 3]) -> Self {
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// There is no telling which difference shows.
    fn is_colour([r, g, b]: [Self; 3]) -> bool {
        r != g || g != b
    }
}

/// What is left of channels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gray<T> {
    pub(crate) values: Vec<T>,
    /// A pixel of it had a colour.
    pub(crate) had_colour: bool,
}

/// Gray from interleaved samples of 1 to 4 channels; alpha is dropped: a scanner's picture has nothing behind it.
pub(crate) fn gray_of<T: Sample>(data: Vec<T>, channels: usize) -> Gray<T> {
    let colours = || data.chunks_exact(channels).map(|p| [p[0], p[1], p[2]]);
    match channels {
        1 => Gray {
            values: data,
            had_colour: false,
        },
        2 => Gray {
            values: data.chunks_exact(2).map(|p| p[0]).collect(),
            had_colour: false,
        },
        _ => Gray {
            values: colours().map(T::luma).collect(),
            had_colour: colours().any(T::is_colour),
        },
    }
}

/// Rec. 709 luma of gamma-encoded values, rounded; gray stays exactly as it is (the weights sum to 2^16).
pub(crate) fn luma_u8(r: u8, g: u8, b: u8) -> u8 {
    luma_u16(r.into(), g.into(), b.into()) as u8
}

/// As [`luma_u8`], for 16 bits.
pub(crate) fn luma_u16(r: u16, g: u16, b: u16) -> u16 {
    ((13_933 * u64::from(r) + 46_871 * u64::from(g) + 4_732 * u64::from(b) + 32_768) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_keeps_gray() {
        assert!((0..=255).all(|v| luma_u8(v, v, v) == v));
        assert!(
            [0, 1, 999, 40_000, 65_535]
                .iter()
                .all(|v| luma_u16(*v, *v, *v) == *v)
        );
    }

    #[test]
    fn a_shade_is_no_colour() {
        assert!(!gray_of(vec![90_u8, 96, 100, 7, 7, 7], 3).had_colour);
        assert!(gray_of(vec![7_u8, 7, 7, 255, 90, 90], 3).had_colour);
        assert!(!gray_of(vec![9_000_u16, 9_000, 9_900, 65_535], 4).had_colour);
        assert!(gray_of(vec![9_000_u16, 60_000, 9_900, 65_535], 4).had_colour);
        // The second channel is no colour.
        assert!(!gray_of(vec![0_u8, 255, 255, 0], 2).had_colour);
    }
}
