//! How often each symbol occurs in a sample.

use super::SYMBOLS;
use super::tokens::{STEP, Sink, of_length};

/// Occurrences; at least one of each symbol, so that what the sample lacks has a code too.
pub(super) struct Counts {
    pub(super) of_symbol: [u32; SYMBOLS],
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            of_symbol: [1; SYMBOLS],
        }
    }
}

impl Sink for Counts {
    #[inline(always)]
    fn literal(&mut self, byte: u8) {
        self.of_symbol[usize::from(byte)] += 1;
    }

    #[inline(always)]
    fn literals(&mut self, bytes: &[u8; STEP]) {
        bytes.iter().for_each(|byte| self.literal(*byte));
    }

    fn repeat(&mut self, length: usize) {
        self.of_symbol[of_length(length).0] += 1;
    }
}
