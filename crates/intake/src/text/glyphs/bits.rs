//! Rows of a picture as bits: one for each pixel on the far side of a level.

use super::Ink;

/// Which pixels are stroke: those at least as bright as `level`, or at least as dark as its opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) ink: Ink,
    pub(super) level: u8,
}

impl Cut {
    /// Writes a row as bits, lowest first; bits beyond the row are zero.
    pub(super) fn row(self, values: &[u8], bits: &mut Vec<u64>) {
        bits.clear();
        let (words, rest) = values.as_chunks::<64>();
        bits.extend(words.iter().map(|word| self.word(word)));
        if !rest.is_empty() {
            let mut word = [0; 64];
            word[..rest.len()].copy_from_slice(rest);
            let is_there = u64::MAX >> (64 - rest.len());
            bits.push(self.word(&word) & is_there);
        }
    }

    fn word(self, values: &[u8; 64]) -> u64 {
        match self.ink {
            Ink::Bright => packed(values, |value| value >= self.level),
            Ink::Dark => packed(values, |value| value <= u8::MAX - self.level),
        }
    }
}

/// One bit per value. The comparison is vector code; a product gathers eight bytes of 0 or 1 into one of eight bits.
#[inline(always)]
fn packed(values: &[u8; 64], is_in: impl Fn(u8) -> bool) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let bytes = values.map(|value| u8::from(is_in(value)));
    let (eights, _) = bytes.as_chunks::<8>();
    let mut word = 0;
    for eight in eights.iter().rev() {
        word = word << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
    }
    word
}

/// First and last column of each stretch of ones.
pub(super) fn runs(bits: &[u64], runs: &mut Vec<(u32, u32)>) {
    runs.clear();
    let mut left = None;
    let mut before = 0;
    let words = bits.iter().chain([&0]).zip(0u32..);
    for (word, index) in words {
        let mut changes = word ^ (word << 1 | before);
        before = word >> 63;
        while changes != 0 {
            let at = index * 64 + changes.trailing_zeros();
            changes &= changes - 1;
            match left.take() {
                None => left = Some(at),
                Some(left) => runs.push((left, at - 1)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_width_are_cut_into_runs() {
        // Values that repeat at no multiple of a word.
        let gray = |x: usize| (x * x % 251) as u8;
        for width in [1, 7, 63, 64, 65, 128, 200] {
            let values: Vec<u8> = (0..width).map(gray).collect();
            for (ink, level) in [(Ink::Bright, 96), (Ink::Dark, 144), (Ink::Bright, 0)] {
                let cut = Cut { ink, level };
                let is_in = |value: u8| match ink {
                    Ink::Bright => value >= level,
                    Ink::Dark => u8::MAX - value >= level,
                };
                let (mut bits, mut found) = (Vec::new(), Vec::new());
                cut.row(&values, &mut bits);
                runs(&bits, &mut found);
                let mut covered = vec![false; width];
                for (left, right) in &found {
                    covered[*left as usize..=*right as usize].fill(true);
                }
                let expected: Vec<bool> = values.iter().map(|value| is_in(*value)).collect();
                assert_eq!(covered, expected, "{width} {cut:?}");
                // Runs that touched would be one.
                assert!(found.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            }
        }
    }
}
