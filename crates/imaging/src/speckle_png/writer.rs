//! Codes as bytes.

use super::codes::{Codes, LONGEST};
use super::tokens::{STEP, Sink, of_length};

/// The symbol behind the last byte of a block.
const END: usize = 256;
/// Bytes that are written at a time, of which those that are not full yet are written again.
const WORD: usize = 8;

/// Writes the codes of one row at a time into a buffer that stays in the cache.
pub(super) struct Writer<'a> {
    codes: &'a Codes,
    row: Vec<u8>,
    filled: usize,
    /// Bits that are not in the row yet; fewer than eight between calls.
    bits: u64,
    count: u32,
}

impl<'a> Writer<'a> {
    /// For rows of `width` bytes and the filter's number.
    pub(super) fn new(codes: &'a Codes, width: usize) -> Self {
        Self {
            codes,
            // The head of the block is longer than the codes of a short row.
            row: vec![0; (width + 1) * LONGEST / 8 + 512],
            filled: 0,
            bits: 0,
            count: 0,
        }
    }

    /// The head of the only block: dynamic codes, whose lengths are written with four bits each (RFC 1951, 3.2.7).
    pub(super) fn head(&mut self, to: &mut Vec<u8>) {
        const LENGTHS_OF_LENGTHS: [u8; 19] = [
            // 16, 17 and 18, which would repeat a length, are left out.
            0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
        ];
        const DISTANCE_ONE: u8 = 1;
        let symbols = (self.codes.lengths.len() - 257) as u64;
        self.put(0b101 | symbols << 3 | 15 << 13, 17);
        for length in LENGTHS_OF_LENGTHS {
            self.put(length.into(), 3);
        }
        for length in self.codes.lengths.into_iter().chain([DISTANCE_ONE]) {
            // The code of a length is the length itself, its first bit lowest.
            self.put((length.reverse_bits() >> 4).into(), 4);
        }
        self.move_to(to);
    }

    /// Ends the block and the stream.
    pub(super) fn end(mut self, to: &mut Vec<u8>) {
        let (code, count) = self.codes.code(END);
        self.put(code, count);
        let open = self.count.next_multiple_of(8) - self.count;
        self.put(0, open);
        self.move_to(to);
    }

    /// Appends the full bytes to `to`.
    #[inline(always)]
    pub(super) fn move_to(&mut self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.row[..self.filled]);
        self.filled = 0;
    }

    /// `count` bits, 56 at most, the first lowest.
    #[inline(always)]
    fn put(&mut self, bits: u64, count: u32) {
        let bits = self.bits | bits << self.count;
        let count = self.count + count;
        self.row[self.filled..self.filled + WORD].copy_from_slice(&bits.to_le_bytes());
        self.filled += (count / 8) as usize;
        self.bits = bits >> (count & !7);
        self.count = count & 7;
    }
}

impl Sink for Writer<'_> {
    #[inline(always)]
    fn literal(&mut self, byte: u8) {
        let (code, count) = self.codes.code(byte.into());
        self.put(code, count);
    }

    #[inline(always)]
    fn literals(&mut self, bytes: &[u8; STEP]) {
        let codes = bytes.map(|byte| self.codes.code(byte.into()));
        let (halves, _) = codes.as_chunks::<{ STEP / 2 }>();
        for [a, b, c, d] in halves {
            let front = (a.0 | b.0 << a.1, a.1 + b.1);
            let back = (c.0 | d.0 << c.1, c.1 + d.1);
            self.put(front.0 | back.0 << front.1, front.1 + back.1);
        }
    }

    fn repeat(&mut self, length: usize) {
        let (symbol, extra, extra_count) = of_length(length);
        let (code, count) = self.codes.code(symbol);
        // The only distance, one, is a single 0 behind the extra bits.
        self.put(code | extra << count, count + extra_count + 1);
    }
}
