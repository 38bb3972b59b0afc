//! Huffman codes of limited length, as DEFLATE numbers them.

use super::SYMBOLS;
use super::counts::Counts;

/// Bits of the longest code: four codes and what is left of a byte fit into 64 bits.
pub(super) const LONGEST: usize = 12;

/// The code of each symbol.
pub(super) struct Codes {
    /// Bits of each code.
    pub(super) lengths: [u8; SYMBOLS],
    /// The code with its first bit lowest, and its length above bit 16.
    packed: [u32; SYMBOLS],
}

impl Codes {
    /// Codes that are short for what is frequent.
    pub(super) fn of(counts: &Counts) -> Self {
        let lengths = lengths(&counts.of_symbol);
        Self {
            lengths,
            packed: packed(&lengths),
        }
    }

    /// The code of `symbol` with its first bit lowest, and its length.
    #[inline(always)]
    pub(super) fn code(&self, symbol: usize) -> (u64, u32) {
        let packed = self.packed[symbol];
        (u64::from(packed & 0xffff), packed >> 16)
    }
}

/// Lengths of an optimal code, and then of one that has none over [`LONGEST`].
fn lengths(counts: &[u32; SYMBOLS]) -> [u8; SYMBOLS] {
    let mut order: Vec<usize> = (0..SYMBOLS).collect();
    // The number decides between equals, so that the same counts give the same code.
    order.sort_unstable_by_key(|symbol| (counts[*symbol], *symbol));
    let depths = depths(order.iter().map(|symbol| counts[*symbol]).collect());
    let mut of_length = [0_usize; LONGEST + 1];
    for depth in depths {
        of_length[depth.min(LONGEST)] += 1;
    }
    shorten(&mut of_length);
    let mut lengths = [0; SYMBOLS];
    let mut rarest_first = order.into_iter();
    for length in (1..=LONGEST).rev() {
        for symbol in rarest_first.by_ref().take(of_length[length]) {
            lengths[symbol] = length as u8;
        }
    }
    lengths
}

/// How deep each leaf of Huffman's tree lies. `weights` are of the leaves, in rising order, two or more.
fn depths(mut weights: Vec<u32>) -> Vec<usize> {
    let leaves = weights.len();
    let nodes = 2 * leaves - 1;
    let mut parents = vec![0; nodes];
    // Nodes are made in rising order too, so the lightest two are at the fronts of two queues.
    let (mut leaf, mut node) = (0, leaves);
    for parent in leaves..nodes {
        let mut weight = 0;
        for _ in 0..2 {
            let is_leaf = leaf < leaves && (node >= parent || weights[leaf] <= weights[node]);
            let next = if is_leaf { &mut leaf } else { &mut node };
            weight += weights[*next];
            parents[*next] = parent;
            *next += 1;
        }
        weights.push(weight);
    }
    let mut depths = vec![0; nodes];
    for node in (0..nodes - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    depths.truncate(leaves);
    depths
}

/// Makes room for codes that were cut to [`LONGEST`]: a shorter one becomes longer and takes one of them beside it.
fn shorten(of_length: &mut [usize; LONGEST + 1]) {
    let room = 1_usize << LONGEST;
    let mut taken: usize = (1..=LONGEST).map(|l| of_length[l] << (LONGEST - l)).sum();
    while taken > room {
        let Some(shorter) = (1..LONGEST).rev().find(|length| of_length[*length] > 0) else {
            return;
        };
        of_length[shorter] -= 1;
        of_length[shorter + 1] += 2;
        of_length[LONGEST] -= 1;
        taken -= 1;
    }
}

/// Numbers the codes as RFC 1951, 3.2.2 has it.
fn packed(lengths: &[u8; SYMBOLS]) -> [u32; SYMBOLS] {
    let mut next = [0_u32; LONGEST + 2];
    for length in lengths {
        next[usize::from(*length) + 1] += 1;
    }
    let mut first = 0;
    for start in &mut next[1..] {
        first = (first + *start) << 1;
        *start = first;
    }
    let mut packed = [0; SYMBOLS];
    for (to, length) in packed.iter_mut().zip(lengths) {
        let code = &mut next[usize::from(*length)];
        let bits = u32::from(*length);
        *to = code.reverse_bits() >> (32 - bits) | bits << 16;
        *code += 1;
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every count has codes that fill the room exactly, whatever the tree was.
    #[test]
    fn codes_are_complete_and_short_enough() {
        let kinds: [fn(usize) -> u32; 4] = [
            |_| 1,
            |symbol| symbol as u32 + 1,
            |symbol| 1 << (symbol % 24),
            |symbol| if symbol == 3 { 1 << 30 } else { 1 },
        ];
        for kind in kinds {
            let mut counts = Counts::new();
            (0..SYMBOLS).for_each(|symbol| counts.of_symbol[symbol] = kind(symbol));
            let codes = Codes::of(&counts);
            let taken: usize = codes
                .lengths
                .iter()
                .map(|l| 1 << (LONGEST - usize::from(*l)))
                .sum();
            assert_eq!(taken, 1 << LONGEST);
            let mut sorted = codes.packed;
            sorted.sort_unstable();
            assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
