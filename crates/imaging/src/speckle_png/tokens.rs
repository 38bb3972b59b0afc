//! A filtered row as literals and runs of zeros.

use super::UP;

/// Bytes that are looked at together.
pub(super) const STEP: usize = 8;
/// The longest match that has a code.
const LONGEST: usize = 258;
const SHORTEST: usize = 3;

/// What is done with the parts of a row.
pub(super) trait Sink {
    /// One byte as it is.
    fn literal(&mut self, byte: u8);
    /// Several of them.
    fn literals(&mut self, bytes: &[u8; STEP]);
    /// The byte before, `length` times again; 3 to 258.
    fn repeat(&mut self, length: usize);
}

/// Hands the parts of `row` to `sink`, in order.
#[inline(always)]
pub(super) fn tokens(row: &[u8], sink: &mut impl Sink) {
    let Some((filter, bytes)) = row.split_first() else {
        return;
    };
    debug_assert_eq!(*filter, UP);
    sink.literal(*filter);
    let (steps, rest) = bytes.as_chunks::<STEP>();
    let mut zeros = 0;
    for step in steps {
        if u64::from_ne_bytes(*step) == 0 {
            zeros += STEP;
            continue;
        }
        if zeros > 0 {
            run(zeros, sink);
            zeros = 0;
        }
        sink.literals(step);
    }
    if zeros > 0 {
        run(zeros, sink);
    }
    rest.iter().for_each(|byte| sink.literal(*byte));
}

/// `count` zeros: one, and the others as its repetition. No part is shorter than a match may be.
fn run(count: usize, sink: &mut impl Sink) {
    sink.literal(0);
    let mut left = count - 1;
    while left > LONGEST {
        let length = LONGEST.min(left - SHORTEST);
        sink.repeat(length);
        left -= length;
    }
    sink.repeat(left);
}

/// Symbol, extra bits and their number of a match's length (RFC 1951, 3.2.5).
pub(super) fn of_length(length: usize) -> (usize, u64, u32) {
    let over = length - SHORTEST;
    match over {
        0..8 => (257 + over, 0, 0),
        255 => (285, 0, 0),
        _ => {
            // Four symbols for each power of two.
            let extra = over.ilog2() - 2;
            let symbol = 261 + 4 * extra as usize + ((over >> extra) & 3);
            (symbol, (over & ((1 << extra) - 1)) as u64, extra)
        }
    }
}
