//! The bits of a sample that belong to its value (PS3.5, section 8.1.1). Overlays once lay in the others, and anything
//! else may.

use super::refused;
use crate::Refusal;
use crate::facts::Facts;

/// How values lie in samples that have bits beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SampleBits {
    /// Bytes of a sample: 1, 2 or 4.
    pub(super) bytes: usize,
    /// The bits of the value.
    used: u32,
    high_bit: u32,
    is_signed: bool,
}

impl SampleBits {
    /// None where values take up the whole of their samples.
    pub(super) fn of(facts: &Facts) -> Result<Option<Self>, Refusal> {
        let (allocated, stored, high) = (facts.bits_allocated, facts.bits_stored, facts.high_bit);
        if allocated == stored && high + 1 == stored || facts.native_bytes() == Some(0) {
            return Ok(None);
        }
        if stored == 0 || high >= allocated || stored > high + 1 {
            return Err(refused("BitsStored does not fit BitsAllocated and HighBit"));
        }
        if !matches!(allocated, 8 | 16 | 32) {
            return Err(refused("its samples have unused bits and no whole bytes"));
        }
        let used = ((1_u64 << stored) - 1) << (high + 1 - stored);
        // Everything is below 32 by the checks above.
        Ok(Some(Self {
            bytes: (allocated / 8) as usize,
            used: used as u32,
            high_bit: high as u32,
            is_signed: facts.is_signed,
        }))
    }

    /// Bits of a sample that belong to no value.
    pub(super) fn unused(&self) -> u32 {
        (u32::MAX >> (32 - 8 * self.bytes as u32)) & !self.used
    }

    /// The sample with nothing beside its value: zeros, and above a negative value its sign.
    pub(super) fn cleared(&self, sample: u32) -> u32 {
        let value = sample & self.used;
        let is_negative = self.is_signed && value >> self.high_bit & 1 == 1;
        // All bits above the highest of the value.
        let above = (u64::MAX << (self.high_bit + 1)) as u32;
        match is_negative {
            true => value | (above & self.unused()),
            false => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(allocated: u64, stored: u64, high_bit: u64, is_signed: bool) -> Facts {
        Facts {
            rows: 1,
            columns: 1,
            samples: 1,
            frames: 1,
            bits_allocated: allocated,
            bits_stored: stored,
            high_bit,
            is_signed,
            ..Facts::default()
        }
    }

    #[test]
    fn only_the_value_is_left() {
        // Allocated, stored, high bit, signed; a sample before and after.
        let cases = [
            ((16, 12, 11, false), 0xf123, 0x0123),
            ((16, 12, 15, false), 0x123f, 0x1230),
            ((16, 12, 13, false), 0xffff, 0x3ffc),
            ((8, 7, 6, false), 0xff, 0x7f),
            ((32, 24, 31, false), 0x1234_56ff, 0x1234_5600),
            ((16, 12, 11, true), 0x0800, 0xf800),
            ((16, 12, 11, true), 0xf7ff, 0x07ff),
            ((16, 12, 15, true), 0x800f, 0x8000),
            ((32, 31, 30, true), 0x4000_0000, 0xc000_0000),
        ];
        for ((allocated, stored, high, is_signed), before, after) in cases {
            let facts = bits(allocated, stored, high, is_signed);
            let bits = SampleBits::of(&facts).expect("fits").expect("has some");
            assert_eq!(bits.cleared(before), after, "{facts:?}");
            assert_eq!(bits.cleared(after), after, "{facts:?} again");
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        for (allocated, stored, high) in [(8, 8, 7), (16, 16, 15), (1, 1, 0), (64, 64, 63)] {
            assert_eq!(
                SampleBits::of(&bits(allocated, stored, high, false)),
                Ok(None)
            );
        }
        for (allocated, stored, high) in [
            (16, 12, 16),
            (16, 12, 10),
            (16, 0, 15),
            (8, 12, 11),
            (64, 12, 11),
            (12, 10, 9),
        ] {
            let found = SampleBits::of(&bits(allocated, stored, high, false));
            assert!(found.is_err(), "{allocated} {stored} {high}");
        }
    }
}
