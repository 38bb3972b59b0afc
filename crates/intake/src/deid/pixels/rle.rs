//! Run-length encoded frames (PS3.5, Annex G).

use super::pack_bits;
use super::sample_bits::SampleBits;
use crate::facts::Facts;

const HEADER_BYTES: usize = 64;
const SEGMENTS_MAX: usize = 15;

/// What every frame of a file must hold.
pub(super) struct Layout {
    columns: usize,
    pixels: usize,
    /// Byte planes of a sample, the most significant one first.
    bytes: usize,
    planes: usize,
    /// Where values have bits beside them.
    bits: Option<SampleBits>,
}

/// A frame on its way out.
pub(super) struct Cleaned {
    pub(super) bytes: Vec<u8>,
    /// Bytes of the frame that were part of no segment.
    pub(super) dropped_bytes: usize,
    /// Something lay in bits that no value uses.
    pub(super) is_cleared: bool,
}

impl Layout {
    /// None for what run lengths cannot hold.
    pub(super) fn of(facts: &Facts, bits: Option<SampleBits>) -> Option<Self> {
        let bytes = match facts.bits_allocated {
            8 | 16 | 32 => facts.bits_allocated as usize / 8,
            _ => return None,
        };
        let pixels = facts.rows.checked_mul(facts.columns)?;
        let planes = usize::try_from(facts.samples).ok()?.checked_mul(bytes)?;
        (1..=SEGMENTS_MAX).contains(&planes).then_some(Self {
            columns: usize::try_from(facts.columns).ok()?,
            pixels: usize::try_from(pixels).ok()?,
            bytes,
            planes,
            bits,
        })
    }

    /// The frame written anew from what it decodes to; none when that is not exactly the samples of a frame.
    pub(super) fn clean(&self, frame: &[u8]) -> Option<Cleaned> {
        let word = |at: usize| {
            let bytes = frame.get(at * 4..at * 4 + 4)?;
            Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
        };
        if word(0)? != self.planes || frame.len() < HEADER_BYTES {
            return None;
        }
        let mut segments = Vec::with_capacity(self.planes);
        for plane in 1..=self.planes {
            let start = word(plane)?;
            let end = match plane < self.planes {
                true => word(plane + 1)?,
                false => frame.len(),
            };
            let segment = frame.get(start..end).filter(|_| start >= HEADER_BYTES)?;
            segments.push(pack_bits::exactly(segment, self.pixels)?);
        }
        let plain = lay_out(&segments);
        let cleared = self.bits.and_then(|bits| self.cleared(&segments, bits));
        Some(Cleaned {
            dropped_bytes: frame.len().saturating_sub(plain.len()),
            is_cleared: cleared.is_some(),
            bytes: cleared.map_or(plain, |segments| lay_out(&segments)),
        })
    }

    /// The segments without what lies beside the values; none where nothing does.
    fn cleared(&self, segments: &[Vec<u8>], bits: SampleBits) -> Option<Vec<Vec<u8>>> {
        let mut planes: Vec<Vec<u8>> = segments
            .iter()
            .map(|segment| pack_bits::unpacked(segment))
            .collect();
        let mut beside = 0;
        let mut has_changed = false;
        // As for samples that are not compressed: see there.
        for samples in planes.chunks_exact(self.bytes) {
            (0..self.pixels).for_each(|at| beside |= sample(samples, at) & bits.unused());
        }
        if beside == 0 {
            return None;
        }
        for samples in planes.chunks_exact_mut(self.bytes) {
            for at in 0..self.pixels {
                let before = sample(samples, at);
                let after = bits.cleared(before);
                has_changed |= before != after;
                let bytes = after.to_be_bytes();
                for (plane, byte) in samples.iter_mut().zip(&bytes[4 - self.bytes..]) {
                    plane[at] = *byte;
                }
            }
        }
        let packed = |plane: &Vec<u8>| pack_bits::packed(plane, self.columns);
        has_changed.then(|| planes.iter().map(packed).collect())
    }
}

fn sample(planes: &[Vec<u8>], at: usize) -> u32 {
    let bytes = planes.iter().map(|plane| u32::from(plane[at]));
    bytes.fold(0, |sample, byte| sample << 8 | byte)
}

/// The segments behind a header that says where they start, each of an even number of bytes.
fn lay_out(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut content = Vec::new();
    for segment in segments {
        // A frame was shorter than its fragments, whose lengths have 32 bits.
        header.push((HEADER_BYTES + content.len()) as u32);
        content.extend_from_slice(segment);
        content.resize(content.len().next_multiple_of(2), 0);
    }
    header.resize(HEADER_BYTES / 4, 0);
    let mut frame: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
    frame.extend_from_slice(&content);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(bits_allocated: u64, bits_stored: u64) -> Layout {
        let facts = Facts {
            rows: 1,
            columns: 3,
            samples: 1,
            frames: 1,
            bits_allocated,
            bits_stored,
            high_bit: bits_stored - 1,
            ..Facts::default()
        };
        let bits = SampleBits::of(&facts).expect("fits");
        Layout::of(&facts, bits).expect("fits")
    }

    /// Segments with `gap` before the first and between them, and `tail` behind the last.
    fn frame(segments: &[&[u8]], gap: &[u8], tail: &[u8]) -> Vec<u8> {
        let mut header = [0_u32; 16];
        header[0] = segments.len() as u32;
        let mut content = Vec::new();
        for (at, segment) in segments.iter().enumerate() {
            content.extend_from_slice(gap);
            header[at + 1] = (HEADER_BYTES + content.len()) as u32;
            content.extend_from_slice(segment);
        }
        let header: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
        [header, content, tail.to_vec()].concat()
    }

    #[test]
    fn only_the_samples_stay() {
        let (high, low): (&[u8], &[u8]) = (&[0xfe, 1], &[2, 5, 6, 7]);
        let plain = frame(&[high, low], b"", b"");
        let (wide, narrow) = (layout(16, 16), layout(16, 12));
        let clean = |layout: &Layout, frame: &[u8]| layout.clean(frame).map(|clean| clean.bytes);
        for layout in [&wide, &narrow] {
            assert_eq!(clean(layout, &plain).as_deref(), Some(&plain[..]));
            let found = clean(layout, &frame(&[high, low], b"SMITH ", b"SMITH"));
            assert_eq!(found.as_deref(), Some(&plain[..]));
        }
        // 0x?105, 0x?106, 0x?107 with something in the four highest bits.
        let marked = frame(&[&[2, 0x11, 0xf1, 0x81], low], b"", b"");
        assert_eq!(clean(&wide, &marked).as_deref(), Some(&marked[..]));
        assert_eq!(clean(&narrow, &marked).as_deref(), Some(&plain[..]));
    }

    #[test]
    fn what_decodes_to_anything_else_is_refused() {
        let whole = frame(&[&[0xfe, 1], &[2, 5, 6, 7]], b"", b"");
        for length in 0..whole.len() {
            assert!(layout(16, 16).clean(&whole[..length]).is_none(), "{length}");
        }
        assert!(
            layout(8, 8).clean(&whole).is_none(),
            "another number of planes"
        );
        let inside_header = [&whole[..8], &4_u32.to_le_bytes(), &whole[12..]].concat();
        assert!(layout(16, 16).clean(&inside_header).is_none());
    }
}
