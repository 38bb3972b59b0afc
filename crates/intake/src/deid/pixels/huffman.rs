//! Huffman codes of JPEG (ISO 10918-1, Annexes C and F.2.2), read without keeping what they stand for.

/// Why reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The data is at its end.
    End,
    /// No code begins like this.
    NoCode,
}

/// A table of codes.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// For each length from 1 bit: the first code, the index of its value, and how many codes there are.
    lengths: [(u32, usize, u32); 16],
    values: Vec<u8>,
}

impl Table {
    /// The table at the start of `content`, as a DHT segment holds it behind its class, and what lies behind.
    pub(super) fn read(content: &[u8]) -> Option<(Self, &[u8])> {
        let (counts, rest) = content.split_first_chunk::<16>()?;
        let mut lengths = [(0, 0, 0); 16];
        let (mut code, mut index) = (0_u32, 0_usize);
        for (length, count) in lengths.iter_mut().zip(counts) {
            let count = u32::from(*count);
            *length = (code, index, count);
            index += count as usize;
            code = (code + count) << 1;
        }
        let (values, rest) = rest.split_at_checked(index)?;
        let table = Self {
            lengths,
            values: values.to_vec(),
        };
        Some((table, rest))
    }

    /// The value of the next code.
    pub(super) fn value(&self, bits: &mut Bits<'_>) -> Result<u8, Stop> {
        let mut code = 0;
        for (first, index, count) in self.lengths {
            code = code << 1 | bits.next()?;
            let at = code.checked_sub(first).filter(|at| *at < count);
            if let Some(at) = at {
                let value = self.values.get(index + at as usize);
                return value.copied().ok_or(Stop::NoCode);
            }
        }
        Err(Stop::NoCode)
    }
}

/// Entropy-coded bytes as bits: a zero behind 0xFF was stuffed in, and anything else there is a marker.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    byte: u32,
    left: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            byte: 0,
            left: 0,
        }
    }

    /// Bytes that were read so far, whole.
    pub(super) fn bytes_read(&self) -> usize {
        self.at
    }

    pub(super) fn next(&mut self) -> Result<u32, Stop> {
        if self.left == 0 {
            self.load()?;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1)
    }

    pub(super) fn skip(&mut self, count: u8) -> Result<(), Stop> {
        let mut count = u32::from(count);
        while count > self.left {
            count -= self.left;
            self.load()?;
        }
        self.left -= count;
        Ok(())
    }

    fn load(&mut self) -> Result<(), Stop> {
        let byte = *self.data.get(self.at).ok_or(Stop::End)?;
        self.at += match byte {
            0xff if self.data.get(self.at + 1) == Some(&0) => 2,
            0xff => return Err(Stop::End),
            _ => 1,
        };
        (self.byte, self.left) = (byte.into(), 8);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_up_to_a_marker() {
        // Codes 0, 10 and 110 for the values 7, 8 and 9.
        let mut content = vec![0; 16];
        content[..3].fill(1);
        content.extend([7, 8, 9, b'S']);
        let (table, rest) = Table::read(&content).expect("a table");
        assert_eq!(rest, b"S");
        assert!(Table::read(&content[..18]).is_none());
        // 0 10 110 0 1|0, four bits skipped, 0 0 0 | marker.
        let mut bits = Bits::new(&[0b0101_1001, 0b0111_1000, 0xff, 0xd9]);
        let mut values = Vec::new();
        for _ in 0..5 {
            values.push(table.value(&mut bits).expect("a code"));
        }
        assert_eq!(values, [7, 8, 9, 7, 8]);
        assert_eq!(bits.bytes_read(), 2);
        bits.skip(4).expect("are there");
        let rest: Vec<_> = std::iter::from_fn(|| table.value(&mut bits).ok()).collect();
        assert_eq!(rest, [7, 7, 7]);
        assert_eq!(table.value(&mut bits), Err(Stop::End));
        let mut stuffed = Bits::new(&[0xff, 0, 0xff, 0]);
        assert_eq!(table.value(&mut stuffed), Err(Stop::NoCode));
        assert_eq!(stuffed.bytes_read(), 4);
    }
}
